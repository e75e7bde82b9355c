import { expect, test } from "vitest";
import type { RegistryVersion } from "@/lib/api";
import { canCompare, climbLadder, rangeText, togglePick } from "./rungs";

const CUTS = { medium: 0.8, hard: 0.9 };

function makeVersion(name: string, changes: Partial<RegistryVersion>): RegistryVersion {
  return {
    name,
    sha256: name,
    family: "shallow",
    version: "1.0.0",
    origin: "trained",
    accuracy: { correct: 85, total: 100, value: 0.85, low: 0.77, high: 0.91 },
    size_bytes: 1000,
    created_at: "2026-11-21T10:00:00Z",
    retired_at: null,
    tier: null,
    suggested_tier: "medium",
    standing: null,
    aliases: [],
    parent: null,
    measured_on_active_pool: true,
    ...changes,
  };
}

const at = (value: number) => ({ correct: 0, total: 100, value, low: 0, high: 1 });

test("the strongest comes first, what cannot be compared last", () => {
  const versions = [
    makeVersion("weak", { accuracy: at(0.7), suggested_tier: "easy" }),
    makeVersion("gone", { accuracy: at(0.99), retired_at: "2026-11-21T10:00:00Z" }),
    makeVersion("older", { measured_on_active_pool: false, suggested_tier: null }),
    makeVersion("good", { accuracy: at(0.91), suggested_tier: "hard" }),
    makeVersion("best", { accuracy: at(0.95), suggested_tier: "hard" }),
  ];
  const rungs = climbLadder(versions, CUTS);
  expect(
    rungs.map(({ title, versions }) => [title, versions.map(({ name }) => name)]),
  ).toEqual([
    ["Hard", ["best", "good"]],
    ["Easy", ["weak"]],
    ["Not measured today", ["older"]],
    ["Retired", ["gone"]],
  ]);
});

test("without thirds there is one rung, the newer of two equals above", () => {
  const versions = [
    makeVersion("old", {}),
    makeVersion("new", { created_at: "2026-11-22T10:00:00Z" }),
  ];
  const [rung, ...rest] = climbLadder(versions, null);
  expect(rung?.title).toBe("Measured");
  expect(rung?.versions.map(({ name }) => name)).toEqual(["new", "old"]);
  expect(rest).toEqual([]);
});

test("a tier's range says its numbers", () => {
  expect(rangeText("easy", CUTS)).toBe("below 80.0 %");
  expect(rangeText("medium", CUTS)).toBe("80.0 % to below 90.0 %");
  expect(rangeText("hard", CUTS)).toBe("90.0 % and more");
});

test("two picks at most, the older one gives way", () => {
  expect(togglePick([], "a")).toEqual(["a"]);
  expect(togglePick(["a", "b"], "a")).toEqual(["b"]);
  expect(togglePick(["a", "b"], "c")).toEqual(["b", "c"]);
});

test("only what was measured on the pictures of today can be compared", () => {
  expect(canCompare(makeVersion("a", {}))).toBe(true);
  expect(canCompare(makeVersion("b", { measured_on_active_pool: false }))).toBe(false);
  expect(canCompare(makeVersion("c", { accuracy: null }))).toBe(false);
});
