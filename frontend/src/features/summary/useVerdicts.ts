import { useEffect, useState } from "react";
import type { Summary } from "@/lib/api";
import type { Verdict } from "@/lib/seal";
import { verifyRound } from "@/lib/verification";

export type Verdicts = Record<string, Verdict>;

/** Checks every seal of a finished match again, unasked. */
export function useVerdicts(summary: Summary): Verdicts {
  const [verdicts, setVerdicts] = useState<Verdicts>({});
  useEffect(() => {
    let heard = true;
    for (const round of summary.rounds) {
      void verifyRound(summary, round).then(
        (verdict) => heard && setVerdicts((all) => ({ ...all, [round.id]: verdict })),
      );
    }
    return () => {
      heard = false;
    };
  }, [summary]);
  return verdicts;
}
