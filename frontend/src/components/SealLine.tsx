import type { Verdict } from "@/lib/seal";
import { shortHash } from "@/lib/text";
import { ClockIcon, SealIcon, WarnIcon } from "./icons";

interface SealLineProps {
  seal: string;
  /** Null while the check runs. */
  verdict: Verdict | null;
}

/** What came of the check of a round's seal. */
export function SealLine({ seal, verdict }: SealLineProps) {
  if (verdict === null)
    return (
      <p className="flex items-center gap-2 text-muted">
        <SealIcon /> Checking the seal
      </p>
    );
  const hash = <code className="font-mono text-sm">{shortHash(seal)}</code>;
  if (verdict.state === "whole")
    return (
      <p className="flex items-center gap-2 text-good" title={seal}>
        <SealIcon />
        <span>
          <strong className="font-semibold">Seal checked</strong> {hash}
        </span>
      </p>
    );
  if (verdict.state === "pending")
    return (
      <p className="flex items-start gap-2 text-muted">
        <ClockIcon className="mt-0.5 size-5" />
        <span>
          <strong className="font-semibold">Seal not checked.</strong> {verdict.reason}
        </span>
      </p>
    );
  return (
    <p role="alert" className="flex items-start gap-2 text-bad">
      <WarnIcon className="mt-0.5 size-5" />
      <span>
        <strong className="font-semibold">Seal broken.</strong> {verdict.reason}
      </span>
    </p>
  );
}
