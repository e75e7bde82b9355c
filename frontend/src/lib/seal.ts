/** The check of a round's seal: what was revealed is what was sealed before. */

import { canonicalJson } from "./canonical";
import { canHash, sha256Hex } from "./sha256";

/** The opening record, `eyevsai.round/1`. */
export interface OpeningRecord {
  v: string;
  match: string;
  round: string;
  number: number;
  issued_at_ms: number;
  expires_at_ms: number;
  image_sha256: string;
  options: string[];
  model_sha256: string;
  classes: string[];
  probabilities_ppm: number[];
  ai_answer: string;
  label: string;
  salt: string;
}

/** What the browser was given before the answer, and what it saw. */
export interface Shown {
  id: string;
  number: number;
  options: string[];
  issued_at_ms: number;
  expires_at_ms: number;
  seal: string;
}

/** What the server reveals after the answer. */
export interface Revealed {
  answer: string | null;
  late: boolean;
  correct: boolean;
  label: string;
  ai: { answer: string; correct: boolean; probabilities: Record<string, number> };
  record: string;
  seal: string;
}

export interface SealInput {
  match: string;
  modelSha256: string;
  shown: Shown;
  revealed: Revealed;
  /** SHA-256 of the picture's bytes that were displayed. */
  imageSha256: string;
}

export type Verdict =
  | { state: "whole" }
  | { state: "broken"; reason: string }
  | { state: "pending"; reason: string };

const KEYS = [
  "ai_answer",
  "classes",
  "expires_at_ms",
  "image_sha256",
  "issued_at_ms",
  "label",
  "match",
  "model_sha256",
  "number",
  "options",
  "probabilities_ppm",
  "round",
  "salt",
  "v",
];
const MILLION = 1_000_000;
const LIMIT_MS = 20_000;
const MAX_OPTIONS = 4;
const HEX_64 = /^[0-9a-f]{64}$/;

const isText = (value: unknown): value is string => typeof value === "string";
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(isText);
const isHex = (value: unknown): boolean => isText(value) && HEX_64.test(value);
const isCount = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 0;
const isShares = (value: unknown): boolean =>
  Array.isArray(value) && value.every(isCount);
const hasTwice = (values: readonly string[]): boolean =>
  new Set(values).size !== values.length;
const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

/** What each field must be, and what is said when it is not. */
const FORMS: readonly [keyof OpeningRecord, (value: unknown) => boolean, string][] = [
  [
    "v",
    (value) => value === "eyevsai.round/1",
    "The record is not an eyevsai.round/1.",
  ],
  ["match", isText, "The record's match is not text."],
  ["round", isText, "The record's round is not text."],
  ["number", isCount, "The record's round number is not a whole number."],
  ["issued_at_ms", isCount, "The sealed start of the clock is not a whole number."],
  ["expires_at_ms", isCount, "The sealed deadline is not a whole number."],
  ["image_sha256", isHex, "The picture's hash is not 64 lower-case hex digits."],
  ["model_sha256", isHex, "The model's hash is not 64 lower-case hex digits."],
  ["salt", isHex, "The salt is not 64 lower-case hex digits."],
  ["options", isTexts, "The record's options are not a list of names."],
  ["classes", isTexts, "The record's classes are not a list of names."],
  [
    "probabilities_ppm",
    isShares,
    "The AI's probabilities are not whole millionths, zero or more.",
  ],
  ["ai_answer", isText, "The AI's answer is not text."],
  ["label", isText, "The truth is not text."],
];

/** The record in its one form; a string says why it is not. */
export function readRecord(text: string): OpeningRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
    if (canonicalJson(value) !== text) return "The record is not canonical JSON.";
  } catch {
    return "The record is not canonical JSON.";
  }
  const fields = value as Record<string, unknown>;
  if (!sameTexts(Object.keys(fields).sort(), KEYS))
    return "The record does not have exactly the fields of eyevsai.round/1.";
  const wrong = FORMS.find(([key, holds]) => !holds(fields[key]));
  return wrong === undefined ? (value as OpeningRecord) : wrong[2];
}

/** Record against itself and the rules. */
function findInnerFault(record: OpeningRecord): string | null {
  if (record.expires_at_ms - record.issued_at_ms !== LIMIT_MS)
    return "The sealed time limit is not 20 seconds.";
  return findClassFault(record) ?? findPredictionFault(record);
}

