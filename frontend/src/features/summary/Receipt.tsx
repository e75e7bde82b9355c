import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "@/components/Button";
import { downloadText } from "@/components/download";
import { DownIcon, SealIcon, WarnIcon } from "@/components/icons";
import { Problem } from "@/components/Problem";
import { getReceipt, type Summary } from "@/lib/api";
import type { Verdicts } from "./useVerdicts";

function SealCount({ summary, verdicts }: { summary: Summary; verdicts: Verdicts }) {
  const states = Object.values(verdicts);
  const total = summary.rounds.length;
  const whole = states.filter(({ state }) => state === "whole").length;
  const broken = states.filter(({ state }) => state === "broken").length;
  const pending = states.find(({ state }) => state === "pending");
  if (broken > 0)
    return (
      <p role="alert" className="flex items-start gap-2 text-lg text-bad">
        <WarnIcon className="mt-0.5 size-6" />
        {broken} of {total} seals are broken. Keep the receipt: it proves it.
      </p>
    );
  return (
    <>
      <p
        role="status"
        className={`flex items-start gap-2 text-lg ${whole === total ? "text-good" : "text-muted"}`}
      >
        <SealIcon className="mt-0.5 size-6" />
        {whole} of {total} seals checked by this browser.
      </p>
      {pending?.state === "pending" && (
        <p className="mt-1 text-muted">{pending.reason}</p>
      )}
    </>
  );
}

/** The proof to take home, and how to check it without this page. */
export function Receipt({
  summary,
  verdicts,
}: {
  summary: Summary;
  verdicts: Verdicts;
}) {
  const name = `eyevsai-${summary.id.slice(0, 8)}.receipt.json`;
  const download = useMutation({
    mutationFn: () => getReceipt(summary.id),
    onSuccess: (receipt) => downloadText(name, `${JSON.stringify(receipt, null, 2)}\n`),
  });
  return (
    <section aria-labelledby="receipt">
      <h2 id="receipt" className="text-3xl">
        Receipt
      </h2>
      <div className="mt-4">
        <SealCount summary={summary} verdicts={verdicts} />
      </div>
      <p className="mt-3 text-muted">
        The receipt holds every record, seal and result of this match. A small program
        checks it again, without this page and without the network:
      </p>
      <pre className="mt-3 rounded-md bg-sunk p-3 font-mono text-sm whitespace-pre-wrap break-all">
        python -m fairness.verify {name}
      </pre>
      <div className="mt-4 flex flex-wrap items-center gap-x-5 gap-y-3">
        <Button
          look="plain"
          disabled={download.isPending}
          onClick={() => download.mutate()}
        >
          <DownIcon />
          Download the receipt
        </Button>
        <Link to="/fair" className="text-link">
          What it proves
        </Link>
      </div>
      {download.error && (
        <div className="mt-4">
          <Problem error={download.error} />
        </div>
      )}
    </section>
  );
}
