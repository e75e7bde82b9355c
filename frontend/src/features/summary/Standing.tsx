import { Link } from "@tanstack/react-router";
import { BoardView } from "@/components/BoardView";
import { LiveSign } from "@/components/LiveSign";
import { Problem } from "@/components/Problem";
import { RecentMatches } from "@/components/RecentMatches";
import { Waiting } from "@/components/Waiting";
import type { Summary } from "@/lib/api";
import { useLiveBoard } from "@/lib/liveBoard";
import { useMe } from "@/lib/player";
import { numberText, PERIODS } from "@/lib/text";

/** Ranks in each period, and today's board as it moves. */
export function Standing({ summary }: { summary: Summary }) {
  const { dataset, difficulty, ranks, ranked } = summary;
  const board = useLiveBoard({ dataset, difficulty, period: "day" });
  const { data: me } = useMe();
  return (
    <section aria-labelledby="standing" className="min-w-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2">
        <h2 id="standing" className="text-3xl">
          Today’s board
        </h2>
        <LiveSign connection={board.connection} />
      </div>
      {ranked && (
        <ul className="mt-6 grid grid-cols-2 gap-4 sm:grid-cols-4">
          {PERIODS.map(({ value, text }) => {
            const rank = ranks[value];
            return (
              <li key={value}>
                <Link
                  to="/board/$dataset/$difficulty"
                  params={{ dataset, difficulty }}
                  search={{ period: value }}
                  className="block rounded-md border border-line p-3 hover:border-edge"
                >
                  <span className="block text-muted">{text}</span>
                  <span className="font-display text-3xl font-extrabold tabular-nums">
                    {rank === null ? "–" : `#${numberText(rank)}`}
                  </span>
                </Link>
              </li>
            );
          })}
        </ul>
      )}
      <div className="mt-6">
        {board.error ? (
          <Problem error={board.error} onRetry={() => void board.refetch()} />
        ) : board.data ? (
          <>
            <BoardView board={board.data} me={me?.id ?? null} top={10} />
            <h3 className="mt-8 mb-3 text-xl">Just played</h3>
            <RecentMatches recent={board.data.recent.slice(0, 5)} />
          </>
        ) : (
          <Waiting text="Fetching the board" />
        )}
      </div>
    </section>
  );
}
