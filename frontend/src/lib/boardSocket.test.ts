import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pauseBefore, watchBoard } from "./boardSocket";

const KEY = { dataset: "closeups", difficulty: "easy", period: "all" } as const;

class Line {
  static opened: Line[] = [];
  static readonly CLOSED = 3;
  readyState = 1;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor(readonly url: string) {
    Line.opened.push(this);
  }
  say(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  drop() {
    this.readyState = Line.CLOSED;
    this.onclose?.();
  }
  close() {
    this.drop();
  }
}

beforeEach(() => {
  Line.opened = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Line);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function watch() {
  const seen: unknown[] = [];
  const states: string[] = [];
  const stop = watchBoard(KEY, {
    onBoard: ({ version }) => seen.push(version),
    onConnection: (state) => states.push(state),
  });
  return { seen, states, stop };
}

test("it says what it sees, and that it is live", () => {
  const { seen, states, stop } = watch();
  expect(Line.opened[0]?.url).toBe("ws://localhost:3000/ws/board/closeups/easy/all");
  Line.opened[0]?.say({ type: "board", version: 7 });
  Line.opened[0]?.say({ type: "other" });
  expect(seen).toEqual([7]);
  expect(states).toEqual(["connecting", "live"]);
  stop();
});

test("a lost line is opened again, later each time, until the board is back", () => {
  const { seen, states, stop } = watch();
  Line.opened[0]?.drop();
  expect(states.at(-1)).toBe("waiting");
  vi.advanceTimersByTime(500);
  expect(Line.opened).toHaveLength(2);
  Line.opened[1]?.drop();
  vi.advanceTimersByTime(499);
  expect(Line.opened).toHaveLength(2);
  vi.advanceTimersByTime(501);
  expect(Line.opened).toHaveLength(3);
  Line.opened[2]?.say({ type: "board", version: 9 });
  expect(seen).toEqual([9]);
  expect(states.at(-1)).toBe("live");
  stop();
});

test("when the network returns it does not wait", () => {
  const { stop } = watch();
  Line.opened[0]?.drop();
  window.dispatchEvent(new Event("online"));
  expect(Line.opened).toHaveLength(2);
  stop();
});

test("after the end nothing is opened and nothing is said", () => {
  const { seen, stop } = watch();
  stop();
  Line.opened[0]?.say({ type: "board", version: 1 });
  vi.advanceTimersByTime(60_000);
  expect(Line.opened).toHaveLength(1);
  expect(seen).toEqual([]);
});

test("pauses double up to 15 s, and half of each is chance", () => {
  expect([0, 1, 2, 9].map((attempt) => pauseBefore(attempt, 1))).toEqual([
    500, 1000, 2000, 15_000,
  ]);
  expect(pauseBefore(0, 0)).toBe(250);
});
