import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { AiIcon } from "@/components/icons";
import type { DataSet, Difficulty, Opponent } from "@/lib/api";
import type { Choice } from "@/lib/datasets";
import { useSettings } from "@/lib/settings";
import {
  DIFFICULTIES,
  familyText,
  labelText,
  numberText,
  percentText,
} from "@/lib/text";
import { PlayButton } from "./PlayButton";

const CARD =
  "relative flex rounded-lg border-2 border-line bg-raised p-4 transition-colors duration-150 hover:border-edge has-checked:border-eye has-focus-visible:outline-3 has-focus-visible:outline-offset-3 has-focus-visible:outline-ink";

export function Chooser({
  datasets,
  choice,
}: {
  datasets: readonly DataSet[];
  choice: Choice;
}) {
  return (
    <section className="border-t border-line py-16" aria-labelledby="choose">
      <h2 id="choose" className="text-3xl sm:text-4xl">
        Choose your match
      </h2>
      <Group legend="Pictures" columns="md:grid-cols-2">
        {datasets.map((dataset) => (
          <DataSetCard
            key={dataset.slug}
            dataset={dataset}
            isChosen={dataset.slug === choice.dataset.slug}
          />
        ))}
      </Group>
      <Group legend="Opponent" columns="md:grid-cols-3">
        {DIFFICULTIES.map((tier) => {
          const opponent = choice.dataset.opponents[tier];
          return (
            opponent && (
              <OpponentCard
                key={tier}
                tier={tier}
                opponent={opponent}
                isChosen={tier === choice.difficulty}
              />
            )
          );
        })}
      </Group>
      <p className="mt-4 px-1">
        <Link
          to="/opponents"
          search={{ dataset: choice.dataset.slug }}
          className="text-link font-semibold"
        >
          Everyone who was trained on these pictures
        </Link>
      </p>
      <Group legend="Length" columns="grid-cols-2 max-w-xl">
        <LengthCard rounds={10} title="Classic" isChosen={choice.rounds === 10} />
        <LengthCard rounds={5} title="Quick" isChosen={choice.rounds === 5} />
      </Group>
      <div className="mt-10">
        <PlayButton choice={choice} />
      </div>
    </section>
  );
}

function Group(props: { legend: string; columns: string; children: ReactNode }) {
  return (
    <fieldset className="mt-8">
      <legend className="text-lg font-semibold">{props.legend}</legend>
      <div className={`mt-3 grid gap-3 sm:gap-4 ${props.columns}`}>
        {props.children}
      </div>
    </fieldset>
  );
}

function Dot() {
  return (
    <span
      aria-hidden="true"
      className="mt-1 grid size-5 shrink-0 place-items-center rounded-full border-2 border-edge peer-checked:border-eye peer-checked:[&>span]:bg-eye"
    >
      <span className="size-2.5 rounded-full" />
    </span>
  );
}

function DataSetCard({ dataset, isChosen }: { dataset: DataSet; isChosen: boolean }) {
  const { slug, name, description, classes, pictures, cover_urls } = dataset;
  return (
    <label className={`${CARD} flex-col gap-3`}>
      <span className="flex gap-2">
        {cover_urls.slice(0, 5).map((url) => (
          <img
            key={url}
            src={url}
            alt=""
            loading="lazy"
            className="aspect-square min-w-0 flex-1 rounded-sm bg-sunk object-cover"
          />
        ))}
      </span>
      <span className="flex gap-3">
        <input
          type="radio"
          name="dataset"
          checked={isChosen}
          onChange={() => useSettings.setState({ dataset: slug })}
          className="peer sr-only"
        />
        <Dot />
        <span>
          <span className="font-display text-xl font-bold">{name}</span>
          <span className="block text-muted">{description}</span>
          <span className="mt-1 block">
            {classes.length} classes, {numberText(pictures)} pictures to be asked
          </span>
          <span className="mt-1 block text-sm text-muted">
            {classes.map(labelText).join(", ")}
          </span>
        </span>
      </span>
    </label>
  );
}

interface OpponentCardProps {
  tier: Difficulty;
  opponent: Opponent;
  isChosen: boolean;
}

function OpponentCard({ tier, opponent, isChosen }: OpponentCardProps) {
  const { accuracy, accuracy_low, accuracy_high, accuracy_total } = opponent;
  return (
    <div className="flex flex-col">
      <label className={`${CARD} grow gap-3`}>
        <input
          type="radio"
          name="difficulty"
          checked={isChosen}
          onChange={() => useSettings.setState({ difficulty: tier })}
          className="peer sr-only"
        />
        <Dot />
        <span className="grow">
          <span className="flex items-center justify-between gap-2 text-muted">
            {labelText(tier)}
            <AiIcon className="size-6 text-ai" />
          </span>
          <span className="font-display text-xl font-bold">{opponent.name}</span>
          <span className="block text-muted">
            {familyText(opponent.family)}, version {opponent.version}
          </span>
          <span className="mt-2 block">
            <strong className="font-display text-2xl text-ai">
              {percentText(accuracy)}
            </strong>{" "}
            right
          </span>
          <span className="block text-sm text-muted">
            {percentText(accuracy_low)} to {percentText(accuracy_high)}, measured on{" "}
            {numberText(accuracy_total)} pictures it never trained on
          </span>
        </span>
      </label>
      <Link
        to="/opponents/$sha256"
        params={{ sha256: opponent.model_sha256 }}
        className="text-link mt-2 self-start px-1 text-muted"
      >
        Model card of {opponent.name}
      </Link>
    </div>
  );
}

interface LengthCardProps {
  rounds: 5 | 10;
  title: string;
  isChosen: boolean;
}

function LengthCard({ rounds, title, isChosen }: LengthCardProps) {
  return (
    <label className={`${CARD} gap-3`}>
      <input
        type="radio"
        name="rounds"
        checked={isChosen}
        onChange={() => useSettings.setState({ rounds })}
        className="peer sr-only"
      />
      <Dot />
      <span>
        <span className="font-display text-xl font-bold">{title}</span>
        <span className="block text-muted">{rounds} pictures</span>
      </span>
    </label>
  );
}
