import { Problem } from "@/components/Problem";
import { useTitle } from "@/components/useTitle";
import { Waiting } from "@/components/Waiting";
import type { Credit } from "@/lib/api";
import { useDataSets } from "@/lib/datasets";

export function CreditsPage() {
  useTitle("Picture credits");
  const datasets = useDataSets();
  return (
    <div className="page-width py-10 sm:py-16">
      <h1 className="text-4xl sm:text-6xl">Picture credits</h1>
      <p className="mt-4 max-w-2xl text-lg text-muted">
        Every picture in the game is cut, copied or made from these works. They are
        shown as squares of one size, without their metadata.
      </p>
      {datasets.error ? (
        <div className="mt-8">
          <Problem error={datasets.error} onRetry={() => void datasets.refetch()} />
        </div>
      ) : datasets.isPending ? (
        <Waiting text="Fetching the credits" />
      ) : (
        datasets.data.map(({ slug, name, description, credits }) => (
          <section key={slug} className="mt-12" aria-labelledby={`credits-${slug}`}>
            <h2 id={`credits-${slug}`} className="text-3xl">
              {name}
            </h2>
            <p className="mt-2 max-w-2xl text-muted">{description}</p>
            {credits.length === 0 && (
              <p className="mt-3 text-muted">
                No credit is recorded for this data set.
              </p>
            )}
            <ul className="mt-5 grid gap-x-10 gap-y-6 sm:grid-cols-2 lg:grid-cols-3">
              {credits.map((credit) => (
                <CreditItem key={`${credit.work} ${credit.source}`} credit={credit} />
              ))}
            </ul>
          </section>
        ))
      )}
    </div>
  );
}

function CreditItem({ credit: { work, author, licence, source } }: { credit: Credit }) {
  return (
    <li className="border-t border-line pt-3">
      <p className="font-semibold">{work}</p>
      <p>{author}</p>
      <p className="text-muted">{licence}</p>
      <p className="text-sm wrap-anywhere text-muted">
        {/^https?:\/\//.test(source) ? (
          <a href={source} rel="noopener" className="text-link">
            {source}
          </a>
        ) : (
          source
        )}
      </p>
    </li>
  );
}
