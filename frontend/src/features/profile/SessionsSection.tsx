import { useQueryClient } from "@tanstack/react-query";
import { Button } from "@/components/Button";
import { Problem } from "@/components/Problem";
import { Waiting } from "@/components/Waiting";
import { deviceText } from "@/lib/device";
import { endSessions, listSessions, type Session } from "@/lib/security";
import { agoText } from "@/lib/text";
import { useAction } from "./Confirmation";
import { Section } from "./Frame";
import { Said, useSaid } from "./Said";
import { mine, useMine } from "./useMine";

/** Where the player is signed in. */
export function SessionsSection() {
  const client = useQueryClient();
  const sessions = useMine("sessions", listSessions);
  const [said, say] = useSaid();
  const end = useAction(endSessions, async (_, ids) => {
    await client.invalidateQueries({ queryKey: mine("sessions") });
    say(ids.length === 1 ? "It is signed out." : `${ids.length} are signed out.`);
  });
  const others = (sessions.data ?? []).filter(({ is_current }) => !is_current);
  return (
    <Section
      id="sessions"
      title="Where you are signed in"
      note="A place that you do not know? Sign it out, then change your password."
    >
      {sessions.error ? (
        <Problem error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : sessions.isPending ? (
        <Waiting text="Looking where you are" />
      ) : (
        <ul>
          {sortSessions(sessions.data).map((session) => (
            <SessionRow
              key={session.id}
              session={session}
              isBusy={end.isPending}
              onEnd={() => {
                say("");
                end.mutate([session.id]);
              }}
            />
          ))}
        </ul>
      )}
      {end.error && (
        <div className="mt-4">
          <Problem error={end.error} />
        </div>
      )}
      <Said text={said} />
      {others.length > 1 && (
        <Button
          look="plain"
          className="mt-4"
          disabled={end.isPending}
          onClick={() => end.mutate(others.map(({ id }) => id))}
        >
          Sign out all others
        </Button>
      )}
    </Section>
  );
}

/** This browser first, then the newest. */
const sortSessions = (sessions: readonly Session[]): Session[] =>
  [...sessions].sort(
    (a, b) =>
      Number(b.is_current) - Number(a.is_current) || b.created_at - a.created_at,
  );

interface SessionRowProps {
  session: Session;
  isBusy: boolean;
  onEnd: () => void;
}

function SessionRow({ session, isBusy, onEnd }: SessionRowProps) {
  const { user_agent, ip, created_at, is_current } = session;
  const device = deviceText(user_agent);
  const since = new Date(created_at * 1000).toISOString();
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line py-3 first:pt-0">
      <span className="min-w-0 grow basis-56">
        <span className="block font-semibold" title={user_agent}>
          {device}
        </span>
        <span className="block text-muted">
          {ip}, signed in <time dateTime={since}>{agoText(since, Date.now())}</time>
        </span>
      </span>
      {is_current ? (
        <span className="flex items-center gap-2 font-medium text-good">
          <span aria-hidden="true" className="size-2.5 rounded-full bg-current" />
          This browser
        </span>
      ) : (
        <Button look="plain" disabled={isBusy} onClick={onEnd}>
          Sign out<span className="sr-only"> {device}</span>
        </Button>
      )}
    </li>
  );
}
