import type { Compared, Comparison } from "@/lib/api";
import { labelText } from "@/lib/text";
import { SideMark, type SideName } from "./SideMark";

/** Each class with both counts; the largest differences first. */
export function ClassPairs({ comparison }: { comparison: Comparison }) {
  const rows = comparison.per_class.toSorted(
    (x, y) => gap(y) - gap(x) || x.label.localeCompare(y.label),
  );
  return (
    <section aria-labelledby="classes" className="mt-14 border-t border-line pt-12">
      <h2 id="classes" className="text-3xl">
        Class by class
      </h2>
      <p className="mt-3 text-muted">
        Pictures of each class that each of them names rightly, the largest differences
        first.
      </p>
      <p className="mt-3 flex flex-wrap gap-x-6 gap-y-2">
        <Legend side="a" version={comparison.a} />
        <Legend side="b" version={comparison.b} />
      </p>
      <ul className="mt-6 grid gap-x-14 gap-y-5 lg:grid-cols-2">
        {rows.map((row) => (
          <ClassRow key={row.label} row={row} />
        ))}
      </ul>
    </section>
  );
}

function Legend({ side, version }: { side: SideName; version: Compared }) {
  return (
    <span className="inline-flex items-center gap-2">
      <SideMark side={side} /> {version.name} {version.version}
    </span>
  );
}

type Row = Comparison["per_class"][number];

const gap = (row: Row): number =>
  row.total > 0 ? Math.abs(row.a_correct - row.b_correct) / row.total : 0;

function ClassRow({ row }: { row: Row }) {
  const { label, total, a_correct: a, b_correct: b } = row;
  return (
    <li>
      <p className="flex items-baseline justify-between gap-3">
        <span className="min-w-0 truncate font-medium">{labelText(label)}</span>
        <span className="whitespace-nowrap text-muted tabular-nums">
          A <strong className="font-semibold text-ink">{a}</strong>, B{" "}
          <strong className="font-semibold text-ink">{b}</strong> of {total}
        </span>
      </p>
      <svg className="mt-1 block h-7 w-full" aria-hidden="true">
        <rect width="100%" y="1" height="11" rx="2" className="fill-line" />
        <rect
          width={share(a, total)}
          y="1"
          height="11"
          rx="2"
          className="fill-ai-fill"
        />
        <rect width="100%" y="16" height="11" rx="2" className="fill-line" />
        <rect
          width={share(b, total)}
          y="17"
          height="9"
          rx="2"
          strokeWidth="2"
          className="fill-paper stroke-ai"
        />
      </svg>
    </li>
  );
}

const share = (count: number, total: number): string =>
  `${total > 0 ? (100 * count) / total : 0}%`;
