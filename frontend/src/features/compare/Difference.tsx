import { AxisNumbers, Track } from "@/components/Track";
import type { Comparison } from "@/lib/api";
import type { Axis } from "@/lib/axis";
import { LIMIT, pointsText, pText } from "./words";

/** A symmetric axis in whole tenths of the accuracy. */
function makeBalance(low: number, high: number): Axis {
  const most = Math.ceil(Math.max(Math.abs(low), Math.abs(high)) * 10 + 1e-9) / 10;
  return { low: -most, high: most, ticks: [-most, 0, most] };
}

/** How far apart they are, and how sure that is. */
export function Difference({ comparison }: { comparison: Comparison }) {
  const { difference, low, high, p_value: p } = comparison;
  const axis = makeBalance(low, high);
  const interval = `with 95 % confidence between ${pointsText(low)} and ${pointsText(high)} points`;
  return (
    <section aria-labelledby="difference" className="min-w-0">
      <h2 id="difference" className="text-3xl">
        How far apart
      </h2>
      <p className="mt-3 text-muted">A’s share of right answers less B’s.</p>
      <p className="mt-5 font-display text-5xl font-extrabold tabular-nums">
        {pointsText(difference)} points
      </p>
      <p className="mt-1 text-lg">{interval}</p>
      <div className="mt-5 px-5">
        <Track
          axis={axis}
          accuracy={{ value: difference, low, high }}
          label={`${pointsText(difference)} points, ${interval}`}
          cuts={[0]}
          className="h-12"
        />
        <AxisNumbers axis={axis} write={(tick) => pointsText(tick, 0)} />
      </div>
      <p className="mt-2 flex justify-between gap-4 text-sm text-muted">
        <span>B is better</span>
        <span>A is better</span>
      </p>
      <p className="mt-6 border-t border-line pt-4">
        Exact McNemar test, two-sided: <strong>{pText(p)}</strong>.{" "}
        {p < LIMIT
          ? "Below 0.05 we do not put the difference down to chance."
          : "From 0.05 up we put it down to chance, whoever is ahead."}
      </p>
    </section>
  );
}
