import { useState } from "react";
import { Button } from "./Button";
import { CheckIcon, CopyIcon } from "./icons";

const TEXTS: Record<string, string> = {
  copied: "Copied",
  failed: "Select it by hand",
};

/** Copies a text and says so. */
export function Copy({ text, what }: { text: string; what: string }) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
    } catch {
      setState("failed");
    }
  };
  return (
    <Button look="plain" onClick={() => void copy()}>
      {state === "copied" ? <CheckIcon /> : <CopyIcon />}
      {TEXTS[state] ?? `Copy ${what}`}
      <span role="status" className="sr-only">
        {TEXTS[state]}
      </span>
    </Button>
  );
}
