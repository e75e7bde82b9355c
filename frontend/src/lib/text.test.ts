import { expect, test } from "vitest";
import { agoText, labelText, percentText, shortHash } from "./text";

test("words and numbers", () => {
  expect(labelText("brown_cap_mushroom")).toBe("Brown cap mushroom");
  expect(labelText("7")).toBe("7");
  expect(percentText(0.8631)).toBe("86.3 %");
  expect(percentText(0.8631, 0)).toBe("86 %");
  expect(shortHash("0123456789abcdef")).toBe("01234567");
});

test.each([
  [5, "just now"],
  [60, "1 minute ago"],
  [7_199, "1 hour ago"],
  [86_400 * 3, "3 days ago"],
])("%i seconds ago", (seconds, text) => {
  const then = "2026-11-21T10:00:00Z";
  expect(agoText(then, Date.parse(then) + seconds * 1000)).toBe(text);
});
