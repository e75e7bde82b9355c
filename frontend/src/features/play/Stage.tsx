import type { RefObject } from "react";
import { Button } from "@/components/Button";
import { ArrowIcon, CheckIcon } from "@/components/icons";
import { Problem } from "@/components/Problem";
import { SealLine } from "@/components/SealLine";
import { Waiting } from "@/components/Waiting";
import type { Round, RoundResult } from "@/lib/api";
import { labelText } from "@/lib/text";
import { Countdown } from "./Countdown";
import { Answers, Options } from "./Options";
import type { PlayState } from "./round";
import { SealedNote } from "./SealedNote";
import { FreeAnswers } from "./Sides";
import { headlineOf } from "./verdict";

/** Picture and tiles are as wide as the height of the window leaves room for. */
const STAGE =
  "mx-auto flex w-[clamp(16rem,min(92vw,100svh-24rem),40rem)] flex-col gap-2 sm:gap-3";

interface StageProps {
  state: PlayState;
  result: RoundResult | null;
  choose: (option: string) => void;
  next: () => void;
  retry: () => void;
  nextRef: RefObject<HTMLButtonElement | null>;
  pictureRef: RefObject<HTMLElement | null>;
}

/** The middle of the page: the picture, above it the clock, below it the answers. */
export function Stage(props: StageProps) {
  const { state, result, pictureRef } = props;
  const { match, round, picture } = state;
  if (!match) return null;
  if (!round && !result)
    return (
      <div className={STAGE}>
        {state.problem ? (
          <Problem error={state.problem} onRetry={props.retry} />
        ) : (
          <Waiting text="Drawing a picture" />
        )}
      </div>
    );
  const number = result?.number ?? round?.number;
  const address = picture?.url ?? (round ? undefined : result?.image_url);
  return (
    <div className={STAGE}>
      {result ? <Outcome result={result} /> : round && <Clock {...{ state, round }} />}
      <figure
        ref={pictureRef}
        tabIndex={-1}
        className="aspect-square overflow-hidden rounded-lg bg-sunk shadow-lift"
      >
        {address ? (
          <img
            src={address}
            // biome-ignore lint/a11y/noRedundantAlt: "round 3" alone would say too little
            alt={`Picture of round ${number} of ${match.total_rounds}`}
            className="size-full object-cover"
          />
        ) : (
          !state.problem && <Waiting text="Loading the picture" />
        )}
      </figure>
      {result ? <Revealed {...props} result={result} /> : <Question {...props} />}
    </div>
  );
}

function Clock({ state, round }: { state: PlayState; round: Round }) {
  return (
    <div className="flex h-14 items-center justify-between gap-3">
      <p className="font-display text-xl font-bold sm:text-2xl">
        {state.phase === "expired" ? "Time is over" : "What is it?"}
      </p>
      <p className="ml-auto text-muted">
        Round {round.number} of {round.total_rounds}
      </p>
      <Countdown key={round.id} round={round} isRunning={state.phase === "asking"} />
    </div>
  );
}

function Question({ state, choose, retry }: StageProps) {
  const { round, answer, phase, problem } = state;
  if (!round) return null;
  return (
    <>
      <Options
        options={round.options}
        chosen={answer}
        isOpen={phase === "asking"}
        onChoose={choose}
      />
      <div className="flex min-h-14 items-center">
        {problem ? (
          <div className="grow">
            <Problem error={problem} onRetry={retry} />
          </div>
        ) : (
          <SealedNote seal={round.seal} />
        )}
      </div>
    </>
  );
}

function Outcome({ result }: { result: RoundResult }) {
  const { points } = result;
  return (
    <div className="flex h-14 animate-enter items-center justify-between gap-3">
      <div className="min-w-0">
        <p className="flex items-center gap-1.5 truncate font-display text-xl leading-tight font-bold text-good sm:text-2xl">
          <CheckIcon className="size-6" />
          {labelText(result.label)}
        </p>
        <p className="truncate leading-tight text-muted">{headlineOf(result)}</p>
      </div>
      <p
        className={`text-right font-display text-3xl leading-none font-extrabold tabular-nums ${points.total > 0 ? "text-eye" : "text-muted"}`}
      >
        {points.total > 0 && "+"}
        {points.total}
        {points.speed > 0 && (
          <span className="block font-sans text-sm font-medium tracking-normal text-muted">
            {points.speed} for speed
          </span>
        )}
      </p>
    </div>
  );
}

function Revealed({
  state,
  result,
  next,
  retry,
  nextRef,
}: StageProps & { result: RoundResult }) {
  const isLast = result.number === state.match?.total_rounds;
  return (
    <>
      <Answers options={result.options} result={result} />
      {state.problem && <Problem error={state.problem} onRetry={retry} />}
      <div className="sticky bottom-0 -mx-3 flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2 bg-paper/90 px-3 py-2 sm:static sm:mx-0 sm:bg-transparent sm:p-0">
        <div className="min-w-0 grow basis-36">
          <SealLine seal={result.seal} verdict={state.verdicts[result.id] ?? null} />
        </div>
        <Button
          ref={nextRef}
          large
          onClick={next}
          onKeyDown={(event) => event.repeat && event.preventDefault()}
        >
          {isLast ? (
            "See who won"
          ) : (
            <span>
              Next<span className="max-sm:sr-only"> picture</span>
            </span>
          )}
          <ArrowIcon />
        </Button>
      </div>
      <div className="lg:hidden">
        <FreeAnswers result={result} />
      </div>
    </>
  );
}
