import { expect, test } from "vitest";
import { canonicalJson } from "./canonical";

test("keys are sorted, nothing is spaced, text stays text", () => {
  const value = { b: [true, 1], a: { z: "é\n\u0001", y: "“" }, A: 9007199254740991 };
  expect(canonicalJson(value)).toBe(
    '{"A":9007199254740991,"a":{"y":"“","z":"é\\n\\u0001"},"b":[true,1]}',
  );
});

test.each([[null], [0.5], [2 ** 53], [Number.NaN], [undefined], ["\ud800"], [[null]]])(
  "%j may not stand in a record",
  (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  },
);
