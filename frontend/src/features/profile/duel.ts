/** What the numbers of a duel say. */

import type { Duel, PlayedMatch } from "@/lib/profile";
import { percentText } from "@/lib/text";

export const shareOf = ({ correct, rounds }: Duel): number =>
  rounds === 0 ? 0 : correct / rounds;
export const aiShareOf = ({ ai_correct, rounds }: Duel): number =>
  rounds === 0 ? 0 : ai_correct / rounds;

/** Who was right more often in the same rounds. */
export function leaderOf({ correct, ai_correct }: Duel): "eye" | "ai" | null {
  if (correct === ai_correct) return null;
  return correct > ai_correct ? "eye" : "ai";
}

/** "Your eye sees more", by how many of a hundred pictures. */
export function headlineOf(duel: Duel): { title: string; gap: string } {
  const leader = leaderOf(duel);
  const points = Math.abs(shareOf(duel) - aiShareOf(duel)) * 100;
  const count = points < 1 ? "Less than 1" : String(Math.round(points));
  const unit = count === "1" || points < 1 ? "picture" : "pictures";
  if (leader === null)
    return { title: "Your eye and the AI see alike.", gap: "No difference at all" };
  return {
    title: leader === "eye" ? "Your eye sees more." : "The AI sees more.",
    gap: `${count} ${unit} more in a hundred`,
  };
}

export const duelText = (duel: Duel): string =>
  `You ${percentText(shareOf(duel), 0)} right, the AI ${percentText(aiShareOf(duel), 0)}, in ${duel.rounds} rounds`;

/** Right answers that the player had more than the AI: below 0 the AI had more. */
export const leadOf = ({ player, ai }: PlayedMatch): number =>
  player.correct - ai.correct;

export interface Bar {
  lead: number;
  y: number;
  length: number;
}

/** Half the thickness of the bar of a draw. */
const FLAT = 2;
/** One right answer more is not drawn as a landslide. */
const LEAST_SPAN = 4;

/**
 * Bars that stand on a line where the player led and hang from it where the AI did. The
 * longest one on either side and its opposite share `room`; a side without bars has none.
 */
export function layBars(
  leads: readonly number[],
  room: number,
): { bars: Bar[]; baseline: number; height: number } {
  const up = Math.max(0, ...leads);
  const down = Math.max(0, ...leads.map((lead) => -lead));
  const unit = room / Math.max(LEAST_SPAN, up + down);
  const baseline = FLAT + up * unit;
  const bars = leads.map((lead) => ({
    lead,
    y: lead === 0 ? baseline - FLAT : baseline - Math.max(0, lead) * unit,
    length: lead === 0 ? 2 * FLAT : Math.abs(lead) * unit,
  }));
  return { bars, baseline, height: (up + down) * unit + 2 * FLAT };
}
