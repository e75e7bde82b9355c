import { describe, expect, test } from "vitest";
import type { Match, Round, RoundResult } from "@/lib/api";
import { initialState, type PlayEvent, type PlayState, reduce } from "./round";

const round = (number: number): Round => ({
  id: `round-${number}`,
  number,
  total_rounds: 2,
  image_url: `/media/${number}.png`,
  options: ["moss", "bark", "fur", "rock"],
  issued_at_ms: 1_000,
  expires_at_ms: 21_000,
  server_now_ms: 1_000,
  seal: "00",
});

const result = (number: number): RoundResult => ({
  id: `round-${number}`,
  number,
  options: ["moss", "bark", "fur", "rock"],
  issued_at_ms: 1_000,
  expires_at_ms: 21_000,
  answered_at_ms: 2_000,
  answer: "moss",
  late: false,
  correct: true,
  label: "moss",
  ai: { answer: "moss", correct: true, probabilities: {}, top: [] },
  points: { base: 100, speed: 47, total: 147 },
  ai_points: 100,
  record: "{}",
  seal: "00",
  image_url: `/media/${number}.png`,
});

const match = (changes: Partial<Match> = {}): Match => ({
  id: "match",
  dataset: "closeups",
  dataset_name: "Close-ups",
  difficulty: "easy",
  total_rounds: 2,
  status: "open",
  started_at_ms: 0,
  opponent: {
    name: "Vela",
    family: "shallow",
    version: "1",
    model_sha256: "00",
    accuracy: 0.9,
  },
  rounds: [],
  open_round: null,
  ...changes,
});

const play = (events: PlayEvent[], from: PlayState = initialState) =>
  events.reduce(reduce, from);

const asking = play([
  { type: "loaded", match: match() },
  { type: "served", round: round(1) },
]);
const revealed = play(
  [
    { type: "chosen", answer: "moss" },
    { type: "closed", result: result(1) },
  ],
  asking,
);

describe("opening a match", () => {
  test.each<[string, Partial<Match>, PlayState["phase"]]>([
    ["a new match asks for a round", {}, "serving"],
    ["an open round is shown again", { open_round: round(1) }, "asking"],
    ["between rounds the last result is shown", { rounds: [result(1)] }, "revealed"],
    [
      "with all rounds closed it is completed",
      { rounds: [result(1), result(2)] },
      "completing",
    ],
    ["a finished match is over", { status: "finished" }, "over"],
    ["an abandoned match is over", { status: "abandoned" }, "over"],
  ])("%s", (_, changes, phase) => {
    expect(play([{ type: "loaded", match: match(changes) }]).phase).toBe(phase);
  });

  test("a reload shows the same round with the same clock", () => {
    const state = play([{ type: "loaded", match: match({ open_round: round(1) }) }]);
    expect(state.round).toEqual(round(1));
  });
});

test("a whole match of two rounds", () => {
  const phases: string[] = [];
  let state = initialState;
  for (const event of [
    { type: "loaded", match: match() },
    { type: "served", round: round(1) },
    { type: "chosen", answer: "moss" },
    { type: "closed", result: result(1) },
    { type: "next" },
    { type: "served", round: round(2) },
    { type: "timeOver" },
    { type: "closed", result: result(2) },
    { type: "next" },
    { type: "completed" },
  ] as PlayEvent[]) {
    state = reduce(state, event);
    phases.push(state.phase);
  }
  expect(phases).toEqual([
    "serving",
    "asking",
    "sending",
    "revealed",
    "serving",
    "asking",
    "expired",
    "revealed",
    "completing",
    "over",
  ]);
  expect(state.results.map(({ number }) => number)).toEqual([1, 2]);
});

describe("what changes nothing", () => {
  test.each<[string, PlayState, PlayEvent]>([
    ["an answer that is no option", asking, { type: "chosen", answer: "cat" }],
    ["a second answer", revealed, { type: "chosen", answer: "bark" }],
    ["the deadline after the answer", revealed, { type: "timeOver" }],
    ["going on while asked", asking, { type: "next" }],
    ["the result of another round", asking, { type: "closed", result: result(2) }],
    ["a round that nobody asked for", asking, { type: "served", round: round(2) }],
    [
      "the picture of another round",
      asking,
      { type: "pictured", round: "round-2", picture: { url: "blob:", sha256: null } },
    ],
  ])("%s", (_, state, event) => {
    expect(reduce(state, event)).toBe(state);
  });

  test("the same result twice stands once", () => {
    const sending = play([{ type: "chosen", answer: "moss" }], asking);
    const twice = play([{ type: "closed", result: result(1) }], {
      ...sending,
      results: [result(1)],
    });
    expect(twice.results).toHaveLength(1);
    expect(twice.phase).toBe("revealed");
  });
});

test("a problem keeps the answer, and trying again repeats the step", () => {
  const sending = play([{ type: "chosen", answer: "moss" }], asking);
  const failed = reduce(sending, { type: "failed", problem: new Error("offline") });
  expect(failed).toMatchObject({ phase: "sending", answer: "moss" });
  expect(failed.problem?.message).toBe("offline");
  const again = reduce(failed, { type: "retried" });
  expect(again).toMatchObject({ phase: "sending", answer: "moss", problem: null });
  expect(again.attempt).toBe(failed.attempt + 1);
});

test("a new round forgets picture and answer of the one before", () => {
  const pictured = reduce(revealed, {
    type: "pictured",
    round: "round-1",
    picture: { url: "blob:1", sha256: "11" },
  });
  const next = play([{ type: "next" }, { type: "served", round: round(2) }], pictured);
  expect(next).toMatchObject({ picture: null, answer: null, round: { number: 2 } });
});

test("a verdict is kept with its round", () => {
  const checked = reduce(revealed, {
    type: "checked",
    round: "round-1",
    verdict: { state: "whole" },
  });
  expect(checked.verdicts).toEqual({ "round-1": { state: "whole" } });
});
