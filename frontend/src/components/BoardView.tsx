import type { Board } from "@/lib/api";
import { numberText } from "@/lib/text";
import { BoardRows } from "./BoardRows";

interface BoardViewProps {
  board: Board;
  me: string | null;
  /** How many of the best are shown. */
  top: number;
}

/** The best of a board and, where the player is not among them, the rows around theirs. */
export function BoardView({ board, me, top }: BoardViewProps) {
  const best = board.rows.slice(0, top);
  const isAmongBest = best.some(({ player }) => player === board.me?.player);
  if (best.length === 0)
    return (
      <p className="rounded-lg border border-line bg-raised p-6 text-lg">
        Nobody stands on this board yet. The first signed-in player who ends a match
        here leads it.
      </p>
    );
  return (
    <>
      <BoardRows rows={best} me={me} label="The best players" />
      {board.me && !isAmongBest && (
        <div className="mt-8">
          <h3 className="text-xl">Around you</h3>
          <div className="mt-2">
            <BoardRows
              rows={board.around.length > 0 ? board.around : [board.me]}
              me={me}
              label="The players around you"
            />
          </div>
        </div>
      )}
      <p className="mt-3 text-muted">
        {numberText(board.total)} {board.total === 1 ? "player" : "players"}
        {board.me && `, you are number ${numberText(board.me.rank)}`}
      </p>
    </>
  );
}
