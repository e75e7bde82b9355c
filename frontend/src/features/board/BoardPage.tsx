import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { BoardView } from "@/components/BoardView";
import { Button } from "@/components/Button";
import { EyeIcon } from "@/components/icons";
import { LiveSign } from "@/components/LiveSign";
import { Problem } from "@/components/Problem";
import { RecentMatches } from "@/components/RecentMatches";
import { useStart } from "@/components/useStart";
import { useTitle } from "@/components/useTitle";
import { Waiting } from "@/components/Waiting";
import type { Difficulty } from "@/lib/api";
import { useDataSets } from "@/lib/datasets";
import { useLiveBoard } from "@/lib/liveBoard";
import { useMe } from "@/lib/player";
import { useSettings } from "@/lib/settings";
import { DIFFICULTIES, labelText, PERIODS } from "@/lib/text";

const route = getRouteApi("/board/$dataset/$difficulty");

const TAB =
  "inline-flex min-h-11 items-center rounded-full px-4 font-medium text-muted hover:bg-sunk hover:text-ink aria-[current=page]:bg-ink aria-[current=page]:text-paper";

export function BoardPage() {
  const { dataset, difficulty } = route.useParams();
  const { period = "all" } = route.useSearch();
  const datasets = useDataSets();
  const shown = datasets.data?.find(({ slug }) => slug === dataset);
  const name = shown?.name ?? (datasets.data ? "No such board" : labelText(dataset));
  useTitle(`${name}, ${difficulty}`);
  const board = useLiveBoard({ dataset, difficulty: difficulty as Difficulty, period });
  const { data: me } = useMe();

  return (
    <div className="page-width py-8 sm:py-12">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <h1 className="text-4xl sm:text-6xl">
          {name}, {difficulty}
        </h1>
        <LiveSign connection={board.connection} />
      </div>
      <div className="mt-6 grid gap-2">
        <Tabs label="Data set">
          {(datasets.data ?? []).map(({ slug, name }) => (
            <Link
              key={slug}
              to="/board/$dataset/$difficulty"
              params={{ dataset: slug, difficulty }}
              search={{ period }}
              aria-current={slug === dataset ? "page" : undefined}
              className={TAB}
            >
              {name}
            </Link>
          ))}
        </Tabs>
        <Tabs label="Opponent">
          {DIFFICULTIES.map((tier) => (
            <Link
              key={tier}
              to="/board/$dataset/$difficulty"
              params={{ dataset, difficulty: tier }}
              search={{ period }}
              aria-current={tier === difficulty ? "page" : undefined}
              className={TAB}
            >
              {labelText(tier)}
            </Link>
          ))}
        </Tabs>
        <Tabs label="Period">
          {PERIODS.map(({ value, text }) => (
            <Link
              key={value}
              to="/board/$dataset/$difficulty"
              params={{ dataset, difficulty }}
              search={{ period: value }}
              aria-current={value === period ? "page" : undefined}
              className={TAB}
            >
              {text}
            </Link>
          ))}
        </Tabs>
      </div>
      {board.error ? (
        <div className="mt-8">
          <Problem error={board.error} onRetry={() => void board.refetch()} />
        </div>
      ) : !board.data ? (
        <Waiting text="Fetching the board" />
      ) : (
        <div className="mt-8 grid gap-x-14 gap-y-10 lg:grid-cols-[2fr_1fr]">
          <section aria-label="Ranking" className="min-w-0">
            <BoardView board={board.data} me={me?.id ?? null} top={Infinity} />
          </section>
          <section aria-labelledby="recent" className="min-w-0">
            <PlayHere dataset={dataset} difficulty={difficulty as Difficulty} />
            <h2 id="recent" className="mt-8 text-2xl">
              Just played
            </h2>
            <div className="mt-4">
              <RecentMatches recent={board.data.recent} />
            </div>
            <p className="mt-4 text-sm text-muted">
              Guests play along unranked. A board ranks players by their best match in
              the period: points, then accuracy, then the earlier time. Periods begin in
              UTC.
            </p>
          </section>
        </div>
      )}
    </div>
  );
}

function Tabs({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav aria-label={label} className="-mx-1 flex flex-wrap gap-1">
      {children}
    </nav>
  );
}

function PlayHere({
  dataset,
  difficulty,
}: {
  dataset: string;
  difficulty: Difficulty;
}) {
  const rounds = useSettings((settings) => settings.rounds);
  const start = useStart();
  return (
    <>
      <Button
        large
        className="w-full"
        disabled={start.isPending}
        onClick={() => start.mutate({ dataset, difficulty, rounds })}
      >
        <EyeIcon className="size-6" />
        Play for this board
      </Button>
      {start.error && (
        <div className="mt-3">
          <Problem error={start.error} />
        </div>
      )}
    </>
  );
}
