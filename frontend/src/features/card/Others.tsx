import { Link } from "@tanstack/react-router";
import { buttonClass } from "@/components/Button";
import { ScalesIcon } from "@/components/icons";
import type { ModelCard, RegistryVersion } from "@/lib/api";
import { useRegistry } from "@/lib/registry";

const MOST = 4;

/** Whom a reader would hold it against: its parent, and who plays now. */
function listRivals(
  card: ModelCard,
  versions: readonly RegistryVersion[],
): RegistryVersion[] {
  const rivals = versions.filter(
    ({ sha256, tier, aliases, measured_on_active_pool: isMeasured }) =>
      isMeasured &&
      sha256 !== card.sha256 &&
      (tier !== null || aliases.length > 0 || sha256 === card.parent?.sha256),
  );
  const isParent = ({ sha256 }: RegistryVersion) => sha256 === card.parent?.sha256;
  return rivals
    .sort((a, b) => Number(isParent(b)) - Number(isParent(a)))
    .slice(0, MOST);
}

/** Ways to a comparison with others of the same data set. */
export function Others({ card }: { card: ModelCard }) {
  const registry = useRegistry(card.dataset);
  const versions = registry.data?.versions ?? [];
  const isMeasured = versions.some(
    ({ sha256, measured_on_active_pool: measured }) =>
      measured && sha256 === card.sha256,
  );
  const rivals = isMeasured ? listRivals(card, versions) : [];
  if (rivals.length === 0) return null;
  return (
    <nav aria-labelledby="others" className="mt-8 max-w-4xl">
      <h2
        id="others"
        className="flex items-center gap-2 font-sans text-base font-semibold tracking-normal"
      >
        <ScalesIcon /> Compare it, picture by picture, with
      </h2>
      <ul className="mt-3 flex flex-wrap gap-2">
        {rivals.map(({ sha256, name, version, tier }) => (
          <li key={sha256}>
            <Link
              to="/compare/$a/$b"
              params={{ a: card.sha256, b: sha256 }}
              className={buttonClass("plain")}
            >
              {name} {version}
              {tier && <span className="font-normal text-muted">{tier}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
