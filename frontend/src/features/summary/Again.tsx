import { Link } from "@tanstack/react-router";
import { Button, buttonClass } from "@/components/Button";
import { AgainIcon } from "@/components/icons";
import { Problem } from "@/components/Problem";
import { useStart } from "@/components/useStart";
import type { Summary } from "@/lib/api";

/** The same opponent once more, or another one. */
export function Again({ summary }: { summary: Summary }) {
  const start = useStart();
  const { dataset, difficulty, total_rounds, opponent } = summary;
  const rounds = total_rounds === 5 ? 5 : 10;
  return (
    <div className="mt-8">
      <div className="flex flex-wrap gap-3">
        <Button
          large
          disabled={start.isPending}
          onClick={() => start.mutate({ dataset, difficulty, rounds })}
        >
          <AgainIcon className="size-6" />
          Rematch
        </Button>
        <Link to="/" hash="choose" className={buttonClass("plain", true)}>
          Another match
        </Link>
        <Link
          to="/opponents/$sha256"
          params={{ sha256: opponent.model_sha256 }}
          className={buttonClass("quiet", true)}
        >
          Who is {opponent.name}?
        </Link>
      </div>
      {start.error && (
        <div className="mt-4 max-w-2xl">
          <Problem error={start.error} />
        </div>
      )}
    </div>
  );
}
