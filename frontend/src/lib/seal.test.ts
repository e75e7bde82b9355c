// @vitest-environment node
import { describe, expect, test } from "vitest";
import { canonicalJson } from "./canonical";
import { checkSeal, type OpeningRecord, readRecord, type SealInput } from "./seal";
import { sha256Hex } from "./sha256";

// Written and hashed by the server's own canonical writer.
const RECORD =
  '{"ai_answer":"gravel","classes":["bark","fur","gravel","moss","straße"],"expires_at_ms":1795251620000,"image_sha256":"2cea274d0bedc39ec4ab6ba9e59ec889e3ed6fb56a1cf088a64d9b383378dc97","issued_at_ms":1795251600000,"label":"moss","match":"5b7b0d0e-3a3f-4f0c-9d65-0c6c6a2f3f10","model_sha256":"9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4","number":3,"options":["moss","gravel","straße","fur"],"probabilities_ppm":[50001,99999,600000,150000,100000],"round":"b1f3a0f2-7f44-4d2f-8f2f-7e7f1a0f9c11","salt":"000000000000000000000000000000000000000000000000000000000000007f","v":"eyevsai.round/1"}';
const SEAL = "d7b6fe1b8d864e3a5aa99f78094e7021fc4f573c66cb47a8056d0251670318fd";
const record: OpeningRecord = JSON.parse(RECORD);

function honest(): SealInput {
  return {
    match: record.match,
    modelSha256: record.model_sha256,
    imageSha256: record.image_sha256,
    shown: {
      id: record.round,
      number: 3,
      options: ["moss", "gravel", "straße", "fur"],
      issued_at_ms: 1795251600000,
      expires_at_ms: 1795251620000,
      seal: SEAL,
    },
    revealed: {
      answer: "moss",
      late: false,
      correct: true,
      label: "moss",
      ai: {
        answer: "gravel",
        correct: false,
        probabilities: {
          bark: 0.050001,
          fur: 0.099999,
          gravel: 0.6,
          moss: 0.15,
          straße: 0.1,
        },
      },
      record: RECORD,
      seal: SEAL,
    },
  };
}

/** A server that seals a false record honestly: only the content can give it away. */
async function sealed(
  changes: Partial<Record<keyof OpeningRecord, unknown>>,
  ai: Partial<SealInput["revealed"]["ai"]> = {},
) {
  const text = canonicalJson({ ...record, ...changes });
  const seal = await sha256Hex(text);
  const input = honest();
  input.shown.seal = seal;
  input.revealed.seal = seal;
  input.revealed.record = text;
  Object.assign(input.revealed.ai, ai);
  return checkSeal(input);
}

test("an honest round is whole", async () => {
  expect(await checkSeal(honest())).toEqual({ state: "whole" });
});

test("among equally likely options the earliest class is the AI's answer", async () => {
  const ppm = [50001, 0, 400000, 400000, 149999];
  const probabilities = {
    bark: 0.050001,
    fur: 0,
    gravel: 0.4,
    moss: 0.4,
    straße: 0.149999,
  };
  const verdict = await sealed({ probabilities_ppm: ppm }, { probabilities });
  expect(verdict).toEqual({ state: "whole" });
});

test("an answer that came too late is wrong, and the round whole", async () => {
  const input = honest();
  Object.assign(input.revealed, { late: true, correct: false });
  expect(await checkSeal(input)).toEqual({ state: "whole" });
});

describe("a record that was changed after it was sealed is found, whatever the field", () => {
  test.each(Object.keys(record) as (keyof OpeningRecord)[])("%s", async (key) => {
    const value = record[key];
    const changed =
      typeof value === "number"
        ? value + 1
        : typeof value === "string"
          ? `${value}x`
          : [...value].reverse();
    const input = honest();
    input.revealed.record = canonicalJson({ ...record, [key]: changed });
    expect(await checkSeal(input)).toEqual({
      state: "broken",
      reason: "The record does not match its seal.",
    });
  });
});

test("one space more is another record", async () => {
  const input = honest();
  input.revealed.record = RECORD.replace(",", ", ");
  expect(await checkSeal(input)).toMatchObject({
    reason: "The record does not match its seal.",
  });
});

