import { beforeEach, expect, test, vi } from "vitest";
import { mayPlay, noteNobody, notePlayer, onPlayerChange } from "./presence";

beforeEach(noteNobody);

/** What the browser tells this tab when another one wrote. */
function writeElsewhere(value: string | null): void {
  if (value === null) localStorage.removeItem("eyevsai.player");
  else localStorage.setItem("eyevsai.player", value);
  window.dispatchEvent(new StorageEvent("storage", { key: "eyevsai.player" }));
}

test("a player who comes in another tab comes here too, and leaves here too", () => {
  const listener = vi.fn();
  const stop = onPlayerChange(listener);
  writeElsewhere("x");
  expect(mayPlay()).toBe(true);
  writeElsewhere(null);
  expect(mayPlay()).toBe(false);
  expect(listener).toHaveBeenCalledTimes(2);
  stop();
});

test("every coming is news, a leaving only once", () => {
  const listener = vi.fn();
  const stop = onPlayerChange(listener);
  notePlayer();
  notePlayer();
  noteNobody();
  noteNobody();
  expect(listener).toHaveBeenCalledTimes(3);
  stop();
});

test("the mark tells nothing about the player", () => {
  notePlayer();
  expect(localStorage.getItem("eyevsai.player")).toMatch(/^[0-9a-f-]{13,36}$/);
});

test("tokens of an older page are removed", async () => {
  localStorage.setItem("eyevsai.tokens", "{}");
  vi.resetModules();
  await import("./presence");
  expect(localStorage.getItem("eyevsai.tokens")).toBeNull();
});
