import { AiIcon, CheckIcon, EyeIcon } from "@/components/icons";
import type { RoundResult } from "@/lib/api";
import { labelText, percentText } from "@/lib/text";

const TILE =
  "relative flex min-h-14 items-center gap-2.5 overflow-hidden rounded-md border-2 px-3 py-2 text-left font-semibold leading-tight sm:min-h-16 sm:px-4 sm:text-lg";

interface OptionsProps {
  options: readonly string[];
  chosen: string | null;
  isOpen: boolean;
  onChoose: (option: string) => void;
}

/** The answers to choose from, with their keys. */
export function Options({ options, chosen, isOpen, onChoose }: OptionsProps) {
  return (
    <fieldset className="grid grid-cols-2 gap-2 sm:gap-3">
      <legend className="sr-only">What is in the picture?</legend>
      {options.map((option, index) => (
        <button
          key={option}
          type="button"
          disabled={!isOpen}
          aria-keyshortcuts={String(index + 1)}
          onClick={() => onChoose(option)}
          className={`${TILE} transition-colors duration-150 ${
            option === chosen
              ? "border-eye bg-eye-fill text-on-fill"
              : "border-edge bg-raised enabled:hover:border-eye enabled:hover:bg-sunk disabled:text-muted"
          }`}
        >
          <span
            aria-hidden="true"
            className="hidden size-7 shrink-0 place-items-center rounded-sm border border-current font-sans text-sm opacity-75 sm:grid"
          >
            {index + 1}
          </span>
          <span className="min-w-0 hyphens-auto wrap-break-word">
            {labelText(option)}
          </span>
        </button>
      ))}
    </fieldset>
  );
}

interface AnswersProps {
  options: readonly string[];
  result: RoundResult;
}

/** The same tiles after the answer: the truth, who chose what, how sure the AI was. */
export function Answers({ options, result }: AnswersProps) {
  return (
    <ul className="grid grid-cols-2 gap-2 sm:gap-3" aria-label="Answers">
      {options.map((option) => (
        <Answer key={option} option={option} result={result} />
      ))}
    </ul>
  );
}

function Answer({ option, result }: { option: string; result: RoundResult }) {
  const isTrue = option === result.label;
  const share = result.ai.probabilities[option] ?? 0;
  return (
    <li
      className={`${TILE} flex-wrap bg-raised ${isTrue ? "border-good" : "border-line"}`}
    >
      <span className="flex min-w-0 grow items-center gap-2">
        {isTrue && <CheckIcon className="size-5 text-good" />}
        <span
          className={`min-w-0 hyphens-auto wrap-break-word ${isTrue ? "text-good" : ""}`}
        >
          {labelText(option)}
          {isTrue && <span className="sr-only">, the truth</span>}
        </span>
      </span>
      <span className="flex items-center gap-1.5 text-sm tabular-nums">
        {option === result.answer && <Chooser side="eye" />}
        {option === result.ai.answer && <Chooser side="ai" />}
        <span className="text-ai">
          <span className="sr-only">AI </span>
          {percentText(share, 0)}
        </span>
      </span>
      <svg
        className="absolute inset-x-0 bottom-0 h-1.5 w-full"
        viewBox="0 0 100 6"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <rect width={share * 100} height="6" className="fill-ai" />
      </svg>
    </li>
  );
}

function Chooser({ side }: { side: "eye" | "ai" }) {
  return side === "eye" ? (
    <span className="flex items-center gap-1 rounded-full bg-eye-fill px-2 py-0.5 text-on-fill">
      <EyeIcon className="size-4" /> You
    </span>
  ) : (
    <span className="flex items-center gap-1 rounded-sm bg-ai-fill px-2 py-0.5 text-on-fill">
      <AiIcon className="size-4" /> AI
    </span>
  );
}
