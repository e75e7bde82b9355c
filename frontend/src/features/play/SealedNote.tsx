import { LockIcon } from "@/components/icons";
import { shortHash } from "@/lib/text";

/** Says that the AI has answered already and cannot change its answer. */
export function SealedNote({ seal }: { seal: string }) {
  return (
    <>
      <button
        type="button"
        popoverTarget="sealed-note"
        className="flex min-h-11 items-center gap-2 rounded-sm border border-line px-3 text-left text-ai hover:bg-sunk"
      >
        <LockIcon />
        <span>
          The AI’s answer is sealed{" "}
          <code className="font-mono text-sm whitespace-nowrap">{shortHash(seal)}</code>
        </span>
      </button>
      <div
        id="sealed-note"
        popover="auto"
        className="m-auto w-[min(28rem,calc(100vw-2rem))] rounded-lg border border-edge bg-raised p-6 text-ink shadow-lift backdrop:bg-veil"
      >
        <h2 className="text-2xl">The AI has answered already</h2>
        <p className="mt-3">
          Its answer, its probabilities and the truth were written down before you saw
          the picture. This is the SHA-256 of that record. Nobody can change the record
          now without changing the number:
        </p>
        <p className="mt-3 rounded-sm bg-sunk p-3 font-mono text-sm break-all">
          {seal}
        </p>
        <p className="mt-3">
          After your answer you get the record, and your browser compares the two.
        </p>
      </div>
    </>
  );
}