test("a seal that is exchanged at the reveal is found", async () => {
  const input = honest();
  input.revealed.record = canonicalJson({ ...record, label: "gravel" });
  input.revealed.seal = await sha256Hex(input.revealed.record);
  expect(await checkSeal(input)).toEqual({
    state: "broken",
    reason: "The seal changed after you had seen it.",
  });
});

describe("a record that was sealed false is found", () => {
  const HEX = "ab".repeat(32);
  test.each<[string, Partial<Record<keyof OpeningRecord, unknown>>, string]>([
    ["v", { v: "eyevsai.round/2" }, "The record is not an eyevsai.round/1."],
    ["v", { v: { toString: 1 } }, "The record is not an eyevsai.round/1."],
    ["match", { match: "other" }, "The record belongs to another match."],
    ["round", { round: "other" }, "The record belongs to another round."],
    ["number", { number: 4 }, "The record has another round number."],
    [
      "options",
      { options: ["gravel", "moss", "straße", "fur"] },
      "The sealed options are not the ones you were shown.",
    ],
    [
      "issued_at_ms",
      { issued_at_ms: 1795251600001, expires_at_ms: 1795251620001 },
      "The sealed start of the clock is not the one you were shown.",
    ],
    [
      "issued_at_ms",
      { issued_at_ms: 1795251600001 },
      "The sealed time limit is not 20 seconds.",
    ],
    [
      "expires_at_ms",
      { expires_at_ms: 1795251660000 },
      "The sealed time limit is not 20 seconds.",
    ],
    [
      "image_sha256",
      { image_sha256: HEX },
      "The sealed picture is not the one you saw.",
    ],
    ["model_sha256", { model_sha256: HEX }, "The sealed model is not your opponent."],
    ["label", { label: "fur" }, "The truth you were told is not the sealed one."],
    ["label", { label: "bark" }, "The truth is not among the options."],
    [
      "ai_answer",
      { ai_answer: "moss" },
      "The AI's answer is not its likeliest option.",
    ],
    ["ai_answer", { ai_answer: "bark" }, "The AI's answer is not among the options."],
    [
      "ai_answer",
      // Not shown, and as likely as the likeliest option.
      { ai_answer: "bark", probabilities_ppm: [400000, 0, 400000, 100000, 100000] },
      "The AI's answer is not among the options.",
    ],
    [
      "ai_answer",
      // "moss" stands first among the options, "gravel" among the classes.
      { ai_answer: "moss", probabilities_ppm: [0, 0, 400000, 400000, 200000] },
      "Two options were equally likely, and the AI's answer is not the first class.",
    ],
    [
      "probabilities_ppm",
      { probabilities_ppm: [50000, 100000, 600000, 150000, 100000] },
      "The AI's probabilities you were told are not the sealed ones.",
    ],
    [
      "probabilities_ppm",
      { probabilities_ppm: [50001, 99999, 600000, 150000, 100001] },
      "The AI's probabilities do not add up to one.",
    ],
    [
      "probabilities_ppm",
      { probabilities_ppm: [150000, 600000, 150000, 100000] },
      "The record has not one probability for each class.",
    ],
    [
      "probabilities_ppm",
      { probabilities_ppm: [-1, 150000, 600001, 150000, 100000] },
      "The AI's probabilities are not whole millionths, zero or more.",
    ],
    [
      "classes",
      { classes: ["fur", "fur", "gravel", "moss", "straße"] },
      "The record names a class twice.",
    ],
    [
      "classes",
      { classes: ["", "fur", "gravel", "moss", "straße"] },
      "A class of the record has no name.",
    ],
    [
      "classes",
      { classes: ["bark", "hair", "gravel", "moss", "straße"] },
      "An option is not a class the model knows.",
    ],
    [
      "classes",
      { classes: ["moss"], options: ["moss"], probabilities_ppm: [1000000] },
      "The record names fewer than two classes.",
    ],
    [
      "options",
      { options: ["moss", "gravel", "fur", "fur"] },
      "The record names an option twice.",
    ],
    [
      "options",
      { options: ["moss", "gravel", "fur"] },
      "The record does not have 4 options.",
    ],
    [
      "options",
      { options: ["moss", "gravel", "straße", "fur", "bark"] },
      "The record does not have 4 options.",
    ],
    ["salt", { salt: "7f" }, "The salt is not 64 lower-case hex digits."],
    ["salt", { salt: "A".repeat(64) }, "The salt is not 64 lower-case hex digits."],
    ["salt", { salt: `${HEX}\n` }, "The salt is not 64 lower-case hex digits."],
    [
      "image_sha256",
      { image_sha256: 5 },
      "The picture's hash is not 64 lower-case hex digits.",
    ],
    [
      "model_sha256",
      { model_sha256: "" },
      "The model's hash is not 64 lower-case hex digits.",
    ],
    ["number", { number: "3" }, "The record's round number is not a whole number."],
    ["number", { number: true }, "The record's round number is not a whole number."],
    ["match", { match: 1 }, "The record's match is not text."],
    ["round", { round: [] }, "The record's round is not text."],
    [
      "issued_at_ms",
      { issued_at_ms: -1 },
      "The sealed start of the clock is not a whole number.",
    ],
    [
      "expires_at_ms",
      { expires_at_ms: "soon" },
      "The sealed deadline is not a whole number.",
    ],
    ["options", { options: "moss" }, "The record's options are not a list of names."],
    ["classes", { classes: [1, 2] }, "The record's classes are not a list of names."],
    ["ai_answer", { ai_answer: false }, "The AI's answer is not text."],
    ["label", { label: {} }, "The truth is not text."],
  ])("%s: %j", async (_, changes, reason) => {
    expect(await sealed(changes)).toEqual({ state: "broken", reason });
  });
});

