import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Problem } from "@/components/Problem";
import { useTitle } from "@/components/useTitle";
import { Waiting } from "@/components/Waiting";
import { listRegisteredDataSets, type Registry } from "@/lib/api";
import { useDataSets } from "@/lib/datasets";
import { useRegistry } from "@/lib/registry";
import { useSettings } from "@/lib/settings";
import { labelText, numberText } from "@/lib/text";
import { History } from "./History";
import { Ladder } from "./Ladder";

const route = getRouteApi("/opponents");

const TAB =
  "inline-flex min-h-11 items-center rounded-full px-4 font-medium text-muted hover:bg-sunk hover:text-ink aria-[current=page]:bg-ink aria-[current=page]:text-paper";

export function OpponentsPage() {
  const datasets = useQuery({
    queryKey: ["registered"],
    queryFn: listRegisteredDataSets,
  });
  const asked = route.useSearch().dataset;
  const chosen = useSettings((settings) => settings.dataset);
  const known =
    datasets.data?.find(({ slug }) => slug === chosen) ?? datasets.data?.[0];
  const slug = asked ?? known?.slug;
  useTitle("Opponents");
  return (
    <div className="page-width py-8 sm:py-12">
      <h1 className="text-5xl sm:text-7xl">Opponents</h1>
      <p className="mt-4 max-w-2xl text-lg text-muted">
        Every model that may play, by what it was measured to know on pictures that are
        held out from training here.
      </p>
      <nav aria-label="Data set" className="-mx-1 mt-6 flex flex-wrap gap-1">
        {(datasets.data ?? []).map((dataset) => (
          <Link
            key={dataset.slug}
            to="/opponents"
            search={{ dataset: dataset.slug }}
            aria-current={dataset.slug === slug ? "page" : undefined}
            className={TAB}
          >
            {dataset.name}
          </Link>
        ))}
      </nav>
      {slug !== undefined ? (
        <OfDataSet key={slug} slug={slug} />
      ) : datasets.error ? (
        <div className="mt-8">
          <Problem error={datasets.error} onRetry={() => void datasets.refetch()} />
        </div>
      ) : datasets.isPending ? (
        <Waiting text="Asking who plays" />
      ) : (
        <p className="mt-8 text-lg">
          No version has been registered yet. Come back in a moment.
        </p>
      )}
    </div>
  );
}

function OfDataSet({ slug }: { slug: string }) {
  const registry = useRegistry(slug);
  if (registry.error)
    return (
      <div className="mt-8 max-w-2xl">
        <Problem error={registry.error} onRetry={() => void registry.refetch()} />
      </div>
    );
  if (!registry.data) return <Waiting text="Fetching the versions" />;
  return (
    <>
      <About registry={registry.data} />
      {registry.data.versions.length > 0 ? (
        <Ladder registry={registry.data} />
      ) : (
        <p className="mt-8 rounded-lg border border-line bg-raised p-6 text-lg">
          No version has been registered for these pictures yet.
        </p>
      )}
      <History dataset={slug} />
    </>
  );
}

/** What the pictures are, and who or what made them. */
function About({ registry }: { registry: Registry }) {
  const datasets = useDataSets();
  const playable = datasets.data?.find(({ slug }) => slug === registry.dataset);
  return (
    <section
      aria-labelledby="pictures"
      className="mt-10 grid gap-x-12 gap-y-4 md:grid-cols-2"
    >
      <div>
        <h2 id="pictures" className="text-3xl sm:text-4xl">
          {registry.dataset_name}
        </h2>
        {registry.description && <p className="mt-2 text-lg">{registry.description}</p>}
        {playable && (
          <p className="mt-2 text-muted">
            {playable.classes.length} classes, {numberText(playable.pictures)} pictures
            to be asked: {playable.classes.map(labelText).join(", ")}.{" "}
            <Link to="/credits" className="text-link">
              Who or what made them
            </Link>
          </p>
        )}
      </div>
      {playable && playable.cover_urls.length > 0 && (
        <p className="flex gap-2 self-start md:pt-2" aria-hidden="true">
          {playable.cover_urls.slice(0, 5).map((url) => (
            <img
              key={url}
              src={url}
              alt=""
              loading="lazy"
              className="aspect-square min-w-0 flex-1 rounded-sm bg-sunk object-cover"
            />
          ))}
        </p>
      )}
    </section>
  );
}
