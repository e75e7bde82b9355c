import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { AliasChip, RetiredChip, TierChip } from "@/components/Chips";
import { AiIcon } from "@/components/icons";
import { Problem } from "@/components/Problem";
import { useTitle } from "@/components/useTitle";
import { Waiting } from "@/components/Waiting";
import { getModelCard, type ModelCard } from "@/lib/api";
import { useRegistry } from "@/lib/registry";
import { dayText, familyText, labelText } from "@/lib/text";
import { ClassRecall } from "./ClassRecall";
import { Confusion } from "./Confusion";
import { Figures } from "./Figures";
import { Folds } from "./Folds";
import { Interval } from "./Interval";
import { Others } from "./Others";
import { Parity } from "./Parity";
import { Reliability } from "./Reliability";
import { Strength } from "./Strength";
import { TheFile } from "./TheFile";
import { Training } from "./Training";

const route = getRouteApi("/opponents/$sha256");

export function CardPage() {
  const { sha256 } = route.useParams();
  const card = useQuery({
    queryKey: ["card", sha256],
    queryFn: () => getModelCard(sha256),
  });
  useTitle(card.data?.name ?? "Model card");
  if (card.error)
    return (
      <div className="page-width py-16">
        <h1 className="text-4xl">This model card cannot be shown.</h1>
        <div className="mt-6 max-w-2xl">
          <Problem error={card.error} onRetry={() => void card.refetch()} />
        </div>
        <p className="mt-6">
          <Link to="/opponents" className="text-link font-semibold">
            All opponents
          </Link>
        </p>
      </div>
    );
  if (!card.data) return <Waiting text="Fetching the model card" />;
  return <Card card={card.data} />;
}

const PAIR = "mt-14 grid gap-x-14 gap-y-14 border-t border-line pt-12 lg:grid-cols-2";

function Card({ card }: { card: ModelCard }) {
  const { evaluation, folds, parity } = card;
  return (
    <div className="page-width py-8 sm:py-12">
      <Heading card={card} />
      <Interval card={card} />
      <Strength card={card} />
      <Others card={card} />
      {evaluation && <Figures evaluation={evaluation} sizeBytes={card.size_bytes} />}
      <div className={PAIR}>
        <ClassRecall rows={card.per_class} />
        <Confusion classes={card.classes} confusion={card.confusion} />
      </div>
      {(evaluation || folds.length > 0) && (
        <div className={PAIR}>
          {evaluation && <Reliability evaluation={evaluation} />}
          {folds.length > 0 && <Folds folds={folds} />}
        </div>
      )}
      <div className={PAIR}>
        <Training card={card} />
        <div className="grid min-w-0 content-start gap-y-12">
          <TheFile card={card} />
          {parity && <Parity parity={parity} origin={card.origin} />}
          {card.limitations && (
            <section aria-labelledby="limits">
              <h2 id="limits" className="text-3xl">
                Limits
              </h2>
              <p className="mt-4">{card.limitations}</p>
            </section>
          )}
        </div>
      </div>
      <Onwards card={card} />
    </div>
  );
}

function Heading({ card }: { card: ModelCard }) {
  const { aliases, dataset, retired_at: retiredAt, tier } = card;
  const { data: registry } = useRegistry(dataset);
  return (
    <header className="max-w-3xl">
      <p className="flex items-center gap-2 text-ai">
        <AiIcon className="size-7" /> Opponent
      </p>
      <h1 className="mt-2 text-5xl wrap-anywhere sm:text-7xl">{card.name}</h1>
      <p className="mt-3 text-xl text-muted">
        {familyText(card.family)}, version {card.version}, on{" "}
        {registry?.dataset_name ?? labelText(dataset)}
      </p>
      {(tier || retiredAt || aliases.length > 0) && (
        <p className="mt-4 flex flex-wrap gap-1.5">
          {tier && <TierChip tier={tier} />}
          {retiredAt && <RetiredChip />}
          {aliases.map((alias) => (
            <AliasChip key={alias} name={alias} />
          ))}
        </p>
      )}
      {card.description && <p className="mt-5 text-lg">{card.description}</p>}
      {registry?.description && (
        <p className="mt-3 text-muted">
          Its pictures: {registry.description}{" "}
          <Link to="/credits" className="text-link">
            Who or what made them
          </Link>
        </p>
      )}
      {retiredAt && (
        <p className="mt-3 text-muted">
          Retired on {dayText(retiredAt)}: it may not be played any more, and its record
          stays.
        </p>
      )}
    </header>
  );
}

function Onwards({ card: { dataset, tier } }: { card: ModelCard }) {
  return (
    <p className="mt-12 flex flex-wrap gap-x-8 gap-y-2 font-semibold">
      {tier ? (
        <Link
          to="/board/$dataset/$difficulty"
          params={{ dataset, difficulty: tier }}
          className="text-link"
        >
          The board of those who played against it
        </Link>
      ) : (
        <span className="font-normal text-muted">
          This version plays no matches now.
        </span>
      )}
      <Link to="/opponents" search={{ dataset }} className="text-link">
        All versions of its data set
      </Link>
    </p>
  );
}
