import { Link } from "@tanstack/react-router";
import type { Compared } from "@/lib/api";
import { familyText, numberText, percentText } from "@/lib/text";
import { SideMark, type SideName } from "./SideMark";

interface ContestantProps {
  side: SideName;
  version: Compared;
}

/** One side of the comparison. */
export function Contestant({ side, version }: ContestantProps) {
  const { accuracy, name, sha256 } = version;
  return (
    <section
      aria-label={`${side === "a" ? "A" : "B"}: ${name}`}
      className="row-span-5 grid min-w-0 grid-rows-subgrid justify-items-start"
    >
      <SideMark side={side} large />
      <h2 className="mt-3 text-2xl wrap-anywhere sm:text-4xl">
        <Link to="/opponents/$sha256" params={{ sha256 }} className="text-link">
          {name}
        </Link>
      </h2>
      <p className="mt-1 text-muted">
        {familyText(version.family)}, version {version.version}
      </p>
      <p className="mt-4 font-display text-4xl font-extrabold text-ai tabular-nums sm:text-6xl">
        {percentText(accuracy.value)}
      </p>
      <p className="mt-1 text-muted">
        {numberText(accuracy.correct)} of {numberText(accuracy.total)} right
      </p>
    </section>
  );
}
