import {
  AiIcon,
  CheckIcon,
  ClockIcon,
  CrossIcon,
  EyeIcon,
  SealIcon,
  WarnIcon,
} from "@/components/icons";
import type { RoundResult, Summary } from "@/lib/api";
import type { Verdict } from "@/lib/seal";
import { labelText } from "@/lib/text";
import type { Verdicts } from "./useVerdicts";

interface RoundCardsProps {
  summary: Summary;
  verdicts: Verdicts;
}

/** Every round with its picture, both answers and the state of its seal. */
export function RoundCards({ summary, verdicts }: RoundCardsProps) {
  if (summary.rounds.length === 0) return null;
  return (
    <section className="mt-14" aria-labelledby="rounds">
      <h2 id="rounds" className="text-3xl">
        Round by round
      </h2>
      <ol className="mt-6 grid grid-cols-2 gap-x-4 gap-y-8 sm:grid-cols-3 lg:grid-cols-5 lg:gap-x-6">
        {summary.rounds.map((result) => (
          <RoundCard
            key={result.id}
            result={result}
            verdict={verdicts[result.id] ?? null}
          />
        ))}
      </ol>
    </section>
  );
}

function RoundCard({
  result,
  verdict,
}: {
  result: RoundResult;
  verdict: Verdict | null;
}) {
  const { number, image_url, label, answer, correct, late, ai, points } = result;
  return (
    <li className="min-w-0">
      <img
        src={image_url}
        alt={`Round ${number}: ${labelText(label)}`}
        loading="lazy"
        className="aspect-square w-full rounded-md bg-sunk object-cover"
      />
      <h3 className="mt-3 flex items-baseline justify-between gap-2 text-lg">
        <span className="min-w-0 truncate">
          <span className="text-muted tabular-nums">{number}</span> {labelText(label)}
        </span>
        <span className="tabular-nums">
          {points.total > 0 && "+"}
          {points.total}
        </span>
      </h3>
      <p className="mt-1 flex items-center gap-1.5 text-eye">
        <EyeIcon />
        <span className="sr-only">You: </span>
        <span className="min-w-0 truncate">
          {late ? "Too late" : labelText(answer ?? "")}
        </span>
        <Judgement isRight={correct} />
      </p>
      <p className="flex items-center gap-1.5 text-ai">
        <AiIcon />
        <span className="sr-only">AI: </span>
        <span className="min-w-0 truncate">{labelText(ai.answer)}</span>
        <Judgement isRight={ai.correct} />
      </p>
      <SealState verdict={verdict} />
    </li>
  );
}

function Judgement({ isRight }: { isRight: boolean }) {
  const Icon = isRight ? CheckIcon : CrossIcon;
  return (
    <span className={`ml-auto ${isRight ? "text-good" : "text-bad"}`}>
      <Icon className="size-4" />
      <span className="sr-only">{isRight ? "right" : "wrong"}</span>
    </span>
  );
}

function SealState({ verdict }: { verdict: Verdict | null }) {
  if (verdict === null || verdict.state === "pending")
    return (
      <p className="mt-1 flex items-center gap-1.5 text-sm text-muted">
        <ClockIcon className="size-4" />
        {verdict === null ? "Checking the seal" : "Seal not checked"}
      </p>
    );
  if (verdict.state === "whole")
    return (
      <p className="mt-1 flex items-center gap-1.5 text-sm text-good">
        <SealIcon className="size-4" /> Seal checked
      </p>
    );
  return (
    <p className="mt-1 flex items-start gap-1.5 text-sm text-bad">
      <WarnIcon className="mt-0.5 size-4" /> Seal broken. {verdict.reason}
    </p>
  );
}
