import { expect, test } from "vitest";
import { listMistakes } from "./mistakes";

test("the most frequent mistakes come first, right answers never", () => {
  const confusion = [
    [9, 1, 0],
    [4, 5, 1],
    [0, 2, 8],
  ];
  expect(listMistakes(["a", "b", "c"], confusion, 2)).toEqual([
    { truth: "b", answer: "a", count: 4 },
    { truth: "c", answer: "b", count: 2 },
  ]);
});

test("without mistakes the list is empty", () => {
  expect(listMistakes(["a"], [[3]], 3)).toEqual([]);
});
