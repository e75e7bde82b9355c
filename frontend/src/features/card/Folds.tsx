import { AxisNumbers } from "@/components/Track";
import type { Fold } from "@/lib/api";
import { makeAxis, placeOn } from "@/lib/axis";
import { numberText, percentText } from "@/lib/text";

/** The same recipe, trained again with each part of the training pictures set aside. */
export function Folds({ folds }: { folds: readonly Fold[] }) {
  const shares = folds.map(({ accuracy }) => accuracy);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const axis = makeAxis(shares);
  const pictures = folds.reduce((sum, fold) => sum + fold.pictures, 0);
  const spread = `${percentText(Math.min(...shares))} to ${percentText(Math.max(...shares))}`;
  return (
    <section aria-labelledby="folds" className="min-w-0">
      <h2 id="folds" className="text-3xl">
        Trained {folds.length} times over
      </h2>
      <p className="mt-4">
        The same recipe with one of {folds.length} parts of its {numberText(pictures)}{" "}
        training pictures set aside each time, and asked about that part:{" "}
        <strong className="font-semibold">{percentText(mean)}</strong> on average,{" "}
        {spread}.
      </p>
      <div className="mt-4 px-5">
        <svg
          className="block h-12 w-full overflow-visible"
          role="img"
          aria-label={spread}
        >
          {axis.ticks.map((tick) => (
            <line
              key={tick}
              x1={placeOn(axis, tick)}
              x2={placeOn(axis, tick)}
              y2="100%"
              className="stroke-line"
            />
          ))}
          <line
            x1={placeOn(axis, mean)}
            x2={placeOn(axis, mean)}
            y2="100%"
            strokeWidth="3"
            className="stroke-ai"
          />
          {shares.map((share, index) => (
            <svg
              // biome-ignore lint/suspicious/noArrayIndexKey: the fold's number names it
              key={index}
              x={placeOn(axis, share)}
              y="50%"
              className="overflow-visible"
              aria-hidden="true"
            >
              <rect
                x="-7"
                y="-7"
                width="14"
                height="14"
                rx="3"
                strokeWidth="2"
                className="fill-ai-fill/70 stroke-ai"
              />
            </svg>
          ))}
        </svg>
        <AxisNumbers axis={axis} />
      </div>
    </section>
  );
}
