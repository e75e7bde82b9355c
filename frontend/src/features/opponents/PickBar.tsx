import { Link } from "@tanstack/react-router";
import { Button, buttonClass } from "@/components/Button";
import { CrossIcon, ScalesIcon } from "@/components/icons";
import type { RegistryVersion } from "@/lib/api";

interface PickBarProps {
  picks: readonly RegistryVersion[];
  onClear: () => void;
}

/** What is picked for a comparison, at hand wherever the page stands. */
export function PickBar({ picks, onClear }: PickBarProps) {
  const [a, b] = picks;
  return (
    <div className="sticky bottom-3 z-10 mt-8" role="status">
      {a && (
        <div className="flex animate-enter flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border-2 border-ink bg-raised p-3 shadow-lift sm:pl-5">
          <p className="min-w-0 grow basis-56">
            <Picked letter="A" version={a} />
            {b ? (
              <>
                {" "}
                against <Picked letter="B" version={b} />
              </>
            ) : (
              <span className="text-muted"> Pick one more to compare it with.</span>
            )}
          </p>
          {b && (
            <Link
              to="/compare/$a/$b"
              params={{ a: a.sha256, b: b.sha256 }}
              className={buttonClass()}
            >
              <ScalesIcon /> Compare
            </Link>
          )}
          <Button look="quiet" onClick={onClear}>
            <CrossIcon className="size-4" />
            Clear
          </Button>
        </div>
      )}
    </div>
  );
}

function Picked({ letter, version }: { letter: string; version: RegistryVersion }) {
  return (
    <span className="font-semibold">
      <span className="mr-1.5 inline-grid size-6 place-items-center rounded-sm bg-ink font-display font-bold text-paper">
        {letter}
      </span>
      {version.name} {version.version}
    </span>
  );
}
