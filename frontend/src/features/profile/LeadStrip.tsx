import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { AiIcon, EqualIcon, EyeIcon } from "@/components/icons";
import { Problem } from "@/components/Problem";
import { listMatches, type PlayedMatch, type Statistics } from "@/lib/profile";
import { numberText } from "@/lib/text";
import { leadOf } from "./duel";
import { useMine } from "./useMine";

const SHOWN = 30;

/** The last matches as bars: up by the answers you led with, down by the AI's lead. */
export function LeadStrip({ statistics }: { statistics: Statistics }) {
  const matches = useMine("lead", () => listMatches({ limit: SHOWN }));
  const { wins, draws, losses, streak, best_streak } = statistics;
  const ended = (matches.data?.results ?? []).filter(({ winner }) => winner !== null);
  return (
    <section aria-labelledby="won" className="min-w-0">
      <h2 id="won" className="text-3xl sm:text-4xl">
        {numberText(wins)} of {numberText(statistics.matches)} won
      </h2>
      {matches.error ? (
        <div className="mt-5">
          <Problem error={matches.error} onRetry={() => void matches.refetch()} />
        </div>
      ) : (
        <Bars matches={ended.toReversed()} />
      )}
      <dl className="mt-5 flex flex-wrap gap-x-8 gap-y-2 text-lg">
        <Count name={wins === 1 ? "win" : "wins"} count={wins}>
          <EyeIcon className="size-5 text-eye" />
        </Count>
        <Count name={draws === 1 ? "draw" : "draws"} count={draws}>
          <EqualIcon className="size-5 text-muted" />
        </Count>
        <Count name={losses === 1 ? "loss" : "losses"} count={losses}>
          <AiIcon className="size-5 text-ai" />
        </Count>
      </dl>
      <p className="mt-3 text-muted">
        {streakText(streak)} Your longest streak: {numberText(best_streak)}.{" "}
        <Link to="/profile/matches" className="text-link text-ink">
          All matches
        </Link>
      </p>
    </section>
  );
}

const streakText = (streak: number): string => {
  if (streak === 0) return "No winning streak now.";
  return streak === 1 ? "The last match won." : `The last ${streak} matches won.`;
};

interface CountProps {
  name: string;
  count: number;
  children: ReactNode;
}

function Count({ name, count, children }: CountProps) {
  return (
    <div className="flex flex-row-reverse items-center gap-2">
      <dt className="text-muted">{name}</dt>
      <dd className="flex items-center gap-2 font-display font-bold tabular-nums">
        {children}
        {numberText(count)}
      </dd>
    </div>
  );
}

const HALF = 56;
const WIDTH = 12;

function Bars({ matches }: { matches: readonly PlayedMatch[] }) {
  const most = Math.max(1, ...matches.map((match) => Math.abs(leadOf(match))));
  const width = Math.max(1, matches.length) * WIDTH;
  return (
    <svg
      viewBox={`0 0 ${Math.max(width, 15 * WIDTH)} ${2 * HALF}`}
      preserveAspectRatio="xMinYMid meet"
      className="mt-6 block max-h-48 w-full"
      role="img"
      aria-label={`Your last ${matches.length} matches, the newest on the right: ${matches
        .map((match) => leadOf(match))
        .map((lead) => (lead > 0 ? `+${lead}` : lead))
        .join(", ")}`}
    >
      <line x2="100%" y1={HALF} y2={HALF} className="stroke-line" strokeWidth="1.5" />
      {matches.map((match, index) => (
        <Bar key={match.id} match={match} x={index * WIDTH} unit={(HALF - 4) / most} />
      ))}
    </svg>
  );
}

interface BarProps {
  match: PlayedMatch;
  x: number;
  unit: number;
}

function Bar({ match, x, unit }: BarProps) {
  const lead = leadOf(match);
  if (lead === 0)
    return (
      <rect
        x={x + 2}
        y={HALF - 2}
        width={WIDTH - 4}
        height="4"
        rx="2"
        className="fill-edge"
      />
    );
  const height = Math.abs(lead) * unit;
  return (
    <rect
      x={x + 2}
      y={lead > 0 ? HALF - height : HALF}
      width={WIDTH - 4}
      height={height}
      rx={lead > 0 ? 4 : 1.5}
      className={lead > 0 ? "fill-eye-fill" : "fill-ai-fill"}
    />
  );
}
