import { expect, test } from "vitest";
import { makeAxis, placeOn, spanOn, WHOLE } from "./axis";

test.each([
  [[0.664, 0.757, 0.955], { low: 0.6, high: 1, ticks: [0.6, 0.7, 0.8, 0.9, 1] }],
  [[0.123, 0.957], { low: 0.1, high: 1, ticks: [0.2, 0.4, 0.6, 0.8, 1] }],
  [[0.91, 0.93], { low: 0.9, high: 1, ticks: [0.9, 1] }],
  [[0.6, 0.7], { low: 0.5, high: 0.8, ticks: [0.5, 0.6, 0.7, 0.8] }],
  [[0, 1], { low: 0, high: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] }],
  [[], WHOLE],
])("the axis of %j", (shares, axis) => {
  expect(makeAxis(shares)).toEqual(axis);
});

test("a share's place is clipped to the axis", () => {
  const axis = makeAxis([0.65, 0.95]);
  expect(placeOn(axis, 0.7)).toBe("25%");
  expect(placeOn(axis, 0.2)).toBe("0%");
  expect(placeOn(axis, 1.2)).toBe("100%");
  expect(spanOn(axis, 0.7, 0.9)).toBe("50%");
});