describe("a result that differs from the record is found", () => {
  test.each<[string, (input: SealInput) => void, string]>([
    [
      "the truth",
      ({ revealed }) => Object.assign(revealed, { label: "fur" }),
      "The truth you were told is not the sealed one.",
    ],
    [
      "the AI's answer",
      ({ revealed }) => Object.assign(revealed.ai, { answer: "moss" }),
      "The AI's answer you were told is not the sealed one.",
    ],
    [
      "a probability",
      ({ revealed }) => Object.assign(revealed.ai.probabilities, { moss: 0.150001 }),
      "The AI's probabilities you were told are not the sealed ones.",
    ],
    [
      "a class too many",
      ({ revealed }) => Object.assign(revealed.ai.probabilities, { hair: 0 }),
      "The AI's probabilities you were told are not the sealed ones.",
    ],
    [
      "the AI's judgement",
      ({ revealed }) => Object.assign(revealed.ai, { correct: true }),
      "The AI's answer was judged wrongly.",
    ],
    [
      "the player's judgement",
      ({ revealed }) => Object.assign(revealed, { correct: false }),
      "Your answer was judged wrongly.",
    ],
    [
      "a picture that was not displayed",
      (input) => Object.assign(input, { imageSha256: "" }),
      "The sealed picture is not the one you saw.",
    ],
  ])("%s", async (_, change, reason) => {
    const input = honest();
    change(input);
    expect(await checkSeal(input)).toEqual({ state: "broken", reason });
  });
});

test.each([
  ["not JSON", "{", "The record is not canonical JSON."],
  [
    "a number twice",
    RECORD.replace('"number":3', '"number":3,"number":3'),
    "canonical",
  ],
  ["a float", RECORD.replace('"number":3', '"number":3.5'), "canonical"],
  ["null", "null", "canonical"],
  [
    "a long number",
    RECORD.replace('"number":3', '"number":9007199254740993'),
    "canonical",
  ],
  ["other spacing", `${RECORD}\n`, "canonical"],
  ["another spelling", RECORD.replace("ß", "\\u00df"), "canonical"],
  ["half a character", RECORD.replace("ß", "\\ud800"), "canonical"],
  ["deep nesting", "[".repeat(100_000), "canonical"],
  ["a list", "[]", "exactly the fields"],
  ["a field less", RECORD.replace('"number":3,', ""), "exactly the fields"],
  ["a field more", RECORD.replace("{", '{"a":1,'), "exactly the fields"],
])("%s is no record", (_, text, reason) => {
  expect(readRecord(text)).toContain(reason);
});

test("where the browser cannot hash, the check is pending and never green", async () => {
  const subtle = Object.getOwnPropertyDescriptor(Crypto.prototype, "subtle");
  Object.defineProperty(Crypto.prototype, "subtle", {
    value: undefined,
    configurable: true,
  });
  try {
    expect((await checkSeal(honest())).state).toBe("pending");
  } finally {
    if (subtle) Object.defineProperty(Crypto.prototype, "subtle", subtle);
  }
});
