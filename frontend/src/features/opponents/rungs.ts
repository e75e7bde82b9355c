/** Versions in the order of their strength, under the tier that it suggests. */

import type { Cuts, Difficulty, RegistryVersion } from "@/lib/api";
import { DIFFICULTIES, labelText, percentText } from "@/lib/text";

export interface Rung {
  key: string;
  title: string;
  note: string;
  versions: RegistryVersion[];
}

/** From which to which accuracy a tier reaches, in words. */
export function rangeText(tier: Difficulty, cuts: Cuts): string {
  if (tier === "hard") return `${percentText(cuts.hard)} and more`;
  if (tier === "medium")
    return `${percentText(cuts.medium)} to below ${percentText(cuts.hard)}`;
  return `below ${percentText(cuts.medium)}`;
}

const byStrength = (a: RegistryVersion, b: RegistryVersion): number =>
  (b.accuracy?.value ?? -1) - (a.accuracy?.value ?? -1) ||
  b.created_at.localeCompare(a.created_at);

const isCompeting = (version: RegistryVersion): boolean =>
  version.retired_at === null && version.measured_on_active_pool;

/** The strongest first; what cannot be compared with the others comes last. */
export function climbLadder(
  versions: readonly RegistryVersion[],
  cuts: Cuts | null,
): Rung[] {
  const sorted = [...versions].sort(byStrength);
  const competing = sorted.filter(isCompeting);
  const rungs: Rung[] = cuts
    ? DIFFICULTIES.toReversed().map((tier) => ({
        key: tier,
        title: labelText(tier),
        note: rangeText(tier, cuts),
        versions: competing.filter((version) => version.suggested_tier === tier),
      }))
    : [
        {
          key: "measured",
          title: "Measured",
          note: "too few versions to divide them into tiers by their strength",
          versions: competing,
        },
      ];
  rungs.push(
    {
      key: "older",
      title: "Not measured today",
      note: "no measurement on the pictures that are in play now",
      versions: sorted.filter(
        (version) => version.retired_at === null && !version.measured_on_active_pool,
      ),
    },
    {
      key: "retired",
      title: "Retired",
      note: "kept for the record, not to be played any more",
      versions: sorted.filter((version) => version.retired_at !== null),
    },
  );
  return rungs.filter((rung) => rung.versions.length > 0);
}

/** Only versions that answered the same pictures can be compared. */
export const canCompare = (version: RegistryVersion): boolean =>
  version.measured_on_active_pool && version.accuracy !== null;

/** The picks after a click: two at most, the newer ones stay. */
export function togglePick(picks: readonly string[], sha256: string): string[] {
  return picks.includes(sha256)
    ? picks.filter((pick) => pick !== sha256)
    : [...picks, sha256].slice(-2);
}
