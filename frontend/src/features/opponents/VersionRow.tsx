import { Link } from "@tanstack/react-router";
import { AliasChip, RetiredChip, TierChip } from "@/components/Chips";
import { Track } from "@/components/Track";
import type { RegistryVersion } from "@/lib/api";
import type { Axis } from "@/lib/axis";
import { familyText, percentText, sizeText } from "@/lib/text";
import { COLUMNS } from "./Ladder";
import { canCompare } from "./rungs";

interface VersionRowProps {
  version: RegistryVersion;
  axis: Axis;
  /** Accuracies where tiers meet. */
  cuts: readonly number[];
  /** Which side of the comparison it is picked for, or null. */
  letter: string | null;
  onPick: () => void;
}

/** One version: who it is, how good on the shared axis, and whether it is picked. */
export function VersionRow({ version, axis, cuts, letter, onPick }: VersionRowProps) {
  const { accuracy, retired_at: retiredAt } = version;
  return (
    <li className={`border-b border-line pt-4 pb-2 ${COLUMNS} md:items-center md:py-0`}>
      <div className="flex items-start justify-between gap-3 md:block md:py-4">
        <WhoItIs version={version} />
        <p className="font-display text-2xl font-bold whitespace-nowrap tabular-nums md:hidden">
          {accuracy ? percentText(accuracy.value) : "–"}
        </p>
      </div>
      <div className="mt-2 px-5 md:mt-0 md:self-stretch">
        <div className="relative h-12 md:h-full">
          {accuracy && (
            <Track
              axis={axis}
              accuracy={accuracy}
              cuts={cuts}
              look={retiredAt === null ? "filled" : "faded"}
              className="absolute inset-0 h-full"
            />
          )}
        </div>
      </div>
      <div className="flex items-center justify-end gap-3 md:w-24 md:py-4 md:flex-col md:items-end md:gap-1">
        <p className="hidden font-display text-2xl font-bold whitespace-nowrap tabular-nums md:block">
          {accuracy ? percentText(accuracy.value) : "–"}
        </p>
        {canCompare(version) && (
          <Pick version={version} letter={letter} onPick={onPick} />
        )}
      </div>
    </li>
  );
}

function WhoItIs({ version }: { version: RegistryVersion }) {
  const { name, sha256, tier, aliases, retired_at: retiredAt } = version;
  return (
    <div className={`min-w-0 ${retiredAt === null ? "" : "text-muted"}`}>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Link
          to="/opponents/$sha256"
          params={{ sha256 }}
          className="text-link font-display text-xl font-bold wrap-anywhere"
        >
          {name}
        </Link>
        {tier && <TierChip tier={tier} />}
        {retiredAt !== null && <RetiredChip />}
      </p>
      <p className="mt-0.5 text-sm text-muted">
        {familyText(version.family)}, version {version.version},{" "}
        {sizeText(version.size_bytes)}
      </p>
      {aliases.length > 0 && (
        <p className="mt-2 flex flex-wrap gap-1.5">
          {aliases.map((alias) => (
            <AliasChip key={alias} name={alias} />
          ))}
        </p>
      )}
    </div>
  );
}

interface PickProps {
  version: RegistryVersion;
  letter: string | null;
  onPick: () => void;
}

function Pick({ version, letter, onPick }: PickProps) {
  return (
    <label className="relative inline-flex min-h-9 items-center gap-2 rounded-sm text-sm font-medium text-muted hover:text-ink has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-ink">
      <input
        type="checkbox"
        checked={letter !== null}
        onChange={onPick}
        className="peer sr-only"
      />
      Compare
      <span className="sr-only">
        {version.name}, version {version.version}
      </span>
      <span
        aria-hidden="true"
        className="grid size-6 place-items-center rounded-sm border-2 border-edge font-display font-bold peer-checked:border-ink peer-checked:bg-ink peer-checked:text-paper"
      >
        {letter}
      </span>
    </label>
  );
}
