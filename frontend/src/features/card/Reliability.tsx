import type { Evaluation } from "@/lib/api";
import { percentText } from "@/lib/text";
import { leaningText, listSureness, type Sureness } from "./sureness";

const SIZE = 440;
/** Room for the numbers to the left of and below the square. */
const MARGIN = 64;
/** Room for a square that stands at its edge. */
const EDGE = 26;
const TICKS = [0, 0.25, 0.5, 0.75, 1];
const MOST_SIDE = 46;

const atX = (share: number) => MARGIN + share * SIZE;
const atY = (share: number) => EDGE + (1 - share) * SIZE;

/** How sure it is against how often it is right. */
export function Reliability({ evaluation }: { evaluation: Evaluation }) {
  const bins = listSureness(evaluation.calibration);
  return (
    <section aria-labelledby="reliability" className="min-w-0">
      <h2 id="reliability" className="text-3xl">
        How far to trust it
      </h2>
      <p className="mt-3 text-muted">
        Each square gathers answers of which it was about as sure. On the line, it is
        right as often as it claims; below it claims too much. The larger, the more
        answers. {leaningText(bins)}
      </p>
      <svg
        viewBox={`0 0 ${MARGIN + SIZE + EDGE} ${EDGE + SIZE + MARGIN}`}
        className="mt-5 h-auto w-full max-w-lg"
        role="img"
        aria-label="Reliability diagram; its numbers are in the table below"
      >
        <Scales />
        {bins.map((bin) => (
          <Square key={bin.low} bin={bin} />
        ))}
      </svg>
      <details className="mt-3">
        <summary className="font-semibold">The numbers</summary>
        <Table bins={bins} />
      </details>
    </section>
  );
}

function Scales() {
  return (
    <g className="fill-muted text-[17px] tabular-nums">
      <rect x={MARGIN} y={EDGE} width={SIZE} height={SIZE} className="fill-raised" />
      {TICKS.map((tick) => (
        <g key={tick}>
          <path
            d={`M${atX(tick)} ${EDGE}V${EDGE + SIZE}M${MARGIN} ${atY(tick)}H${MARGIN + SIZE}`}
            className="stroke-line"
          />
          <text x={atX(tick)} y={EDGE + SIZE + 24} textAnchor="middle">
            {tick * 100}
          </text>
          <text x={MARGIN - 10} y={atY(tick) + 6} textAnchor="end">
            {tick * 100}
          </text>
        </g>
      ))}
      <path
        d={`M${atX(0)} ${atY(0)}L${atX(1)} ${atY(1)}`}
        strokeDasharray="6 6"
        strokeWidth="2"
        className="stroke-edge"
      />
      <text x={MARGIN + SIZE / 2} y={EDGE + SIZE + 54} textAnchor="middle">
        How sure it was, %
      </text>
      <text
        transform={`translate(16 ${EDGE + SIZE / 2}) rotate(-90)`}
        textAnchor="middle"
      >
        How often right, %
      </text>
    </g>
  );
}

function Square({ bin }: { bin: Sureness }) {
  const side = Math.max(9, MOST_SIDE * Math.sqrt(bin.share));
  return (
    <rect
      x={atX(bin.confidence) - side / 2}
      y={atY(bin.accuracy) - side / 2}
      width={side}
      height={side}
      rx="4"
      strokeWidth="2.5"
      className="fill-ai-fill/70 stroke-ai"
    />
  );
}

function Table({ bins }: { bins: readonly Sureness[] }) {
  return (
    <table className="mt-2 w-full max-w-lg text-left tabular-nums">
      <thead>
        <tr className="border-b border-line text-sm text-muted">
          <th scope="col" className="py-1 font-medium">
            How sure
          </th>
          <th scope="col" className="py-1 text-right font-medium">
            Answers
          </th>
          <th scope="col" className="py-1 text-right font-medium">
            Mean
          </th>
          <th scope="col" className="py-1 text-right font-medium">
            Right
          </th>
        </tr>
      </thead>
      <tbody>
        {bins.map(({ low, high, count, confidence, accuracy }) => (
          <tr key={low} className="border-b border-line">
            <th scope="row" className="py-1 font-normal">
              {percentText(low, 0)} to {percentText(high, 0)}
            </th>
            <td className="py-1 text-right">{count}</td>
            <td className="py-1 text-right">{percentText(confidence)}</td>
            <td className="py-1 text-right">{percentText(accuracy)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
