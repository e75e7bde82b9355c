import { buttonClass } from "@/components/Button";
import { Copy } from "@/components/Copy";
import { DownIcon } from "@/components/icons";
import type { ModelCard } from "@/lib/api";
import { numberText } from "@/lib/text";

/** The file itself: what it is, what names it, and where to get it. */
export function TheFile({ card }: { card: ModelCard }) {
  return (
    <section aria-labelledby="file" className="min-w-0">
      <h2 id="file" className="text-3xl">
        The file
      </h2>
      <p className="mt-4">
        One ONNX file from pixels to probabilities, {numberText(card.size_bytes)} bytes.
        It looks at pictures at {card.input_size} × {card.input_size} points and knows{" "}
        {card.classes.length} classes
        {card.parameters !== null &&
          ` with ${numberText(card.parameters)} learned numbers`}
        . Its SHA-256 names it, here and in every record:
      </p>
      <p className="mt-3 rounded-md bg-sunk p-3 font-mono text-sm break-all">
        {card.sha256}
      </p>
      <div className="mt-4 flex flex-wrap gap-3">
        <Copy text={card.sha256} what="the SHA-256" />
        <a href={card.file_url} download className={buttonClass("plain")}>
          <DownIcon />
          Download the model
        </a>
      </div>
    </section>
  );
}
