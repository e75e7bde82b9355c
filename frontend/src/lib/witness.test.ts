import { beforeEach, expect, test } from "vitest";
import { findSight, rememberSight, type Sight } from "./witness";

beforeEach(() => sessionStorage.clear());

const sight: Sight = {
  id: "r1",
  number: 1,
  options: ["a", "b"],
  issued_at_ms: 1,
  expires_at_ms: 2,
  seal: "first",
};

test("the first sight of a round stays, whatever is said later", () => {
  rememberSight("m", sight);
  rememberSight("m", { ...sight, seal: "second", imageSha256: "11" });
  rememberSight("m", { ...sight, imageSha256: "22" });
  expect(findSight("m", "r1")).toEqual({ ...sight, imageSha256: "11" });
  expect(findSight("m", "r2")).toBeNull();
  expect(findSight("other", "r1")).toBeNull();
});
