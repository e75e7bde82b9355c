import { expect, test } from "vitest";
import { leaningText, listSureness } from "./sureness";

const bins = [
  { low: 0, high: 0.5, count: 0, confidence: null, accuracy: null },
  { low: 0.5, high: 0.75, count: 25, confidence: 0.6, accuracy: 0.8 },
  { low: 0.75, high: 1, count: 75, confidence: 0.9, accuracy: 0.88 },
];

test("bins without an answer are left out, the others know their part", () => {
  expect(listSureness(bins)).toEqual([
    { ...bins[1], share: 0.25 },
    { ...bins[2], share: 0.75 },
  ]);
});

const lean = (confidence: number, accuracy: number) =>
  leaningText([{ low: 0, high: 1, count: 1, share: 1, confidence, accuracy }]);

test("which way it leans", () => {
  expect(leaningText(listSureness(bins))).toMatch("more careful");
  expect(lean(0.9, 0.8)).toMatch("surer than it should be");
  expect(lean(0.9, 0.91)).toMatch("about as sure");
});
