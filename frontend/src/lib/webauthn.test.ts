import { expect, test } from "vitest";
import { toBase64url, toBytes } from "./webauthn";

test("bytes go to base64url and back, whatever their number", () => {
  for (const bytes of [[], [255], [251, 255], [251, 239, 190], [0, 1, 2, 3]]) {
    const text = toBase64url(new Uint8Array(bytes).buffer);
    expect(text).toMatch(/^[\w-]*$/);
    expect([...toBytes(text)]).toEqual(bytes);
  }
  expect(toBase64url(new Uint8Array([251, 255, 191]).buffer)).toBe("-_-_");
});
