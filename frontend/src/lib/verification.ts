/** The check of one closed round with everything that this browser knows of it. */

import type { MatchInfo, RoundResult } from "./api";
import { fetchPicture } from "./picture";
import { checkSeal, type Shown, type Verdict } from "./seal";
import { findSight } from "./witness";

const pending = (reason: string): Verdict => ({ state: "pending", reason });

export async function verifyRound(
  match: MatchInfo,
  result: RoundResult,
): Promise<Verdict> {
  const sight = findSight(match.id, result.id);
  if (sight === null)
    return pending("This browser did not see the round before the answer.");
  let imageSha256 = sight.imageSha256;
  try {
    imageSha256 ??= (await fetchPicture(result.image_url)).sha256 ?? "";
  } catch {
    return pending("The picture could not be loaded to compare it.");
  }
  const shown: Shown = sight;
  return checkSeal({
    match: match.id,
    modelSha256: match.opponent.model_sha256,
    shown,
    revealed: result,
    imageSha256,
  });
}
