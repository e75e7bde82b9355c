import { useState } from "react";
import { AxisNumbers } from "@/components/Track";
import type { Registry, RegistryVersion } from "@/lib/api";
import { type Axis, makeAxis } from "@/lib/axis";
import { PickBar } from "./PickBar";
import { climbLadder, type Rung, togglePick } from "./rungs";
import { VersionRow } from "./VersionRow";

/** Name, track and numbers of a row: one under the other on a phone. */
export const COLUMNS =
  "md:grid md:grid-cols-[15rem_1fr_auto] md:gap-x-4 lg:grid-cols-[20rem_1fr_auto] lg:gap-x-8";

/** Every version on one axis, the strongest on top. */
export function Ladder({ registry }: { registry: Registry }) {
  const [picks, setPicks] = useState<string[]>([]);
  const { versions, cuts } = registry;
  const axis = makeAxis(
    versions.flatMap(({ accuracy }) => (accuracy ? [accuracy.low, accuracy.high] : [])),
  );
  const known = new Map(versions.map((version) => [version.sha256, version]));
  return (
    <section aria-labelledby="ladder" className="mt-14">
      <div className="grid gap-x-12 gap-y-2 md:grid-cols-2">
        <h2 id="ladder" className="text-3xl sm:text-4xl">
          The ladder
        </h2>
        <p className="text-muted">
          A square is the share of right answers, its bar the 95 % interval of the
          measurement. {cuts && <Thirds />}
        </p>
      </div>
      {climbLadder(versions, cuts).map((rung) => (
        <RungRows
          key={rung.key}
          rung={rung}
          axis={axis}
          cuts={cuts ? [cuts.medium, cuts.hard] : []}
          picks={picks}
          onPick={(sha256) => setPicks(togglePick(picks, sha256))}
        />
      ))}
      <PickBar
        picks={picks.flatMap((sha256) => known.get(sha256) ?? [])}
        onClear={() => setPicks([])}
      />
    </section>
  );
}

const Thirds = () => (
  <>
    The tiers by strength divide the versions into thirds; the dashed lines are where
    they meet. Who plays which difficulty is decided apart from that.
  </>
);

interface RungRowsProps {
  rung: Rung;
  axis: Axis;
  cuts: readonly number[];
  picks: readonly string[];
  onPick: (sha256: string) => void;
}

function RungRows({ rung, axis, cuts, picks, onPick }: RungRowsProps) {
  const id = `rung-${rung.key}`;
  const letterOf = ({ sha256 }: RegistryVersion) => "AB"[picks.indexOf(sha256)] ?? null;
  return (
    <section aria-labelledby={id} className="mt-10">
      <div className="flex flex-wrap items-baseline gap-x-4 border-b-2 border-ink pb-2">
        <h3 id={id} className="text-2xl">
          {rung.title}
        </h3>
        <p className="text-muted tabular-nums">{rung.note}</p>
      </div>
      <ol>
        {rung.versions.map((version) => (
          <VersionRow
            key={version.sha256}
            version={version}
            axis={axis}
            cuts={cuts}
            letter={letterOf(version)}
            onPick={() => onPick(version.sha256)}
          />
        ))}
      </ol>
      <div className={COLUMNS} aria-hidden="true">
        <div className="px-5 md:col-start-2">
          <AxisNumbers axis={axis} />
        </div>
        <div className="hidden w-24 md:block" />
      </div>
    </section>
  );
}
