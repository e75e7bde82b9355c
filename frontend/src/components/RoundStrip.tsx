import type { RoundResult } from "@/lib/api";
import { CheckIcon, CrossIcon } from "./icons";

interface RoundStripProps {
  total: number;
  results: readonly RoundResult[];
  /** Number of the round on screen, where there is one. */
  current?: number | undefined;
}

const outcome = (isRight: boolean) => (isRight ? "right" : "wrong");

/** Each round as two signs: a disc for the eye above, a square for the AI below. */
export function RoundStrip({ total, results, current }: RoundStripProps) {
  const numbers = Array.from({ length: total }, (_, index) => index + 1);
  return (
    <ol className="flex gap-1 sm:gap-2" aria-label="Rounds">
      {numbers.map((number) => {
        const result = results.find((each) => each.number === number);
        const isCurrent = number === current;
        return (
          <li
            key={number}
            aria-current={isCurrent ? "step" : undefined}
            className={`flex flex-col gap-1 rounded-sm border-b-3 px-0.5 pb-1 ${isCurrent ? "border-ink" : "border-transparent"}`}
          >
            <span className="sr-only">
              {result
                ? `Round ${number}: you ${outcome(result.correct)}, AI ${outcome(result.ai.correct)}`
                : `Round ${number}: ${isCurrent ? "now" : "to come"}`}
            </span>
            <Sign side="eye" isRight={result?.correct} />
            <Sign side="ai" isRight={result?.ai.correct} />
          </li>
        );
      })}
    </ol>
  );
}

interface SignProps {
  side: "eye" | "ai";
  isRight: boolean | undefined;
}

const SHAPES = { eye: "rounded-full", ai: "rounded-[3px]" };
const RIGHT = { eye: "bg-eye-fill text-on-fill", ai: "bg-ai-fill text-on-fill" };
const WRONG = { eye: "border-2 border-eye text-eye", ai: "border-2 border-ai text-ai" };

function Sign({ side, isRight }: SignProps) {
  const look =
    isRight === undefined ? "border-2 border-line" : (isRight ? RIGHT : WRONG)[side];
  return (
    <span
      aria-hidden="true"
      className={`grid size-4 place-items-center sm:size-5 ${SHAPES[side]} ${look}`}
    >
      {isRight === true && <CheckIcon className="size-3 sm:size-3.5" />}
      {isRight === false && <CrossIcon className="size-2.5 sm:size-3" />}
    </span>
  );
}
