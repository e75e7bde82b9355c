import { type Axis, placeOn, spanOn } from "@/lib/axis";
import { percentText } from "@/lib/text";

interface Measured {
  value: number;
  low: number;
  high: number;
}

export type TrackLook = "filled" | "outlined" | "faded";

interface TrackProps {
  axis: Axis;
  accuracy: Measured;
  /** Shares at which a dashed line stands. */
  cuts?: readonly number[];
  look?: TrackLook;
  /** What a screen reader says; by default that it is an accuracy. */
  label?: string;
  className?: string;
}

const BARS: Record<TrackLook, string> = {
  filled: "fill-ai-fill opacity-70 dark:opacity-45",
  outlined: "fill-transparent stroke-ai",
  faded: "fill-line",
};
const POINTS: Record<TrackLook, string> = {
  filled: "fill-ai stroke-paper",
  outlined: "fill-paper stroke-ai",
  faded: "fill-paper stroke-edge",
};

/** An accuracy on an axis: a square on the bar of its 95 % interval. */
export function Track(props: TrackProps) {
  const { axis, accuracy, cuts = [], look = "filled", className = "h-9" } = props;
  const { label } = props;
  const { value, low, high } = accuracy;
  const between = `with 95 % confidence between ${percentText(low)} and ${percentText(high)}`;
  return (
    <svg
      className={`block w-full overflow-visible ${className}`}
      role="img"
      aria-label={label ?? `${percentText(value)}, ${between}`}
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
      {cuts.map((cut) => (
        <line
          key={cut}
          x1={placeOn(axis, cut)}
          x2={placeOn(axis, cut)}
          y2="100%"
          strokeDasharray="4 4"
          strokeWidth="2"
          className="stroke-edge"
        />
      ))}
      <svg y="50%" className="overflow-visible" aria-hidden="true">
        <rect
          x={placeOn(axis, low)}
          width={spanOn(axis, low, high)}
          y="-9"
          height="18"
          rx="4"
          strokeWidth="2"
          className={BARS[look]}
        />
        <svg x={placeOn(axis, value)} className="overflow-visible" aria-hidden="true">
          <rect
            x="-7"
            y="-7"
            width="14"
            height="14"
            rx="3"
            strokeWidth="2.5"
            className={POINTS[look]}
          />
        </svg>
      </svg>
    </svg>
  );
}

interface AxisNumbersProps {
  axis: Axis;
  write?: (tick: number) => string;
}

const writeShare = (tick: number) => percentText(tick, 0);

/** The numbers under the tracks of one axis. */
export function AxisNumbers({ axis, write = writeShare }: AxisNumbersProps) {
  return (
    <svg aria-hidden="true" className="block h-6 w-full overflow-visible">
      {axis.ticks.map((tick) => (
        <text
          key={tick}
          x={placeOn(axis, tick)}
          y="17"
          textAnchor="middle"
          className="fill-muted text-sm tabular-nums"
        >
          {write(tick)}
        </text>
      ))}
    </svg>
  );
}
