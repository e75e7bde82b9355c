import { useEffect, useRef, useState } from "react";
import { CheckIcon } from "@/components/icons";

/** What was just done, for the eye and for the ear. */
export function Said({ text }: { text: string }) {
  const said = useRef<HTMLParagraphElement>(null);
  // What was clicked may be gone, and the focus with it.
  useEffect(() => {
    if (text && document.activeElement === document.body) said.current?.focus();
  }, [text]);
  return (
    <p
      ref={said}
      tabIndex={-1}
      role="status"
      className={
        text ? "mt-3 flex items-center gap-2 font-medium text-good" : "sr-only"
      }
    >
      {text && <CheckIcon />}
      {text}
    </p>
  );
}

export const useSaid = () => useState("");
