import { Navigate } from "@tanstack/react-router";
import { Problem } from "@/components/Problem";
import { Waiting } from "@/components/Waiting";
import { useChoice, useDataSets } from "@/lib/datasets";

/** `/board`: the board of what the player last chose. */
export function AnyBoard() {
  const datasets = useDataSets();
  const choice = useChoice(datasets.data);
  if (choice)
    return (
      <Navigate
        to="/board/$dataset/$difficulty"
        params={{ dataset: choice.dataset.slug, difficulty: choice.difficulty }}
        replace
      />
    );
  return (
    <div className="page-width py-16">
      {datasets.error ? (
        <Problem error={datasets.error} onRetry={() => void datasets.refetch()} />
      ) : datasets.isPending ? (
        <Waiting text="Looking for a board" />
      ) : (
        <p>No opponent is ready yet, so there is no board.</p>
      )}
    </div>
  );
}
