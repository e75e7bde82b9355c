import { useState } from "react";
import { CheckIcon } from "@/components/icons";

/** What was just done, for the eye and for the ear. */
export function Said({ text }: { text: string }) {
  return (
    <p
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
