/** A closed round in words. */

import type { RoundResult } from "@/lib/api";
import { labelText, percentText } from "@/lib/text";

export function headlineOf({ answer, late, correct, ai }: RoundResult): string {
  const others = ai.correct ? "the AI was right" : "the AI was wrong too";
  if (late)
    return answer === null ? `Time is over, ${others}.` : `Too late, ${others}.`;
  if (correct) return ai.correct ? "You both saw it." : "You saw it, the AI did not.";
  return ai.correct ? "The AI saw it, you did not." : "Neither of you saw it.";
}

/** The whole reveal as a screen reader says it. */
export function spokenResult(result: RoundResult): string {
  const { ai, answer, label, points } = result;
  const share = percentText(ai.probabilities[ai.answer] ?? 0, 0);
  return [
    result.correct ? "Right." : "Wrong.",
    `It is: ${labelText(label)}.`,
    answer === null ? "You gave no answer in time." : `You said ${labelText(answer)}.`,
    `The AI said ${labelText(ai.answer)}, ${share} sure.`,
    `${points.total} points for you, ${result.ai_points} for the AI.`,
  ].join(" ");
}
