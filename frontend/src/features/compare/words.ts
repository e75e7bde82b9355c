/** What a paired test says, for a reader who never heard of one. */

/** How often chance alone would do it: 0.004 is "about 4 times in 1000 tries". */
export function oddsText(p: number): string {
  if (p < 0.0005) return "less than once in 1000 tries";
  const tries = p < 0.0095 ? 1000 : 100;
  const times = Math.round(p * tries);
  return times === 1
    ? `about once in ${tries} tries`
    : `about ${times} times in ${tries} tries`;
}

/** 0.0342 is "+3.4" points; the sign is always there, but for zero. */
export function pointsText(difference: number, digits = 1): string {
  const points = (Math.abs(difference) * 100).toFixed(digits);
  if (Number(points) === 0) return points;
  return `${difference < 0 ? "−" : "+"}${points}`;
}

/** A p-value as it is printed: "p = 0.031", "p < 0.0001". */
export const pText = (p: number): string =>
  p < 0.0001 ? "p < 0.0001" : `p = ${p < 0.01 ? p.toFixed(4) : p.toFixed(2)}`;

/** Below this the split is not put down to chance. */
export const LIMIT = 0.05;

export interface Split {
  a: string;
  b: string;
  onlyA: number;
  onlyB: number;
  p: number;
}

/** The headline and the reason under it. */
export function verdictText({ a, b, onlyA, onlyB, p }: Split): {
  title: string;
  reason: string;
} {
  const apart = onlyA + onlyB;
  if (apart === 0)
    return {
      title: "They answer alike.",
      reason: "There is no picture on which only one of them is right.",
    };
  const split = `On ${apart} ${apart === 1 ? "picture" : "pictures"} only one of them is right: ${onlyA} for A, ${onlyB} for B.`;
  const odds = `If both were equally good, a split at least as uneven would come up ${oddsText(p)}.`;
  if (p >= LIMIT)
    return {
      title: "These pictures cannot tell them apart.",
      reason: `${split} ${p >= 0.995 ? "No split is more even." : odds}`,
    };
  return {
    title: `${onlyA > onlyB ? a : b} is better.`,
    reason: `${split} ${odds}`,
  };
}
