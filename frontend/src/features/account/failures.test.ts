import { expect, test } from "vitest";
import { failureText } from "./failures";

test("who was connecting an account is not told to sign in another way", () => {
  expect(failureText("provider_unavailable", false).text).toContain("another way");
  expect(failureText("provider_unavailable", true)).toEqual({
    heading: "No answer",
    text: "The other site does not answer now. Try again later.",
  });
});

test("a reason that is the same for both is said to both", () => {
  expect(failureText("wrong_state", true)).toEqual(failureText("wrong_state", false));
});

test("an unknown reason says at least what to do", () => {
  expect(failureText(undefined, false).heading).toBe("That did not work");
  expect(failureText("no such reason", true).text).toContain("Begin again");
});
