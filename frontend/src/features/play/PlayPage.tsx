import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { buttonClass } from "@/components/Button";
import { Mark } from "@/components/Mark";
import { Problem } from "@/components/Problem";
import { RoundStrip } from "@/components/RoundStrip";
import { useTitle } from "@/components/useTitle";
import { Waiting } from "@/components/Waiting";
import { useMe } from "@/lib/player";
import { Leave } from "./Leave";
import { AiSide, PlayerSide } from "./Sides";
import { Stage } from "./Stage";
import { useKeys } from "./useKeys";
import { usePlay } from "./usePlay";
import { spokenResult } from "./verdict";

const route = getRouteApi("/play/$matchId");

export function PlayPage() {
  const { matchId } = route.useParams();
  // Another match is another run of the machine.
  return <Play key={matchId} matchId={matchId} />;
}

function Play({ matchId }: { matchId: string }) {
  const play = usePlay(matchId);
  const { state, result } = play;
  const { match, round, results, problem } = state;
  const { data: me } = useMe();
  const next = useRef<HTMLButtonElement>(null);
  const picture = useRef<HTMLElement>(null);
  const number = result?.number ?? round?.number;
  useTitle(number ? `Round ${number}` : "Match");
  useKeys(state, play);

  useEffect(() => {
    if (result) next.current?.focus();
    else if (round) picture.current?.focus();
  }, [result, round]);

  if (!match)
    return problem ? (
      <div className="page-width py-16">
        <h1 className="text-4xl">This match cannot be opened.</h1>
        <div className="mt-6 max-w-2xl">
          <Problem error={problem} onRetry={play.retry} />
        </div>
        <Link to="/" className={`mt-6 ${buttonClass("plain")}`}>
          To the front page
        </Link>
      </div>
    ) : (
      <Waiting text="Opening the match" />
    );

  return (
    <div className="flex grow flex-col">
      <header className="page-width grid grid-cols-[1fr_auto] items-center gap-3 py-2 sm:py-3 lg:grid-cols-[1fr_auto_1fr]">
        <p className="hidden min-w-0 items-center gap-3 lg:flex">
          <Mark className="h-6" />
          <span className="truncate font-display text-lg font-bold">
            {match.dataset_name}
          </span>
        </p>
        <RoundStrip total={match.total_rounds} results={results} current={number} />
        <div className="justify-self-end">
          <Leave matchId={matchId} />
        </div>
      </header>
      <h1 className="sr-only">
        Match against {match.opponent.name}, {match.dataset_name}
      </h1>
      <p role="status" className="sr-only">
        {result ? spokenResult(result) : ""}
      </p>
      <div className="page-width grid grow grid-cols-2 content-start gap-x-4 gap-y-2 pb-4 lg:grid-cols-[1fr_auto_1fr] lg:gap-x-12">
        <PlayerSide
          match={match}
          results={results}
          name={me?.name ?? "You"}
          options={(result ?? round)?.options.length ?? 4}
        />
        <div className="order-last col-span-2 lg:order-none lg:col-span-1">
          <Stage {...play} nextRef={next} pictureRef={picture} />
        </div>
        <AiSide match={match} results={results} shown={result} />
      </div>
    </div>
  );
}
