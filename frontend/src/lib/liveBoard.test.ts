import { expect, test } from "vitest";
import type { Board } from "./api";
import { mergeBoards } from "./liveBoard";

const board: Board = {
  dataset: "closeups",
  difficulty: "easy",
  period: "day",
  period_start: "2026-11-21",
  version: 4,
  total: 1,
  rows: [],
  recent: [],
  me: null,
  around: [],
};

test("an older frame does not turn a board back, a newer one keeps the own row", () => {
  const me = {
    rank: 1,
    player: "p",
    name: "Alice",
    points: 9,
    accuracy: 1,
    reached_at: "2026-11-21T10:00:00Z",
  };
  const mine = { ...board, me };
  const { me: _, around: __, ...frame } = board;
  expect(mergeBoards(mine, { ...frame, version: 3, total: 9 })).toBe(mine);
  expect(mergeBoards(mine, { ...frame, version: 5, total: 9 })).toMatchObject({
    version: 5,
    total: 9,
    me,
  });
});

test("with a new period versions start over", () => {
  const { me: _, around: __, ...frame } = board;
  const next = { ...frame, period_start: "2026-11-22", version: 1 };
  expect(mergeBoards(board, next)).toMatchObject(next);
});
