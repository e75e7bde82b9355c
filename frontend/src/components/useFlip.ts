import { type RefObject, useLayoutEffect, useRef } from "react";

const MOVE_MS = 180;

/**
 * Lets the children of a list that carry `data-flip` glide to their new places.
 * `order` is whatever changes when they may have moved.
 */
export function useFlip(list: RefObject<HTMLElement | null>, order: unknown): void {
  const tops = useRef(new Map<string, number>());
  // biome-ignore lint/correctness/useExhaustiveDependencies: order is the trigger
  useLayoutEffect(() => {
    const parent = list.current;
    if (!parent) return;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const next = new Map<string, number>();
    for (const row of parent.querySelectorAll<HTMLElement>("[data-flip]")) {
      const name = row.dataset.flip ?? "";
      // Where it stands, not where a movement that still runs shows it.
      const top = row.offsetTop;
      next.set(name, top);
      const before = tops.current.get(name);
      if (isStill || before === undefined || before === top) continue;
      row.animate(
        [{ transform: `translateY(${before - top}px)` }, { transform: "none" }],
        { duration: MOVE_MS, easing: "ease-out" },
      );
    }
    tops.current = next;
  }, [list, order]);
}
