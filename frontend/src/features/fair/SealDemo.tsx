import { useEffect, useState } from "react";
import { Button } from "@/components/Button";
import { SealIcon, WarnIcon } from "@/components/icons";
import { canonicalJson } from "@/lib/canonical";
import { canHash, sha256Hex } from "@/lib/sha256";

/** A record of the demonstration, with a salt drawn in this browser. */
function makeRecord(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const salt = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return canonicalJson({
    ai_answer: "bark",
    label: "gravel",
    options: ["gravel", "bark", "fur", "cloth"],
    salt,
    v: "demonstration",
  });
}

function useHash(text: string): string | null {
  const [known, setKnown] = useState<{ text: string; hash: string } | null>(null);
  useEffect(() => {
    let heard = true;
    void sha256Hex(text).then((hash) => heard && setKnown({ text, hash }));
    return () => {
      heard = false;
    };
  }, [text]);
  return known?.text === text ? known.hash : null;
}

/** Seal a record, change it, and see that it shows. */
export function SealDemo() {
  if (!canHash())
    return (
      <p className="rounded-lg border border-line bg-raised p-5">
        This browser computes SHA-256 only over HTTPS, so the demonstration cannot run
        here.
      </p>
    );
  return <Demo />;
}

function Demo() {
  const [original] = useState(makeRecord);
  const [text, setText] = useState(original);
  const seal = useHash(original);
  const hash = useHash(text);
  const isWhole = hash !== null && hash === seal;
  const isBroken = hash !== null && seal !== null && hash !== seal;
  return (
    <div
      className={`rounded-lg border-2 bg-raised p-4 transition-colors duration-150 sm:p-6 ${isBroken ? "border-bad" : "border-good"}`}
    >
      <h3 className="text-xl">1. The seal, published first</h3>
      <Hash text={seal} />
      <label htmlFor="record" className="mt-6 block font-display text-xl font-bold">
        2. The record, revealed after the answer
      </label>
      <p className="text-muted">An example. Change it: one character is enough.</p>
      <textarea
        id="record"
        value={text}
        onChange={(event) => setText(event.target.value)}
        spellCheck={false}
        rows={6}
        className="mt-2 w-full rounded-md border-2 border-edge bg-paper p-3 font-mono text-sm break-all"
      />
      <div className="mt-2 flex flex-wrap gap-3">
        <Button
          look="plain"
          onClick={() => setText(text.replace('"label":"gravel"', '"label":"bark"'))}
        >
          Let the AI be right
        </Button>
        <Button look="plain" onClick={() => setText(original)}>
          Put it back
        </Button>
      </div>
      <h3 className="mt-6 text-xl">3. SHA-256 of the record, computed here</h3>
      <Hash text={hash} against={seal} />
      <p role="status" className="mt-5 min-h-8 text-lg font-semibold">
        {isWhole && (
          <span className="flex items-start gap-2 text-good">
            <SealIcon className="mt-0.5 size-6" /> The same number: this is the record
            that was sealed.
          </span>
        )}
        {isBroken && (
          <span className="flex items-start gap-2 text-bad">
            <WarnIcon className="mt-0.5 size-6" /> Another number: the record was
            changed after it was sealed.
          </span>
        )}
      </p>
    </div>
  );
}

/** A hash in hex; digits that differ from `against` are underlined. */
function Hash({ text, against }: { text: string | null; against?: string | null }) {
  if (text === null) return <p className="mt-2 p-3 text-muted">Computing</p>;
  return (
    <p className="mt-2 rounded-md bg-sunk p-3 font-mono text-sm break-all">
      {Array.from(text, (digit, index) =>
        against && against[index] !== digit ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity
          <span key={index} className="text-bad underline">
            {digit}
          </span>
        ) : (
          digit
        ),
      )}
    </p>
  );
}
