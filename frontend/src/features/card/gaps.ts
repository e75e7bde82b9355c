/** Differences between probabilities, small as they are. */

/** 0.0000031 is "3.1 millionths"; from a thousandth up it is written out. */
export function gapText(gap: number): string {
  if (gap === 0) return "no difference";
  const millionths = gap * 1e6;
  if (millionths < 0.1) return "under 0.1 millionths";
  return millionths < 1000 ? `${millionths.toFixed(1)} millionths` : gap.toFixed(4);
}
