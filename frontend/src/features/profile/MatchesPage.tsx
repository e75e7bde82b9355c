import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, buttonClass } from "@/components/Button";
import { downloadText } from "@/components/download";
import { AiIcon, ArrowIcon, DownIcon, EqualIcon, EyeIcon } from "@/components/icons";
import { Problem } from "@/components/Problem";
import { Waiting } from "@/components/Waiting";
import { getReceipt } from "@/lib/api";
import { mayPlay } from "@/lib/presence";
import { listMatches, type PlayedMatch } from "@/lib/profile";
import { agoText, labelText, numberText } from "@/lib/text";
import { Frame } from "./Frame";
import { mine } from "./useMine";

export function MatchesPage() {
  return (
    <Frame title="Matches">
      {() => (
        <>
          <h1 className="mt-8 text-5xl sm:mt-12 sm:text-6xl">Your matches</h1>
          <List />
        </>
      )}
    </Frame>
  );
}

function List() {
  const matches = useInfiniteQuery({
    queryKey: mine("matches"),
    enabled: mayPlay,
    queryFn: ({ pageParam }) => listMatches({ cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next || null,
  });
  if (matches.error && !matches.data)
    return (
      <div className="mt-8 max-w-2xl">
        <Problem error={matches.error} onRetry={() => void matches.refetch()} />
      </div>
    );
  if (matches.isPending) return <Waiting text="Fetching your matches" />;
  const all = matches.data.pages.flatMap(({ results }) => results);
  if (all.length === 0) return <NoneYet />;
  return (
    <>
      <ol className="mt-8 border-t border-line">
        {all.map((match) => (
          <Row key={match.id} match={match} />
        ))}
      </ol>
      {matches.error && (
        <div className="mt-6 max-w-2xl">
          <Problem error={matches.error} onRetry={() => void matches.fetchNextPage()} />
        </div>
      )}
      <p className="mt-6 flex flex-wrap items-center gap-x-5 gap-y-3">
        {matches.hasNextPage && (
          <Button
            look="plain"
            disabled={matches.isFetchingNextPage}
            onClick={() => void matches.fetchNextPage()}
          >
            {matches.isFetchingNextPage ? "One moment" : "Show older matches"}
          </Button>
        )}
        <span role="status" className="text-muted">
          {all.length === 1 ? "1 match" : `${numberText(all.length)} matches`}
          {matches.hasNextPage ? " so far" : " in all"}
        </span>
      </p>
    </>
  );
}

function NoneYet() {
  return (
    <>
      <p className="mt-4 max-w-xl text-lg text-muted">
        None yet. Every match that you play here comes with its receipt, which proves
        it.
      </p>
      <Link to="/" className={`mt-6 ${buttonClass("primary", true)}`}>
        Play
      </Link>
    </>
  );
}

const OUTCOMES = {
  player: { text: "Won", Icon: EyeIcon, tone: "text-eye" },
  ai: { text: "Lost", Icon: AiIcon, tone: "text-ai" },
  draw: { text: "Draw", Icon: EqualIcon, tone: "text-muted" },
};

function Row({ match }: { match: PlayedMatch }) {
  const { id, status, winner, player, ai, opponent, total_rounds } = match;
  const isOpen = status === "open";
  const { text, Icon, tone } = OUTCOMES[winner ?? "draw"];
  const at = new Date(match.finished_at_ms ?? match.started_at_ms).toISOString();
  return (
    <li className="relative grid grid-cols-[1fr_auto] items-center gap-x-5 gap-y-1 border-b border-line py-4 hover:bg-sunk sm:grid-cols-[6.5rem_1fr_auto_auto] sm:px-2">
      <p className={`flex items-center gap-2 font-semibold ${isOpen ? "" : tone}`}>
        {isOpen ? (
          "Open"
        ) : (
          <>
            <Icon className="size-6" />
            {text}
          </>
        )}
      </p>
      <p className="row-start-2 min-w-0 sm:row-start-auto">
        <Link
          to={isOpen ? "/play/$matchId" : "/match/$matchId"}
          params={{ matchId: id }}
          className="font-semibold after:absolute after:inset-0"
        >
          {isOpen && <span className="sr-only">Play on: </span>}
          {match.dataset_name}, {labelText(match.difficulty).toLowerCase()}
        </Link>
        <span className="block text-muted">
          {opponent.name}, <time dateTime={at}>{agoText(at, Date.now())}</time>
          {status === "abandoned" && ", given up"}
        </span>
      </p>
      <p className="text-right font-display text-2xl font-extrabold tabular-nums sm:text-3xl">
        <span className="sr-only">
          You {player.correct}, the AI {ai.correct}, of {total_rounds}
        </span>
        <span aria-hidden="true">
          <span className="text-eye">{player.correct}</span>
          <span className="mx-1.5 text-muted">:</span>
          <span className="text-ai">{ai.correct}</span>
        </span>
      </p>
      <p className="row-start-2 text-right sm:row-start-auto sm:w-40">
        {isOpen ? (
          <span
            aria-hidden="true"
            className="inline-flex min-h-11 items-center gap-2.5 px-4.5 font-semibold"
          >
            Play on
            <ArrowIcon />
          </span>
        ) : (
          <Receipt match={match} />
        )}
      </p>
    </li>
  );
}

function Receipt({ match }: { match: PlayedMatch }) {
  const download = useMutation({
    mutationFn: () => getReceipt(match.id),
    onSuccess: (receipt) =>
      downloadText(
        `eyevsai-${match.id.slice(0, 8)}.receipt.json`,
        `${JSON.stringify(receipt, null, 2)}\n`,
      ),
  });
  return (
    <Button
      look="quiet"
      className="relative z-1"
      disabled={download.isPending}
      onClick={() => download.mutate()}
    >
      <DownIcon />
      {download.error ? "Try again" : "Receipt"}
      <span className="sr-only"> of the match on {match.dataset_name}</span>
    </Button>
  );
}
