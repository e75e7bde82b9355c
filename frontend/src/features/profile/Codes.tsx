import { useEffect, useRef } from "react";
import { Button } from "@/components/Button";
import { Copy } from "@/components/Copy";
import { downloadText } from "@/components/download";
import { DownIcon } from "@/components/icons";
import { Problem } from "@/components/Problem";
import { type RecoveryCodes, renewRecoveryCodes } from "@/lib/security";
import { useAction } from "./Confirmation";
import { Factor } from "./Factor";

interface CodesProps {
  kept: RecoveryCodes;
  /** With the codes themselves, where they have just been made. */
  shown: RecoveryCodes | null;
  onMade: (codes: RecoveryCodes) => void;
}

const leftText = ({
  unused_code_count: left,
  total_code_count: total,
}: RecoveryCodes) =>
  `${left} of ${total} are left. Each one signs in once, when the app or passkey is lost.`;

export function Codes({ kept, shown, onMade }: CodesProps) {
  const renew = useAction(renewRecoveryCodes, onMade);
  return (
    <Factor
      title="Recovery codes"
      isOn={kept.unused_code_count > 0}
      note={leftText(kept)}
      action={
        <Button
          look="plain"
          disabled={renew.isPending}
          onClick={() => renew.mutate(undefined)}
        >
          Make new ones
        </Button>
      }
    >
      {renew.error && <Problem error={renew.error} />}
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
        You see them this once. Keep them apart from this device: on paper, or in a
        password store.
      </p>
      <ul
        aria-label="Recovery codes"
        className="mt-4 grid grid-cols-2 gap-x-8 gap-y-1 font-mono text-lg tabular-nums"
      >
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
