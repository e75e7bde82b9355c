export type SideName = "a" | "b";

export const LETTERS: Record<SideName, string> = { a: "A", b: "B" };

const LOOKS: Record<SideName, string> = {
  a: "border-ai-fill bg-ai-fill text-on-fill",
  b: "border-ai text-ai",
};

/** The sign of a side: a full square for A, an open one for B. */
export function SideMark({ side, large }: { side: SideName; large?: boolean }) {
  const size = large ? "size-10 text-2xl sm:size-12 sm:text-3xl" : "size-7 text-base";
  return (
    <span
      className={`inline-grid shrink-0 place-items-center rounded-sm border-3 font-display leading-none font-extrabold ${size} ${LOOKS[side]}`}
    >
      {LETTERS[side]}
    </span>
  );
}
