import { expect, test } from "vitest";
import { aiShareOf, duelText, headlineOf, layBars, leaderOf, shareOf } from "./duel";

const duel = (correct: number, ai_correct: number, rounds = 100) => ({
  correct,
  ai_correct,
  rounds,
});

test("shares are of the same rounds, and of none they are 0", () => {
  expect(shareOf(duel(71, 64))).toBe(0.71);
  expect(aiShareOf(duel(71, 64))).toBe(0.64);
  expect([shareOf(duel(0, 0, 0)), aiShareOf(duel(0, 0, 0))]).toEqual([0, 0]);
});

test("the leader had more right answers", () => {
  expect(leaderOf(duel(2, 1))).toBe("eye");
  expect(leaderOf(duel(1, 2))).toBe("ai");
  expect(leaderOf(duel(2, 2))).toBeNull();
});

test.each([
  [duel(71, 64), "Your eye sees more.", "7 pictures more in a hundred"],
  [duel(64, 71), "The AI sees more.", "7 pictures more in a hundred"],
  [duel(65, 64), "Your eye sees more.", "1 picture more in a hundred"],
  [
    duel(651, 650, 1000),
    "Your eye sees more.",
    "Less than 1 picture more in a hundred",
  ],
  [duel(5, 5), "Your eye and the AI see alike.", "No difference at all"],
])("%j is told in words", (numbers, title, gap) => {
  expect(headlineOf(numbers)).toEqual({ title, gap });
});

test("a duel is read aloud with both sides and what they were asked", () => {
  expect(duelText(duel(71, 64))).toBe("You 71 % right, the AI 64 %, in 100 rounds");
});

test("bars stand on the line where the player led, and hang where the AI did", () => {
  expect(layBars([3, -1, 0], 80)).toEqual({
    baseline: 62,
    height: 84,
    bars: [
      { lead: 3, y: 2, length: 60 },
      { lead: -1, y: 62, length: 20 },
      { lead: 0, y: 60, length: 4 },
    ],
  });
});

test("a side without bars takes no room", () => {
  expect(layBars([-2, -4], 80)).toMatchObject({ baseline: 2, height: 84 });
  expect(layBars([2, 4], 80)).toMatchObject({ baseline: 82, height: 84 });
  expect(layBars([0], 80)).toMatchObject({ baseline: 2, height: 4 });
  expect(layBars([], 80)).toEqual({ bars: [], baseline: 2, height: 4 });
});

test("one right answer more is a small bar", () => {
  expect(layBars([1], 80)).toEqual({
    baseline: 22,
    height: 24,
    bars: [{ lead: 1, y: 2, length: 20 }],
  });
});
