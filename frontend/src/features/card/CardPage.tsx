import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { buttonClass } from "@/components/Button";
import { Copy } from "@/components/Copy";
import { AiIcon, DownIcon } from "@/components/icons";
import { Problem } from "@/components/Problem";
import { useTitle } from "@/components/useTitle";
import { Waiting } from "@/components/Waiting";
import { getModelCard, type ModelCard } from "@/lib/api";
import { familyText, labelText, numberText } from "@/lib/text";
import { ClassRecall } from "./ClassRecall";
import { Confusion } from "./Confusion";
import { Interval } from "./Interval";

const route = getRouteApi("/opponents/$sha256");

export function CardPage() {
  const { sha256 } = route.useParams();
  const card = useQuery({
    queryKey: ["card", sha256],
    queryFn: () => getModelCard(sha256),
    staleTime: Infinity,
  });
  useTitle(card.data?.name ?? "Model card");
  if (card.error)
    return (
      <div className="page-width py-16">
        <h1 className="text-4xl">This model card cannot be shown.</h1>
        <div className="mt-6 max-w-2xl">
          <Problem error={card.error} onRetry={() => void card.refetch()} />
        </div>
      </div>
    );
  if (!card.data) return <Waiting text="Fetching the model card" />;
  return <Card card={card.data} />;
}

function Card({ card }: { card: ModelCard }) {
  return (
    <div className="page-width py-8 sm:py-12">
      <header className="max-w-3xl">
        <p className="flex items-center gap-2 text-ai">
          <AiIcon className="size-7" /> Opponent
          {card.tier && `, ${card.tier}`}
        </p>
        <h1 className="mt-2 text-5xl sm:text-7xl">{card.name}</h1>
        <p className="mt-3 text-xl text-muted">
          {familyText(card.family)}, version {card.version}, on the data set{" "}
          {card.dataset}
        </p>
        {card.description && <p className="mt-5 text-lg">{card.description}</p>}
      </header>
      <Interval accuracy={card.accuracy} />
      <div className="mt-14 grid gap-x-14 gap-y-14 lg:grid-cols-2">
        <ClassRecall rows={card.per_class} />
        <Confusion classes={card.classes} confusion={card.confusion} />
      </div>
      <div className="mt-14 grid gap-x-14 gap-y-12 border-t border-line pt-12 lg:grid-cols-2">
        <Training card={card} />
        <TheFile card={card} />
        {card.limitations && (
          <section aria-labelledby="limits">
            <h2 id="limits" className="text-3xl">
              Limits
            </h2>
            <p className="mt-4">{card.limitations}</p>
          </section>
        )}
      </div>
      <p className="mt-12">
        {card.tier ? (
          <Link
            to="/board/$dataset/$difficulty"
            params={{ dataset: card.dataset, difficulty: card.tier }}
            className="text-link font-semibold"
          >
            The board of those who played against it
          </Link>
        ) : (
          <span className="text-muted">This version plays no matches now.</span>
        )}
      </p>
    </div>
  );
}

const CODE = new Set(["command", "snapshot"]);

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

function Training({ card }: { card: ModelCard }) {
  const facts = Object.entries(card.training).filter(([, value]) => value !== null);
  return (
    <section aria-labelledby="training" className="min-w-0">
      <h2 id="training" className="text-3xl">
        Training
      </h2>
      <dl className="mt-4 grid gap-3">
        {facts.map(([key, value]) => (
          <div key={key} className="border-t border-line pt-2">
            <dt className="text-muted">{labelText(key)}</dt>
            <dd className="wrap-anywhere">
              <Fact name={key} value={value} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function TheFile({ card }: { card: ModelCard }) {
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
