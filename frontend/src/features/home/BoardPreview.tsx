import { Link } from "@tanstack/react-router";
import { BoardRows } from "@/components/BoardRows";
import { LiveSign } from "@/components/LiveSign";
import { Problem } from "@/components/Problem";
import { RecentMatches } from "@/components/RecentMatches";
import { Waiting } from "@/components/Waiting";
import type { Choice } from "@/lib/datasets";
import { useLiveBoard } from "@/lib/liveBoard";
import { useMe } from "@/lib/player";
import { labelText } from "@/lib/text";

const SHOWN = 5;

/** The top of the chosen board, as it is now. */
export function BoardPreview({ choice }: { choice: Choice }) {
  const { dataset, difficulty } = choice;
  const board = useLiveBoard({ dataset: dataset.slug, difficulty, period: "all" });
  const { data: me } = useMe();
  return (
    <section className="border-t border-line py-16" aria-labelledby="board">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2">
        <h2 id="board" className="text-3xl sm:text-4xl">
          {dataset.name}, {labelText(difficulty).toLowerCase()}: the board
        </h2>
        <LiveSign connection={board.connection} />
      </div>
      {board.error ? (
        <div className="mt-6">
          <Problem error={board.error} onRetry={() => void board.refetch()} />
        </div>
      ) : !board.data ? (
        <Waiting text="Fetching the board" />
      ) : (
        <div className="mt-6 grid gap-x-12 gap-y-8 md:grid-cols-[2fr_1fr]">
          <div>
            {board.data.rows.length > 0 ? (
              <BoardRows
                rows={board.data.rows.slice(0, SHOWN)}
                me={me?.id ?? null}
                label="The best players of all time"
              />
            ) : (
              <p className="text-lg">
                Nobody stands on this board yet. The first signed-in player who ends a
                match here leads it.
              </p>
            )}
            <Link
              to="/board/$dataset/$difficulty"
              params={{ dataset: dataset.slug, difficulty }}
              className="text-link mt-4 inline-block font-semibold"
            >
              The whole board
            </Link>
          </div>
          <div>
            <h3 className="text-xl">Just played</h3>
            <div className="mt-3">
              <RecentMatches recent={board.data.recent.slice(0, SHOWN)} />
            </div>
          </div>
        </div>
      )}
    </section>
  );
}
