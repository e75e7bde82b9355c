import { Link } from "@tanstack/react-router";
import { buttonClass } from "@/components/Button";
import { Problem } from "@/components/Problem";
import { Waiting } from "@/components/Waiting";
import { getStatistics, type PlayerStatistics } from "@/lib/profile";
import { Bests } from "./Bests";
import { Duels } from "./Duels";
import { Frame } from "./Frame";
import { Head } from "./Head";
import { LeadStrip } from "./LeadStrip";
import { useMine } from "./useMine";

export function ProfilePage() {
  return (
    <Frame title="Profile">
      {(me) => (
        <>
          <Head me={me} />
          <Numbers />
        </>
      )}
    </Frame>
  );
}

function Numbers() {
  const statistics = useMine("statistics", getStatistics);
  if (statistics.error)
    return (
      <div className="mt-10 max-w-2xl">
        <Problem error={statistics.error} onRetry={() => void statistics.refetch()} />
      </div>
    );
  if (statistics.isPending) return <Waiting text="Counting your rounds" />;
  if (statistics.data.matches === 0) return <NoneYet />;
  return <All statistics={statistics.data} />;
}

function All({ statistics }: { statistics: PlayerStatistics }) {
  return (
    <>
      {statistics.rounds > 0 && <Duels statistics={statistics} />}
      <div className="mt-16 grid gap-x-16 gap-y-16 border-t border-line pt-12 lg:grid-cols-2">
        <LeadStrip statistics={statistics} />
        <Bests best={statistics.best} />
      </div>
    </>
  );
}

function NoneYet() {
  return (
    <div className="mt-14 border-t border-line pt-12">
      <h2 className="text-3xl sm:text-4xl">No match has ended yet.</h2>
      <p className="mt-3 max-w-xl text-lg text-muted">
        Your eye and the AI get the same pictures. After the first match this page shows
        who sees more.
      </p>
      <Link to="/" className={`mt-6 ${buttonClass("primary", true)}`}>
        Play
      </Link>
    </div>
  );
}
