import { Link } from "@tanstack/react-router";
import type { ModelCard } from "@/lib/api";
import { labelText, percentText } from "@/lib/text";

/** The tier that its strength suggests, with the numbers behind it. */
export function Strength({ card }: { card: ModelCard }) {
  const { dataset, standing, tier } = card;
  if (standing === null) return null;
  const { cuts, rank, of, tier: suggested } = standing;
  const ladder = (
    <Link to="/opponents" search={{ dataset }} className="text-link">
      See the ladder
    </Link>
  );
  if (cuts === null)
    return (
      <p className="mt-5 max-w-3xl">
        Too few versions were measured on these pictures to divide them into tiers by
        their strength. {ladder}
      </p>
    );
  return (
    <p className="mt-5 max-w-3xl">
      By its strength it is{" "}
      <strong className="font-semibold">{labelText(suggested).toLowerCase()}</strong>:
      number {rank} of the {of} versions that were measured on these pictures. Divided
      into thirds, medium begins at {percentText(cuts.medium)} and hard at{" "}
      {percentText(cuts.hard)}.{" "}
      {tier && tier !== suggested && `It plays ${tier} all the same. `}
      {ladder}
    </p>
  );
}
