/** The live board: one socket that reconnects by itself and starts with a whole board. */

import type { Board, BoardKey } from "./api";

export type Connection = "connecting" | "live" | "waiting";
export type BoardFrame = Omit<Board, "me" | "around">;

interface Watcher {
  onBoard: (board: BoardFrame) => void;
  onConnection: (connection: Connection) => void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** Pause before the nth new attempt: doubling, with jitter, so that not all come at once. */
export const pauseBefore = (attempt: number, random: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (0.5 + random / 2);

/** Watches until the returned function is called. */
export function watchBoard(key: BoardKey, watcher: Watcher): () => void {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const path = [key.dataset, key.difficulty, key.period].map(encodeURIComponent);
  const address = `${scheme}://${location.host}/ws/board/${path.join("/")}`;
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let isOver = false;

  const open = () => {
    watcher.onConnection("connecting");
    const current = new WebSocket(address);
    socket = current;
    current.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (isOver || frame.type !== "board") return;
      attempt = 0;
      watcher.onConnection("live");
      watcher.onBoard(frame);
    };
    current.onclose = () => {
      if (isOver) return;
      watcher.onConnection("waiting");
      timer = setTimeout(open, pauseBefore(attempt, Math.random()));
      attempt += 1;
    };
  };
  const openNow = () => {
    if (socket?.readyState !== WebSocket.CLOSED) return;
    clearTimeout(timer);
    open();
  };

  open();
  window.addEventListener("online", openNow);
  return () => {
    isOver = true;
    clearTimeout(timer);
    window.removeEventListener("online", openNow);
    socket?.close();
  };
}
