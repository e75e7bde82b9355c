import { expect, test } from "vitest";
import { safePath } from "./next";

test("a path of this site is kept whole", () => {
  expect(safePath("/match/m1?a=b#c")).toBe("/match/m1?a=b#c");
});

test.each([
  "//evil.test/x",
  "/\\evil.test/x",
  "/\t/evil.test",
  "https://evil.test/",
  "javascript:alert(1)",
  "evil",
  "",
  7,
  undefined,
])("%j is no path of this site", (value) => {
  expect(safePath(value)).toBe("/");
});
