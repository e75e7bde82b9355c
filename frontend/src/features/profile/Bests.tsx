import { Link } from "@tanstack/react-router";
import type { BestMatch } from "@/lib/profile";
import { labelText, numberText, percentText } from "@/lib/text";

/** The best match of each board that the player was on. */
export function Bests({ best }: { best: readonly BestMatch[] }) {
  return (
    <section aria-labelledby="best" className="min-w-0">
      <h2 id="best" className="text-3xl sm:text-4xl">
        Best matches
      </h2>
      {best.length === 0 ? (
        <p className="mt-4 text-muted">
          Nothing yet. A match that is given up never counts.
        </p>
      ) : (
        <ol className="mt-5">
          {best.map(({ match, dataset_name, difficulty, points, accuracy }) => (
            <li key={match} className="border-b border-line">
              <Link
                to="/match/$matchId"
                params={{ matchId: match }}
                className="flex items-baseline gap-4 py-2.5 hover:bg-sunk"
              >
                <span className="min-w-0 grow truncate font-medium">
                  {dataset_name}
                  <span className="text-muted">
                    , {labelText(difficulty).toLowerCase()}
                  </span>
                </span>
                <span className="text-muted tabular-nums">
                  {percentText(accuracy, 0)}
                </span>
                <span className="font-display text-2xl font-bold tabular-nums">
                  {numberText(points)}
                </span>
              </Link>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
