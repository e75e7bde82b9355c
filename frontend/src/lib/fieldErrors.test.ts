import { expect, test } from "vitest";
import { fieldErrors } from "./fieldErrors";
import { ApiError } from "./http";

test("reasons for single fields, from a list or a text", () => {
  const detail = { email: ["Taken.", "Try another."], name: "Too long." };
  expect(fieldErrors(new ApiError(422, "invalid_value", "", detail))).toEqual({
    email: "Taken. Try another.",
    name: "Too long.",
  });
  expect(fieldErrors(new ApiError(429, "too_fast", "", detail))).toEqual({});
  expect(fieldErrors(null)).toEqual({});
});
