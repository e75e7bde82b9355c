import { AxisNumbers, Track } from "@/components/Track";
import type { ModelCard } from "@/lib/api";
import { makeAxis } from "@/lib/axis";
import { numberText, percentText } from "@/lib/text";

/** The measured accuracy with its 95 % interval on an axis around it. */
export function Interval({ card: { accuracy, origin } }: { card: ModelCard }) {
  const { correct, total, value, low, high } = accuracy;
  const axis = makeAxis([low, high]);
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
          {numberText(correct)} of {numberText(total)} pictures
          {origin === "imported"
            ? ". It was made elsewhere: whether it trained on them is not known here."
            : " it never trained on."}{" "}
          With 95 % confidence between {percentText(low)} and {percentText(high)}.
        </span>
      </p>
      <div className="mt-5 max-w-4xl px-5">
        <Track axis={axis} accuracy={accuracy} className="h-12" />
        <AxisNumbers axis={axis} />
      </div>
    </section>
  );
}
