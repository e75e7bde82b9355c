import { expect, test } from "vitest";
import { oddsText, pointsText, pText, verdictText } from "./words";

test.each([
  [0.00001, "less than once in 1000 tries"],
  [0.001, "about once in 1000 tries"],
  [0.004, "about 4 times in 1000 tries"],
  [0.01, "about once in 100 tries"],
  [0.314, "about 31 times in 100 tries"],
])("the odds of p = %d", (p, text) => {
  expect(oddsText(p)).toBe(text);
});

test("numbers carry their sign and no false precision", () => {
  expect(pointsText(0.0342)).toBe("+3.4");
  expect(pointsText(-0.1)).toBe("−10.0");
  expect(pointsText(-0.0001)).toBe("0.0");
  expect(pointsText(-0.1, 0)).toBe("−10");
  expect(pText(0.00002)).toBe("p < 0.0001");
  expect(pText(0.0031)).toBe("p = 0.0031");
  expect(pText(0.314)).toBe("p = 0.31");
});

const names = { a: "Pebble", b: "Lens" };

test("the better one is named only where chance is not the better explanation", () => {
  expect(verdictText({ ...names, onlyA: 12, onlyB: 71, p: 1e-11 }).title).toBe(
    "Lens is better.",
  );
  expect(verdictText({ ...names, onlyA: 9, onlyB: 1, p: 0.0215 })).toEqual({
    title: "Pebble is better.",
    reason:
      "On 10 pictures only one of them is right: 9 for A, 1 for B. If both were equally good, a split at least as uneven would come up about 2 times in 100 tries.",
  });
  expect(verdictText({ ...names, onlyA: 5, onlyB: 6, p: 1 })).toEqual({
    title: "These pictures cannot tell them apart.",
    reason:
      "On 11 pictures only one of them is right: 5 for A, 6 for B. No split is more even.",
  });
  expect(verdictText({ ...names, onlyA: 0, onlyB: 0, p: 1 }).title).toBe(
    "They answer alike.",
  );
});
