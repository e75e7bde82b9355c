import { expect, test } from "vitest";
import { hashText } from "./avatar";
import { makeQr, qrPath } from "./qr";

const rowsOf = (text: string) =>
  makeQr(text).map((row) => row.map((isDark) => (isDark ? "1" : "0")).join(""));

// The same texts by Python's qrcode 8.2, level M, bytes, with the mask chosen here.
test.each([
  ["EyeVsAI", 21, 266_992_286],
  ["é".repeat(40), 37, 4_238_100_652],
  ["a".repeat(200), 57, 3_169_208_746],
  ["a".repeat(666), 97, 1_834_492_857],
])("the code of %.8s is what another program draws", (text, size, hash) => {
  const rows = rowsOf(text);
  expect(rows.length).toBe(size);
  expect(hashText(rows.join("\n"), 0)).toBe(hash);
});

test("more than the largest code holds is refused", () => {
  expect(() => makeQr("a".repeat(667))).toThrow(RangeError);
});

test("runs of a row are one piece of the path", () => {
  const grid = [
    [true, true, false],
    [false, false, true],
  ];
  expect(qrPath(grid)).toBe("M0 0h2v1H0ZM2 1h1v1H2Z");
});
