import { useEffect, useRef } from "react";
import { Button } from "@/components/Button";
import { Copy } from "@/components/Copy";
import { downloadText } from "@/components/download";
import { DownIcon } from "@/components/icons";
import { Problem } from "@/components/Problem";
import {
  type RecoveryCodes,
  renewRecoveryCodes,
  showRecoveryCodes,
} from "@/lib/security";
import { useAction } from "./Confirmation";
import { Factor } from "./Factor";

interface CodesProps {
  kept: RecoveryCodes;
  /** With the codes themselves, once the player asked for them. */
  shown: RecoveryCodes | null;
  onShown: (codes: RecoveryCodes) => void;
}

const leftText = ({
  unused_code_count: left,
  total_code_count: total,
}: RecoveryCodes) =>
  `${left} of ${total} are left. Each one signs in once, when the app or passkey is lost.`;

export function Codes({ kept, shown, onShown }: CodesProps) {
  const show = useAction(showRecoveryCodes, onShown);
  const renew = useAction(renewRecoveryCodes, onShown);
  const error = show.error ?? renew.error;
  const isBusy = show.isPending || renew.isPending;
  return (
    <Factor
      title="Recovery codes"
      isOn={kept.unused_code_count > 0}
      note={leftText(kept)}
      action={
        <div className="flex flex-wrap gap-2">
          {!shown && (
            <Button
              look="plain"
              disabled={isBusy}
              onClick={() => show.mutate(undefined)}
            >
              Show<span className="sr-only"> the recovery codes</span>
            </Button>
          )}
          <Button
            look="quiet"
            disabled={isBusy}
            onClick={() => renew.mutate(undefined)}
          >
            Make new ones
          </Button>
        </div>
      }
    >
      {error && <Problem error={error} />}
      {shown?.unused_codes && <Shown codes={shown.unused_codes} />}
    </Factor>
  );
}

function Shown({ codes }: { codes: readonly string[] }) {
  const title = useRef<HTMLParagraphElement>(null);
  useEffect(() => title.current?.focus(), []);
  const text = `${codes.join("\n")}\n`;
  return (
    <div className="rounded-md bg-sunk p-5">
      <p ref={title} tabIndex={-1} className="font-semibold">
        Keep them apart from this device: on paper, or in a password store.
      </p>
      <ul className="mt-4 grid grid-cols-2 gap-x-8 gap-y-1 font-mono text-lg tabular-nums">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="mt-5 flex flex-wrap gap-3">
        <Button
          look="plain"
          onClick={() => downloadText("eyevsai-recovery-codes.txt", text, "text/plain")}
        >
          <DownIcon />
          Download
        </Button>
        <Copy text={text} what="the codes" />
      </div>
    </div>
  );
}
