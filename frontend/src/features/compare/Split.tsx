import type { Comparison } from "@/lib/api";
import { numberText, percentText } from "@/lib/text";
import { SideMark } from "./SideMark";

/** On how many pictures both, one or none of them is right. */
export function Split({ comparison }: { comparison: Comparison }) {
  const { both, neither, only_a: onlyA, only_b: onlyB } = comparison;
  const total = both + neither + onlyA + onlyB;
  return (
    <section aria-labelledby="split" className="min-w-0">
      <h2 id="split" className="text-3xl">
        Who is right where
      </h2>
      <p className="mt-3 text-muted">
        What both know or neither knows says nothing about which is better. The test
        looks at the pictures that only one of them knows.
      </p>
      {onlyA + onlyB > 0 && <Tug onlyA={onlyA} onlyB={onlyB} />}
      <dl className="mt-6 grid grid-cols-2 gap-3">
        <Count title="Only A" count={onlyA} total={total} stands="a" />
        <Count title="Only B" count={onlyB} total={total} stands="b" />
        <Count title="Both right" count={both} total={total} />
        <Count title="Neither" count={neither} total={total} />
      </dl>
    </section>
  );
}

interface CountProps {
  title: string;
  count: number;
  total: number;
  stands?: "a" | "b";
}

function Count({ title, count, total, stands }: CountProps) {
  return (
    <div
      className={`rounded-lg border-2 p-4 ${stands ? "border-ai bg-raised" : "border-line"}`}
    >
      <dt className="flex items-center gap-2 font-medium">
        {stands && <SideMark side={stands} />}
        {title}
      </dt>
      <dd className="mt-1 flex flex-wrap items-baseline gap-x-2 whitespace-nowrap">
        <span className="font-display text-4xl font-extrabold tabular-nums">
          {numberText(count)}
        </span>
        <span className="text-muted tabular-nums">{percentText(count / total)}</span>
      </dd>
    </div>
  );
}

const HEIGHT = 34;

/** The pictures that only one knows pull from the middle, each to its side. */
function Tug({ onlyA, onlyB }: { onlyA: number; onlyB: number }) {
  const most = Math.max(onlyA, onlyB, 1);
  const left = (48 * onlyA) / most;
  const right = (48 * onlyB) / most;
  return (
    <div
      className="mt-6 grid grid-cols-[auto_1fr_auto] items-center gap-3"
      aria-hidden="true"
    >
      <SideMark side="a" />
      <svg className="block w-full" height={HEIGHT} aria-hidden="true">
        <rect
          x={`${50 - left}%`}
          y="7"
          width={`${left}%`}
          height="20"
          rx="3"
          className="fill-ai-fill"
        />
        <rect
          x="50%"
          y="8.5"
          width={`${right}%`}
          height="17"
          rx="3"
          strokeWidth="3"
          className="fill-transparent stroke-ai"
        />
        <line x1="50%" x2="50%" y2={HEIGHT} strokeWidth="4" className="stroke-ink" />
      </svg>
      <SideMark side="b" />
    </div>
  );
}
