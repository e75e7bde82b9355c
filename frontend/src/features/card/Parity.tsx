import { CheckIcon } from "@/components/icons";
import type { ModelCard, Parity as ParityReport } from "@/lib/api";
import { numberText } from "@/lib/text";
import { gapText } from "./gaps";

interface ParityProps {
  parity: ParityReport;
  origin: ModelCard["origin"];
}

/** How exactly the file answers as the trained model did. */
export function Parity({ parity, origin }: ParityProps) {
  const rows: [string, number | null][] = [
    ["The trained model, before it became a file", parity.eager],
    ["One picture at a time against 32 at once", parity.batch],
    ["This machine against WebAssembly, as in a browser", parity.wasm],
  ];
  return (
    <section aria-labelledby="parity" className="min-w-0">
      <h2 id="parity" className="text-3xl">
        The same everywhere
      </h2>
      <p className="mt-4">
        {origin === "imported" ? "Its maker reports that" : "Before it was let in,"} the
        file answered {numberText(parity.pictures)} pictures in each of these ways. Its
        choice was always the same; its probabilities differed by at most:
      </p>
      <dl className="mt-4 grid gap-3">
        {rows.map(([name, gap]) => (
          <div key={name} className="border-t border-line pt-2">
            <dt className="text-muted">{name}</dt>
            <dd className="flex items-center gap-2 tabular-nums">
              {gap === null ? (
                "not tried"
              ) : (
                <>
                  <CheckIcon className="size-4 text-good" />
                  {gapText(gap)}
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
