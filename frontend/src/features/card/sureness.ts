/** The squares of a reliability diagram. */

import type { Evaluation } from "@/lib/api";

export interface Sureness {
  low: number;
  high: number;
  /** Mean probability of the answers, and the share of them that are right. */
  confidence: number;
  accuracy: number;
  count: number;
  /** Its part of all answers. */
  share: number;
}

/** The bins that hold an answer. */
export function listSureness(calibration: Evaluation["calibration"]): Sureness[] {
  const total = calibration.reduce((sum, { count }) => sum + count, 0);
  return calibration.flatMap(({ low, high, confidence, accuracy, count }) =>
    confidence === null || accuracy === null || count === 0
      ? []
      : [{ low, high, confidence, accuracy, count, share: count / total }],
  );
}

/** What the diagram shows, in words: too sure, too careful, or about right. */
export function leaningText(bins: readonly Sureness[]): string {
  const lean = bins.reduce(
    (sum, { confidence, accuracy, share }) => sum + share * (confidence - accuracy),
    0,
  );
  if (lean > 0.03) return "On the whole it is surer than it should be.";
  if (lean < -0.03) return "On the whole it is more careful than it needs to be.";
  return "On the whole it is about as sure as it should be.";
}
