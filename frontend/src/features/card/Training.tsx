import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ModelCard, VersionLink as Version } from "@/lib/api";
import { dayText, labelText, numberText } from "@/lib/text";

const ORIGINS: Record<ModelCard["origin"], string> = {
  bundled: "It came with the game",
  trained: "It was trained here",
  imported: "It was taken in as a file made elsewhere",
};

const CODE = new Set(["command", "snapshot"]);
/** Facts that stand elsewhere on the page. */
const ELSEWHERE = new Set(["parent"]);

/** From what the version was made and by whom: enough to make it again. */
export function Training({ card }: { card: ModelCard }) {
  const facts = Object.entries(card.training).filter(
    ([name, value]) => value !== null && value !== "" && !ELSEWHERE.has(name),
  );
  return (
    <section aria-labelledby="training" className="min-w-0">
      <h2 id="training" className="text-3xl">
        How it was made
      </h2>
      <dl className="mt-4 grid gap-3">
        <Row name="Origin">
          {ORIGINS[card.origin]}, {dayText(card.created_at)}
        </Row>
        {card.parent && (
          <Row name="It went on from">
            <VersionLink version={card.parent} />
          </Row>
        )}
        {card.children.length > 0 && (
          <Row name="Made from it">
            <ul>
              {card.children.map((child) => (
                <li key={child.sha256}>
                  <VersionLink version={child} />
                </li>
              ))}
            </ul>
          </Row>
        )}
        {facts.map(([name, value]) => (
          <Row key={name} name={labelText(name)}>
            <Fact name={name} value={value} />
          </Row>
        ))}
      </dl>
    </section>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="border-t border-line pt-2">
      <dt className="text-muted">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </div>
  );
}

function VersionLink({ version }: { version: Version }) {
  return (
    <Link
      to="/opponents/$sha256"
      params={{ sha256: version.sha256 }}
      className="text-link font-semibold"
    >
      {version.name}, version {version.version}
    </Link>
  );
}

function Fact({ name, value }: { name: string; value: unknown }) {
  if (typeof value === "number") return numberText(value);
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return (
      <ul className="mt-1 flex flex-wrap gap-1.5">
        {Object.entries(value).map(([key, item]) => (
          <li key={key} className="rounded-sm bg-sunk px-2 py-0.5 text-sm">
            <span className="text-muted">{labelText(key)}</span>{" "}
            {Array.isArray(item) ? item.join(", ") : String(item)}
          </li>
        ))}
      </ul>
    );
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return CODE.has(name) ? <code className="font-mono text-sm">{text}</code> : text;
}
