/**
 * What this browser saw of a match's rounds before answering, kept for the tab's life.
 *
 * A seal proves something only if it is the one that came *before* the answer, so the
 * first sight of a round is kept through reloads and nothing overwrites it.
 */

import type { Shown } from "./seal";

export interface Sight extends Shown {
  imageSha256?: string;
}

const keyOf = (match: string) => `eyevsai.seen.${match}`;

function readSights(match: string): Record<string, Sight> {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(match)) ?? "{}");
  } catch {
    return {};
  }
}

export function findSight(match: string, round: string): Sight | null {
  return readSights(match)[round] ?? null;
}

/** Keeps the first sight; what is already known of a round stays. */
export function rememberSight(match: string, sight: Sight): Sight {
  const sights = readSights(match);
  const { id, number, options, issued_at_ms, expires_at_ms, seal, imageSha256 } = sight;
  const kept: Sight = {
    ...{ id, number, options, issued_at_ms, expires_at_ms, seal },
    ...(imageSha256 !== undefined && { imageSha256 }),
    ...sights[id],
  };
  try {
    const all = { ...sights, [id]: kept };
    sessionStorage.setItem(keyOf(match), JSON.stringify(all));
  } catch {
    // Storage is full or forbidden: the sight lives as long as the page does.
  }
  return kept;
}
