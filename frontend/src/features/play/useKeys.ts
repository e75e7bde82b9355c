import { useLayoutEffect } from "react";
import type { PlayState } from "./round";

const isBusy = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest("a, button, input, select, textarea, [role=dialog]") !== null;

/** Keys 1 to 4 choose; Enter or Space goes on. */
export function useKeys(
  { phase, round }: PlayState,
  { choose, next }: { choose: (option: string) => void; next: () => void },
): void {
  // Before the page is painted: a key pressed the moment the answers show counts.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
      if (document.querySelector("[role=alertdialog]")) return;
      const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
      const option = digit && round?.options[Number(digit) - 1];
      if (phase === "asking" && option) choose(option);
      const goesOn = event.key === "Enter" || event.key === " ";
      if (phase === "revealed" && goesOn && !isBusy(event.target)) {
        event.preventDefault();
        next();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [phase, round, choose, next]);
}
