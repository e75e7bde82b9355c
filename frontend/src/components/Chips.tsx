import type { Difficulty } from "@/lib/api";
import { AiIcon, TagIcon } from "./icons";

const CHIP =
  "inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-sm font-semibold whitespace-nowrap";

/** The difficulty that a version plays now. */
export function TierChip({ tier }: { tier: Difficulty }) {
  return (
    <span className={`${CHIP} bg-ai-fill text-on-fill`}>
      <AiIcon className="size-4" />
      Plays {tier}
    </span>
  );
}

/** A name that points to a version and can be moved to another one. */
export function AliasChip({ name }: { name: string }) {
  return (
    <span className={`${CHIP} border border-edge text-ink`}>
      <TagIcon className="size-4 text-muted" />
      <span className="sr-only">Alias </span>
      {name}
    </span>
  );
}

export function RetiredChip() {
  return <span className={`${CHIP} bg-sunk text-muted`}>Retired</span>;
}
