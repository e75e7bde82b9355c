import { lazy, Suspense, useState } from "react";
import { Button } from "@/components/Button";
import { CrossIcon } from "@/components/icons";

// Asked for by few: not part of what the page loads at first.
const LeaveDialog = lazy(() => import("./LeaveDialog"));

export function Leave({ matchId }: { matchId: string }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button look="quiet" onClick={() => setAsking(true)}>
        <CrossIcon />
        <span className="max-sm:sr-only">
          Leave<span className="sr-only"> the match</span>
        </span>
      </Button>
      {isAsking && (
        <Suspense>
          <LeaveDialog matchId={matchId} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}
