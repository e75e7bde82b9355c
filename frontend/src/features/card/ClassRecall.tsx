import type { ModelCard } from "@/lib/api";
import { labelText, percentText } from "@/lib/text";

/** How many pictures of each class it knew. */
export function ClassRecall({ rows }: { rows: ModelCard["per_class"] }) {
  return (
    <section aria-labelledby="recall">
      <h2 id="recall" className="text-3xl">
        What it knows
      </h2>
      <p className="mt-3 text-muted">Pictures of each class that it named rightly.</p>
      <ul className="mt-5 grid gap-3">
        {rows.map(({ label, correct, total }) => {
          const share = total > 0 ? correct / total : 0;
          return (
            <li key={label}>
              <p className="flex items-baseline justify-between gap-3">
                <span className="min-w-0 truncate">{labelText(label)}</span>
                <span className="whitespace-nowrap tabular-nums text-muted">
                  {correct} of {total}{" "}
                  <strong className="ml-2 font-semibold text-ink">
                    {total > 0 ? percentText(share, 0) : "–"}
                  </strong>
                </span>
              </p>
              <svg
                viewBox="0 0 100 3"
                preserveAspectRatio="none"
                className="mt-1 h-2 w-full"
                aria-hidden="true"
              >
                <rect width="100" height="3" className="fill-line" />
                <rect width={share * 100} height="3" className="fill-ai" />
              </svg>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
