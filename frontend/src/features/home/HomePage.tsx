import { Problem } from "@/components/Problem";
import { useTitle } from "@/components/useTitle";
import { Waiting } from "@/components/Waiting";
import { useChoice, useDataSets } from "@/lib/datasets";
import { BoardPreview } from "./BoardPreview";
import { Chooser } from "./Chooser";
import { HeroEye } from "./HeroEye";
import { PlayButton } from "./PlayButton";
import { Promises } from "./Promises";

export function HomePage() {
  useTitle("");
  const datasets = useDataSets();
  const choice = useChoice(datasets.data);
  return (
    <div className="page-width">
      <section className="grid items-center gap-x-12 gap-y-8 pt-6 pb-16 md:grid-cols-2 md:pt-14 lg:pb-24">
        <div className="order-last md:order-none">
          <h1 className="text-5xl font-extrabold sm:text-6xl xl:text-7xl">
            Your eye against a real <span className="text-ai">AI</span>.
          </h1>
          <p className="mt-5 max-w-lg text-lg text-muted sm:text-xl">
            The same picture, the same four answers, twenty seconds. The AI’s answer is
            sealed before you look, and your own browser checks the seal.
          </p>
          <div className="mt-8">
            {datasets.error ? (
              <Problem error={datasets.error} onRetry={() => void datasets.refetch()} />
            ) : datasets.isPending ? (
              <Waiting text="Asking what can be played" />
            ) : choice ? (
              <PlayButton choice={choice} />
            ) : (
              <p className="text-muted">
                No opponent is ready yet. Come back in a moment.
              </p>
            )}
          </div>
        </div>
        <HeroEye covers={choice?.dataset.cover_urls ?? []} />
      </section>
      {datasets.data && choice && <Chooser datasets={datasets.data} choice={choice} />}
      <Promises />
      {choice && <BoardPreview choice={choice} />}
    </div>
  );
}
