/** A scale for shares of right answers, and where a share stands on it. */

export interface Axis {
  low: number;
  high: number;
  ticks: readonly number[];
}

export const WHOLE: Axis = { low: 0, high: 1, ticks: [0, 0.25, 0.5, 0.75, 1] };

/** Tenths of the whole that may lie between two ticks. */
const STEPS = [1, 2, 5];
const MOST_TICKS = 6;

/** The narrowest scale of whole tenths that holds every share. */
export function makeAxis(shares: readonly number[]): Axis {
  if (shares.length === 0) return WHOLE;
  const low = Math.max(0, Math.floor(Math.min(...shares) * 10 - 1e-9));
  const high = Math.min(10, Math.ceil(Math.max(...shares) * 10 + 1e-9));
  const step = STEPS.find((each) => (high - low) / each < MOST_TICKS) ?? 5;
  const first = Math.ceil(low / step) * step;
  const count = Math.floor((high - first) / step) + 1;
  return {
    low: low / 10,
    high: high / 10,
    ticks: Array.from({ length: count }, (_, index) => (first + index * step) / 10),
  };
}

/** Where a share stands: "37.5%" of the way from the axis' low to its high end. */
export function placeOn(axis: Axis, share: number): string {
  const place = (share - axis.low) / (axis.high - axis.low);
  return `${Number((100 * Math.min(1, Math.max(0, place))).toFixed(3))}%`;
}

/** How much of the axis lies between two shares. */
export const spanOn = (axis: Axis, low: number, high: number): string =>
  placeOn({ low: 0, high: axis.high - axis.low, ticks: [] }, high - low);
