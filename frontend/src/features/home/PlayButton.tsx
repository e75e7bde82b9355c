import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, buttonClass } from "@/components/Button";
import { ArrowIcon, EyeIcon } from "@/components/icons";
import { Problem } from "@/components/Problem";
import { useStart } from "@/components/useStart";
import { abandonMatch, getMatch, type Match } from "@/lib/api";
import type { Choice } from "@/lib/datasets";
import { useMe } from "@/lib/player";
import { useSettings } from "@/lib/settings";

/** One click to the first picture, or back to the match that is open. */
export function PlayButton({ choice }: { choice: Choice }) {
  const { data: me } = useMe();
  const lastMatch = useSettings((settings) => settings.lastMatch);
  const last = useQuery({
    queryKey: ["match", lastMatch],
    queryFn: () => getMatch(lastMatch ?? ""),
    enabled: Boolean(me && lastMatch),
    staleTime: 0,
  });
  const start = useStart();
  const { dataset, difficulty, opponent, rounds } = choice;
  if (last.data?.status === "open") return <GoOn match={last.data} />;
  return (
    <div>
      <Button
        large
        disabled={start.isPending}
        onClick={() => start.mutate({ dataset: dataset.slug, difficulty, rounds })}
      >
        <EyeIcon className="size-6" />
        {start.isPending ? "Starting" : "Play"}
        <ArrowIcon />
      </Button>
      <p className="mt-4 text-muted">
        {dataset.name} against {opponent.name}, {rounds} pictures.{" "}
        {me && !me.is_guest ? "" : "No account needed."}
      </p>
      {start.error && (
        <div className="mt-4">
          <Problem error={start.error} />
        </div>
      )}
    </div>
  );
}

function GoOn({ match }: { match: Match }) {
  const giveUp = useMutation({
    mutationFn: () => abandonMatch(match.id),
    onSuccess: () => useSettings.setState({ lastMatch: null }),
  });
  return (
    <div>
      <div className="flex flex-wrap gap-3">
        <Link
          to="/play/$matchId"
          params={{ matchId: match.id }}
          className={buttonClass("primary", true)}
        >
          <EyeIcon className="size-6" />
          Go on playing
          <ArrowIcon />
        </Link>
        <Button
          look="plain"
          className="min-h-14"
          disabled={giveUp.isPending}
          onClick={() => giveUp.mutate()}
        >
          Give it up
        </Button>
      </div>
      <p className="mt-4 text-muted">
        Your match against {match.opponent.name} is open: {match.rounds.length} of{" "}
        {match.total_rounds} pictures played.
      </p>
      {giveUp.error && (
        <div className="mt-4">
          <Problem error={giveUp.error} />
        </div>
      )}
    </div>
  );
}
