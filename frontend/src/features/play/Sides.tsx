import { AiIcon, EyeIcon } from "@/components/icons";
import type { Difficulty, Match, RoundResult } from "@/lib/api";
import { familyText, labelText, numberText, percentText } from "@/lib/text";

const PANEL =
  "flex min-w-0 items-center gap-x-3 lg:flex-col lg:items-stretch lg:gap-y-2 lg:pt-16";
const SCORE =
  "font-display text-3xl font-extrabold leading-none tabular-nums tracking-tight lg:text-7xl";

function tallyText(flags: readonly boolean[]): string {
  if (flags.length === 0) return "No round yet";
  return `${flags.filter(Boolean).length} right of ${flags.length}`;
}

/** What a right answer is worth; the server counts (game/rules.py). */
const BASE_POINTS: Record<Difficulty, number> = { easy: 100, medium: 200, hard: 300 };
const MOST_SPEED_POINTS = 50;

interface SideProps {
  match: Match;
  results: readonly RoundResult[];
}

export function PlayerSide({
  match,
  results,
  name,
  options,
}: SideProps & { name: string; options: number }) {
  const points = results.reduce((sum, { points }) => sum + points.total, 0);
  return (
    <section className={PANEL} aria-label="You">
      <h2 className="flex min-w-0 items-center gap-2 text-lg text-eye lg:text-xl">
        <EyeIcon className="size-6 lg:size-8" />
        <span className="truncate">
          <span className="lg:hidden">You</span>
          <span className="hidden lg:inline">{name}</span>
        </span>
      </h2>
      <p className={SCORE}>
        {numberText(points)}
        <span className="sr-only"> points</span>
      </p>
      <p className="hidden text-muted lg:block">
        {tallyText(results.map(({ correct }) => correct))}
      </p>
      <p className="mt-4 hidden border-t border-line pt-4 text-muted lg:block">
        A right answer is worth {BASE_POINTS[match.difficulty]} points, and up to{" "}
        {MOST_SPEED_POINTS} more for speed. Keys 1 to {options} answer, Enter goes on.
      </p>
    </section>
  );
}

export function AiSide({
  match,
  results,
  shown,
}: SideProps & { shown: RoundResult | null }) {
  const { opponent } = match;
  const points = results.reduce((sum, { ai_points }) => sum + ai_points, 0);
  return (
    <section
      className={`${PANEL} flex-row-reverse justify-self-end lg:flex-col lg:justify-self-stretch`}
      aria-label="Your opponent, an AI"
    >
      <h2 className="flex min-w-0 items-center gap-2 text-lg text-ai lg:text-xl">
        <AiIcon className="size-6 lg:size-8" />
        <span className="truncate">{opponent.name}</span>
      </h2>
      <p className={SCORE}>
        {numberText(points)}
        <span className="sr-only"> points</span>
      </p>
      <p className="hidden text-muted lg:block">
        {tallyText(results.map(({ ai }) => ai.correct))}
      </p>
      <div className="hidden lg:block">
        <p className="mt-4 border-t border-line pt-4 text-muted">
          {familyText(opponent.family)}, version {opponent.version}. Right on{" "}
          <strong className="font-semibold text-ink">
            {percentText(opponent.accuracy)}
          </strong>{" "}
          of pictures it never trained on.{" "}
          <a
            href={`/opponents/${opponent.model_sha256}`}
            target="_blank"
            rel="noopener"
            className="text-link"
          >
            Model card<span className="sr-only"> (new tab)</span>
          </a>
        </p>
        {shown && <FreeAnswers result={shown} />}
      </div>
    </section>
  );
}

/** What the AI would have said without options. */
export function FreeAnswers({ result }: { result: RoundResult }) {
  return (
    <div className="mt-4 animate-enter border-t border-line pt-4">
      <h3 className="font-sans text-base font-semibold tracking-normal">
        Its three likeliest of all {Object.keys(result.ai.probabilities).length} classes
      </h3>
      <ol className="mt-2 grid gap-2">
        {result.ai.top.map(({ label, probability }) => (
          <li key={label}>
            <span className="flex justify-between gap-3">
              <span className={label === result.label ? "font-semibold text-good" : ""}>
                {labelText(label)}
              </span>
              <span className="tabular-nums text-ai">{percentText(probability)}</span>
            </span>
            <svg
              viewBox="0 0 100 4"
              preserveAspectRatio="none"
              className="mt-0.5 h-1.5 w-full"
              aria-hidden="true"
            >
              <rect width="100" height="4" className="fill-line" />
              <rect width={probability * 100} height="4" className="fill-ai" />
            </svg>
          </li>
        ))}
      </ol>
    </div>
  );
}
