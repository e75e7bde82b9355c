import { type ReactNode, useId } from "react";
import { DELETED, drawEye, type Eye, type Iris, LIDS, type Pupil } from "@/lib/avatar";

interface AvatarProps {
  /** The player's public id; null where it is not known, as of guests who pass by. */
  id: string | null;
  name: string;
  isGuest?: boolean;
  className?: string;
}

/**
 * A player's own eye, drawn from their id: no picture to send, store or moderate.
 * A guest's is a line drawing, a deleted player's is closed. Never read aloud: the name
 * stands beside it.
 */
export function Avatar({
  id,
  name,
  isGuest = false,
  className = "size-8",
}: AvatarProps) {
  const isDeleted = name === DELETED;
  const isLine = isGuest || isDeleted || id === null;
  return (
    <svg
      viewBox="0 0 48 48"
      className={`inline-block shrink-0 ${isLine ? "text-muted" : ""} ${className}`}
      fill="none"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {isDeleted ? (
        <Closed />
      ) : isLine ? (
        <Outlined eye={drawEye(name)} />
      ) : (
        <Painted eye={drawEye(id)} />
      )}
    </svg>
  );
}

const INK = "oklch(0.21 0.04 285)";
const WHITE = "oklch(0.985 0.006 90)";

function Painted({ eye }: { eye: Eye }) {
  const id = useId();
  const [upper, lower] = LIDS[eye.lid];
  return (
    <>
      <clipPath id={`${id}f`}>
        <circle cx="24" cy="24" r="24" />
      </clipPath>
      <clipPath id={`${id}e`}>
        <path d={`${upper}${lower}Z`} />
      </clipPath>
      <g clipPath={`url(#${id}f)`}>
        <path d="M0 0h48v48H0Z" fill={eye.face} />
        <Brow eye={eye} color={INK} />
        <path d={`${upper}${lower}Z`} fill={WHITE} />
        <g clipPath={`url(#${id}e)`}>
          <g transform={`translate(${24 + eye.gaze} 24)`}>
            <circle r="11.5" fill={eye.color} stroke={INK} strokeWidth="1.5" />
            {PATTERNS[eye.iris](eye.shade)}
            <g fill={INK}>{HOLES[eye.pupil]}</g>
            <circle cx="4" cy="-4.5" r="2.2" fill={WHITE} />
          </g>
        </g>
        <path d={`${upper}${lower}`} stroke={INK} strokeWidth="1.5" />
        <path d={upper} stroke={INK} strokeWidth="3.5" />
      </g>
    </>
  );
}

/** A guest passes by: the same traits in one line, without colour. */
function Outlined({ eye }: { eye: Eye }) {
  const id = useId();
  const [upper, lower] = LIDS[eye.lid];
  return (
    <g stroke="currentColor" strokeWidth="2.5">
      <circle cx="24" cy="24" r="22.5" strokeWidth="2" strokeDasharray="3.5 5.9" />
      <clipPath id={id}>
        <path d={`${upper}${lower}Z`} />
      </clipPath>
      <g transform="translate(24 24) scale(.8) translate(-24 -24)">
        <g clipPath={`url(#${id})`}>
          <g transform={`translate(${24 + eye.gaze} 24)`}>
            <circle r="10.5" />
            <g fill="currentColor" stroke="none">
              {HOLES[eye.pupil]}
            </g>
          </g>
        </g>
        <path d={`${upper}${lower}`} strokeWidth="3" />
      </g>
    </g>
  );
}

const Closed = () => (
  <g stroke="currentColor" strokeWidth="3">
    <circle cx="24" cy="24" r="22.5" strokeWidth="2" className="stroke-line" />
    <path d="M8 21Q24 37 40 21M13 27l-3 5M24 29.5v6M35 27l3 5" />
  </g>
);

function Brow({ eye: { brow, lid }, color }: { eye: Eye; color: string }) {
  const [upper] = LIDS[lid];
  if (brow === "line")
    return (
      <path d={upper} stroke={color} strokeWidth="2.5" transform="translate(0 -7)" />
    );
  if (brow === "lashes")
    return (
      <path
        d={upper}
        stroke={color}
        strokeWidth="9"
        strokeLinecap="butt"
        strokeDasharray="2 5.5"
        transform="translate(0 -2)"
      />
    );
  return null;
}

/** Round the middle, twelve times or so. */
const around = (count: number, shape: (turn: number) => ReactNode) =>
  Array.from({ length: count }, (_, at) => shape((at * 360) / count));

const PATTERNS: Record<Iris, (shade: string) => ReactNode> = {
  plain: () => null,
  ring: (shade) => <circle r="8.5" stroke={shade} strokeWidth="3" />,
  rays: (shade) =>
    around(10, (turn) => (
      <path
        key={turn}
        d="M0 -6v-4.5"
        stroke={shade}
        strokeWidth="2.2"
        transform={`rotate(${turn})`}
      />
    )),
  dots: (shade) =>
    around(7, (turn) => (
      <circle key={turn} cy="-8.3" r="1.7" fill={shade} transform={`rotate(${turn})`} />
    )),
  half: (shade) => <path d="M-11 0a11 11 0 0 0 22 0Z" fill={shade} />,
  core: (shade) => <circle r="7.5" fill={shade} />,
};

const HOLES: Record<Pupil, ReactNode> = {
  round: <circle r="4.8" />,
  slit: <ellipse rx="2.4" ry="8" />,
  bar: <ellipse rx="7" ry="2.8" />,
  star: <path d="M0 -7 2 -2 7 0 2 2 0 7 -2 2 -7 0 -2 -2Z" />,
};
