/** A board that moves: first over HTTP, then by socket. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Board, type BoardKey, getBoard } from "./api";
import { type BoardFrame, type Connection, watchBoard } from "./boardSocket";
import { useMe } from "./player";

/** The player's own rank is asked for at most so often while the board moves. */
const OWN_RANK_PAUSE_MS = 1500;

/** The newer of both; the player's own rows always from the HTTP answer. */
export function mergeBoards(board: Board, frame: BoardFrame): Board {
  if (frame.period_start === board.period_start && frame.version < board.version)
    return board;
  return { ...board, ...frame };
}

export function useLiveBoard(board: BoardKey) {
  const { dataset, difficulty, period } = board;
  const client = useQueryClient();
  const { data: me } = useMe();
  const [connection, setConnection] = useState<Connection>("connecting");
  const [frame, setFrame] = useState<BoardFrame | null>(null);
  const query = useQuery({
    queryKey: ["board", dataset, difficulty, period, me?.id ?? null],
    queryFn: () => getBoard({ dataset, difficulty, period }),
  });

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const askAgain = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void client.invalidateQueries({ queryKey: ["board", dataset, difficulty] });
      }, OWN_RANK_PAUSE_MS);
    };
    let isFirst = true;
    const stop = watchBoard(
      { dataset, difficulty, period },
      {
        onConnection: setConnection,
        onBoard: (next) => {
          setFrame(next);
          if (!isFirst) askAgain();
          isFirst = false;
        },
      },
    );
    return () => {
      stop();
      clearTimeout(timer);
      setFrame(null);
    };
  }, [client, dataset, difficulty, period]);

  const data = query.data && (frame ? mergeBoards(query.data, frame) : query.data);
  return { ...query, data, connection };
}
