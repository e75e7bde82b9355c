import type { ModelCard } from "@/lib/api";
import { numberText, percentText } from "@/lib/text";

const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** The measured accuracy with its 95 % interval on a line from 0 to 100 %. */
export function Interval({ accuracy }: { accuracy: ModelCard["accuracy"] }) {
  const { correct, total, value, low, high } = accuracy;
  return (
    <section className="mt-12" aria-labelledby="accuracy">
      <h2 id="accuracy" className="text-3xl">
        Measured accuracy
      </h2>
      <p className="mt-4 flex flex-wrap items-baseline gap-x-4">
        <span className="font-display text-6xl font-extrabold text-ai tabular-nums sm:text-7xl">
          {percentText(value)}
        </span>
        <span className="text-lg text-muted">
          {numberText(correct)} of {numberText(total)} pictures it never trained on.
          With 95 % confidence between {percentText(low)} and {percentText(high)}.
        </span>
      </p>
      <svg
        viewBox="0 0 100 10"
        preserveAspectRatio="none"
        className="mt-5 h-10 w-full max-w-4xl"
        role="img"
        aria-label={`Accuracy ${percentText(value)}, interval ${percentText(low)} to ${percentText(high)}`}
      >
        <rect y="3.5" width="100" height="3" className="fill-line" />
        <rect
          x={low * 100}
          y="1"
          width={(high - low) * 100}
          height="8"
          className="fill-ai-fill opacity-60"
        />
        <line
          x1={value * 100}
          x2={value * 100}
          y2="10"
          className="stroke-ai"
          strokeWidth="4"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <p
        aria-hidden="true"
        className="mt-1 flex max-w-4xl justify-between text-sm text-muted tabular-nums"
      >
        {TICKS.map((tick) => (
          <span key={tick}>{percentText(tick, 0)}</span>
        ))}
      </p>
    </section>
  );
}
