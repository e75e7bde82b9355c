import { expect, test } from "vitest";
import { gapText } from "./gaps";

test.each([
  [0, "no difference"],
  [3e-8, "under 0.1 millionths"],
  [0.0000031, "3.1 millionths"],
  [0.0021, "0.0021"],
])("a gap of %d", (gap, text) => {
  expect(gapText(gap)).toBe(text);
});
