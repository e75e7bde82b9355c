/** Numbers and names as the pages write them. */

import type { Difficulty, Period } from "./api";

/** A class as a reader expects it: "brown_cap_mushroom" is "Brown cap mushroom". */
export function labelText(label: string): string {
  const words = label.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const number = new Intl.NumberFormat("en");
export const numberText = (value: number): string => number.format(value);

/** 0.8631 is "86.3 %"; with 0 digits "86 %". */
export const percentText = (share: number, digits = 1): string =>
  `${(share * 100).toFixed(digits)} %`;

/** 141555 is "142 kB"; over a million bytes "1.4 MB". */
export const sizeText = (bytes: number): string =>
  bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.round(bytes / 1e3)} kB`;

export const shortHash = (hash: string): string => hash.slice(0, 8);

export const FAMILIES: Record<string, string> = {
  shallow: "Shallow features",
  deep_v1: "Small network",
  deep_v2: "Attention network",
  transfer: "Transfer learning",
  clip: "Image and text",
};
export const familyText = (family: string): string =>
  FAMILIES[family] ?? labelText(family);

export const DIFFICULTIES: readonly Difficulty[] = ["easy", "medium", "hard"];
export const PERIODS: readonly { value: Period; text: string }[] = [
  { value: "day", text: "Today" },
  { value: "week", text: "This week" },
  { value: "month", text: "This month" },
  { value: "all", text: "All time" },
];

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "3 minutes ago"; under a minute "just now". */
export function agoText(iso: string, nowMs: number): string {
  const seconds = (nowMs - Date.parse(iso)) / 1000;
  for (const [unit, size] of STEPS) {
    if (seconds >= size) return relative.format(-Math.floor(seconds / size), unit);
  }
  return "just now";
}

const day = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" });
/** "Nov 21, 2026", the day in UTC. */
export const dayText = (iso: string): string => day.format(new Date(iso));
