import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { AiIcon, TagIcon } from "@/components/icons";
import { Problem } from "@/components/Problem";
import { listMoves, type Move, type VersionLink } from "@/lib/api";
import { agoText, dayText } from "@/lib/text";

const SHOWN = 8;

/** Who came to play and which names moved, newest first. */
export function History({ dataset }: { dataset: string }) {
  const moves = useQuery({
    queryKey: ["moves", dataset],
    queryFn: () => listMoves(dataset),
  });
  if (moves.isPending) return null;
  return (
    <section aria-labelledby="history" className="mt-16 border-t border-line pt-12">
      <h2 id="history" className="text-3xl sm:text-4xl">
        What changed
      </h2>
      {moves.error ? (
        <div className="mt-5 max-w-2xl">
          <Problem error={moves.error} onRetry={() => void moves.refetch()} />
        </div>
      ) : moves.data.length === 0 ? (
        <p className="mt-4 text-muted">Nothing yet.</p>
      ) : (
        <Moves moves={moves.data} />
      )}
    </section>
  );
}

function Moves({ moves }: { moves: readonly Move[] }) {
  const rest = moves.slice(SHOWN);
  return (
    <div className="mt-5 max-w-3xl">
      <Items moves={moves.slice(0, SHOWN)} />
      {rest.length > 0 && (
        <details className="mt-4">
          <summary className="font-semibold">
            {rest.length} earlier {rest.length === 1 ? "change" : "changes"}
          </summary>
          <Items moves={rest} />
        </details>
      )}
    </div>
  );
}

function Items({ moves }: { moves: readonly Move[] }) {
  return (
    <ol>
      {moves.map((move) => (
        <li
          key={`${move.at} ${move.kind} ${move.name}`}
          className="grid grid-cols-[auto_1fr] gap-x-3 border-b border-line py-3 sm:grid-cols-[auto_1fr_auto]"
        >
          {move.kind === "tier" ? (
            <AiIcon className="mt-0.5 size-5 text-ai" />
          ) : (
            <TagIcon className="mt-0.5 size-5 text-muted" />
          )}
          <div className="min-w-0">
            <p>
              <What move={move} />
            </p>
            {move.reason && <p className="text-muted wrap-anywhere">{move.reason}</p>}
          </div>
          <time
            dateTime={move.at}
            title={dayText(move.at)}
            className="text-sm whitespace-nowrap text-muted max-sm:col-start-2 sm:mt-0.5"
          >
            {agoText(move.at, Date.now())}
          </time>
        </li>
      ))}
    </ol>
  );
}

function What({ move: { kind, name, previous, version } }: { move: Move }) {
  const after = previous && (
    <>
      , after <Named version={previous} />
    </>
  );
  if (kind === "tier")
    return (
      <>
        <Named version={version} /> plays {name}
        {after}
      </>
    );
  return (
    <>
      <Named version={version} /> is the {name}
      {after}
    </>
  );
}

function Named({ version: { name, sha256, version } }: { version: VersionLink }) {
  return (
    <Link
      to="/opponents/$sha256"
      params={{ sha256 }}
      className="text-link font-semibold"
    >
      {name} {version}
    </Link>
  );
}
