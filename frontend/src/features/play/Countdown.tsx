import { useEffect, useState } from "react";
import type { Round } from "@/lib/api";
import { serverNowMs } from "@/lib/clock";

const TICK_MS = 100;
const AROUND = 2 * Math.PI * 20;

function useTimeLeft(round: Round, isRunning: boolean): number {
  const [left, setLeft] = useState(() => round.expires_at_ms - serverNowMs());
  useEffect(() => {
    if (!isRunning) return;
    const tick = () => setLeft(round.expires_at_ms - serverNowMs());
    tick();
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, [round, isRunning]);
  return Math.max(0, left);
}

interface CountdownProps {
  round: Round;
  /** Stops where it is when the answer is on its way. */
  isRunning: boolean;
}

/** The seconds left, as a ring and as a number. */
export function Countdown({ round, isRunning }: CountdownProps) {
  const left = useTimeLeft(round, isRunning);
  const seconds = Math.ceil(left / 1000);
  const share = left / (round.expires_at_ms - round.issued_at_ms);
  const isShort = seconds <= 5;
  return (
    <div
      role="timer"
      aria-label={`${seconds} seconds left`}
      className={`relative grid size-14 place-items-center ${isShort ? "text-bad" : "text-ink"}`}
    >
      <svg
        viewBox="0 0 48 48"
        className="absolute inset-0 -rotate-90"
        aria-hidden="true"
      >
        <circle
          cx="24"
          cy="24"
          r="20"
          className="fill-none stroke-line"
          strokeWidth="4"
        />
        <circle
          cx="24"
          cy="24"
          r="20"
          className="fill-none stroke-current transition-[stroke-dashoffset] duration-100 ease-linear motion-reduce:transition-none"
          strokeWidth="4"
          strokeLinecap="round"
          strokeDasharray={AROUND}
          strokeDashoffset={AROUND * (1 - share)}
        />
      </svg>
      <span
        aria-hidden="true"
        className="font-display text-2xl font-bold tabular-nums leading-none"
      >
        {seconds}
      </span>
      {isRunning && isShort && (
        <span role="status" className="sr-only">
          5 seconds left
        </span>
      )}
    </div>
  );
}
