import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Navigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { buttonClass } from "@/components/Button";
import { Problem } from "@/components/Problem";
import { useTitle } from "@/components/useTitle";
import { Waiting } from "@/components/Waiting";
import { completeMatch, type Summary } from "@/lib/api";
import { ApiError } from "@/lib/http";
import { useMe } from "@/lib/player";
import { useSettings } from "@/lib/settings";
import { Again } from "./Again";
import { OnBoard, PutOnBoard } from "./PutOnBoard";
import { Receipt } from "./Receipt";
import { RoundCards } from "./RoundCards";
import { Score } from "./Score";
import { Standing } from "./Standing";
import { useVerdicts } from "./useVerdicts";

const route = getRouteApi("/match/$matchId");

const isStillOpen = (error: Error | null): boolean =>
  error instanceof ApiError && ["rounds_left", "round_open"].includes(error.code);

export function SummaryPage() {
  const { matchId } = route.useParams();
  useTitle("Result");
  // Completing is idempotent: it answers the summary of a match that is over.
  const summary = useQuery({
    queryKey: ["summary", matchId],
    queryFn: () => completeMatch(matchId),
    staleTime: Infinity,
  });
  if (isStillOpen(summary.error))
    return <Navigate to="/play/$matchId" params={{ matchId }} replace />;
  if (summary.error)
    return (
      <div className="page-width py-16">
        <h1 className="text-4xl">This result cannot be shown.</h1>
        <div className="mt-6 max-w-2xl">
          <Problem error={summary.error} onRetry={() => void summary.refetch()} />
        </div>
        <Link to="/" className={`mt-6 ${buttonClass("plain")}`}>
          To the front page
        </Link>
      </div>
    );
  if (!summary.data) return <Waiting text="Counting the points" />;
  return <Result summary={summary.data} />;
}

function Result({ summary }: { summary: Summary }) {
  const verdicts = useVerdicts(summary);
  const { data: me } = useMe();
  const [isKept, setKept] = useState(false);
  useEffect(() => {
    if (useSettings.getState().lastMatch === summary.id)
      useSettings.setState({ lastMatch: null });
  }, [summary.id]);
  return (
    <div className="page-width py-8 sm:py-12">
      <Score summary={summary} />
      <Again summary={summary} />
      <RoundCards summary={summary} verdicts={verdicts} />
      <div className="mt-16 grid gap-x-14 gap-y-14 border-t border-line pt-12 lg:grid-cols-[3fr_2fr]">
        <Standing summary={summary} />
        <div className="grid min-w-0 content-start gap-12 *:min-w-0">
          {me?.is_guest && (
            <PutOnBoard summary={summary} onDone={() => setKept(true)} />
          )}
          {isKept && me && !me.is_guest && <OnBoard name={me.name} />}
          <Receipt summary={summary} verdicts={verdicts} />
        </div>
      </div>
    </div>
  );
}
