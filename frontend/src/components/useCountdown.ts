import { useEffect, useState } from "react";
import { serverNowMs } from "@/lib/clock";

const secondsUntil = (ms: number) =>
  Math.max(0, Math.ceil((ms - serverNowMs()) / 1000));

/** Whole seconds until a moment of the server's clock, counted down. */
export function useCountdown(untilMs: number): number {
  const [left, setLeft] = useState(() => secondsUntil(untilMs));
  useEffect(() => {
    setLeft(secondsUntil(untilMs));
    const timer = setInterval(() => setLeft(secondsUntil(untilMs)), 500);
    return () => clearInterval(timer);
  }, [untilMs]);
  return left;
}
