import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { AiIcon, EqualIcon, EyeIcon } from "@/components/icons";
import { Problem } from "@/components/Problem";
import { listMatches, type PlayedMatch, type PlayerStatistics } from "@/lib/profile";
import { numberText } from "@/lib/text";
import { layBars, leadOf } from "./duel";
import { useMine } from "./useMine";

const SHOWN = 30;

/** The last matches as bars: up by the answers you led with, down by the AI's lead. */
export function LeadStrip({ statistics }: { statistics: PlayerStatistics }) {
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

const WIDTH = 12;
const HEIGHT = 96;
/** A strip of few matches is not drawn in giant bars. */
const LEAST = 15;

const signed = (lead: number): string => (lead > 0 ? `+${lead}` : String(lead));

function Bars({ matches }: { matches: readonly PlayedMatch[] }) {
  const { bars, baseline, height } = layBars(matches.map(leadOf), HEIGHT);
  const width = Math.max(LEAST, bars.length) * WIDTH;
  const leads = bars.map(({ lead }) => signed(lead)).join(", ");
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="xMinYMin meet"
      className="mt-6 block max-h-44 w-full"
      role="img"
      aria-label={`Your lead in the last ${bars.length} matches, the newest last: ${leads}`}
    >
      <line x2="100%" y1={baseline} y2={baseline} className="stroke-line" />
      {bars.map(({ lead, y, length }, index) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: bars are in the order of matches
          key={index}
          x={index * WIDTH + 2}
          y={y}
          width={WIDTH - 4}
          height={length}
          rx={lead < 0 ? 1.5 : 3.5}
          className={
            lead === 0 ? "fill-edge" : lead > 0 ? "fill-eye-fill" : "fill-ai-fill"
          }
        />
      ))}
    </svg>
  );
}