/** Which classes there are, and which of them are options. */
function findClassFault({ classes, options, label }: OpeningRecord): string | null {
  if (classes.length < 2) return "The record names fewer than two classes.";
  if (classes.includes("")) return "A class of the record has no name.";
  if (hasTwice(classes)) return "The record names a class twice.";
  if (hasTwice(options)) return "The record names an option twice.";
  if (!options.every((option) => classes.includes(option)))
    return "An option is not a class the model knows.";
  const wanted = Math.min(MAX_OPTIONS, classes.length);
  if (options.length !== wanted) return `The record does not have ${wanted} options.`;
  if (!options.includes(label)) return "The truth is not among the options.";
  return null;
}

/** The AI's answer: its likeliest option, among equals the earliest class. */
function findPredictionFault(record: OpeningRecord): string | null {
  const { ai_answer, classes, options, probabilities_ppm: ppm } = record;
  if (classes.length !== ppm.length)
    return "The record has not one probability for each class.";
  if (ppm.reduce((sum, share) => sum + share, 0) !== MILLION)
    return "The AI's probabilities do not add up to one.";
  if (!options.includes(ai_answer)) return "The AI's answer is not among the options.";
  const shareOf = (name: string) => ppm[classes.indexOf(name)] ?? 0;
  const best = Math.max(...options.map(shareOf));
  if (shareOf(ai_answer) !== best)
    return "The AI's answer is not its likeliest option.";
  const first = classes.find(
    (name) => options.includes(name) && shareOf(name) === best,
  );
  if (ai_answer !== first)
    return "Two options were equally likely, and the AI's answer is not the first class.";
  return null;
}

/** Record against what was shown before the answer. */
function findShownFault(record: OpeningRecord, input: SealInput): string | null {
  const { match, shown } = input;
  if (record.match !== match) return "The record belongs to another match.";
  if (record.round !== shown.id) return "The record belongs to another round.";
  if (record.number !== shown.number) return "The record has another round number.";
  if (!sameTexts(record.options, shown.options))
    return "The sealed options are not the ones you were shown.";
  if (record.issued_at_ms !== shown.issued_at_ms)
    return "The sealed start of the clock is not the one you were shown.";
  if (record.expires_at_ms !== shown.expires_at_ms)
    return "The sealed deadline is not the one you were shown.";
  if (record.image_sha256 !== input.imageSha256)
    return "The sealed picture is not the one you saw.";
  if (record.model_sha256 !== input.modelSha256)
    return "The sealed model is not your opponent.";
  return null;
}

/** Record against what was revealed after the answer. */
function findRevealedFault(record: OpeningRecord, revealed: Revealed): string | null {
  const { ai, answer, label } = revealed;
  if (record.label !== label) return "The truth you were told is not the sealed one.";
  if (record.ai_answer !== ai.answer)
    return "The AI's answer you were told is not the sealed one.";
  const told = ai.probabilities;
  const sameProbabilities =
    Object.keys(told).length === record.classes.length &&
    record.classes.every(
      (name, index) =>
        name in told &&
        Math.round((told[name] ?? -1) * MILLION) === record.probabilities_ppm[index],
    );
  if (!sameProbabilities)
    return "The AI's probabilities you were told are not the sealed ones.";
  if (ai.correct !== (record.ai_answer === record.label))
    return "The AI's answer was judged wrongly.";
  if (revealed.correct !== (!revealed.late && answer === record.label))
    return "Your answer was judged wrongly.";
  return null;
}

export async function checkSeal(input: SealInput): Promise<Verdict> {
  if (!canHash())
    return {
      state: "pending",
      reason:
        "This browser can only check seals over HTTPS. The receipt can be checked later.",
    };
  const broken = (reason: string): Verdict => ({ state: "broken", reason });
  const { shown, revealed } = input;
  if (revealed.seal !== shown.seal)
    return broken("The seal changed after you had seen it.");
  if ((await sha256Hex(revealed.record)) !== shown.seal)
    return broken("The record does not match its seal.");
  const record = readRecord(revealed.record);
  if (typeof record === "string") return broken(record);
  const fault =
    findInnerFault(record) ??
    findShownFault(record, input) ??
    findRevealedFault(record, revealed);
  return fault === null ? { state: "whole" } : broken(fault);
}
