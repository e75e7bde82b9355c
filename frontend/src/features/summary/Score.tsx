import { AiIcon, EqualIcon, EyeIcon } from "@/components/icons";
import type { Side, Summary } from "@/lib/api";
import { numberText, percentText } from "@/lib/text";

function headlineOf({ winner, status, opponent }: Summary): string {
  if (status === "abandoned") return "You gave this one up.";
  if (winner === "player") return "Your eye wins.";
  return winner === "ai" ? `${opponent.name} wins.` : "A draw.";
}

/** Who won, and by how much. */
export function Score({ summary }: { summary: Summary }) {
  const { winner, player, ai, opponent, total_rounds, dataset_name } = summary;
  const tone = { player: "text-eye", ai: "text-ai", draw: "" }[winner];
  const Sign = winner === "ai" ? AiIcon : winner === "player" ? EyeIcon : EqualIcon;
  return (
    <header className="grid items-center lg:grid-cols-[1fr_auto]">
      <div>
        <p className="text-muted">
          {dataset_name}, {summary.difficulty}, {total_rounds} pictures
        </p>
        <h1 className={`mt-2 text-5xl font-extrabold sm:text-7xl ${tone}`}>
          {headlineOf(summary)}
        </h1>
        <div className="mt-8 grid max-w-3xl grid-cols-2 gap-4 sm:gap-8">
          <SideScore kind="eye" name="You" side={player} total={total_rounds} />
          <SideScore kind="ai" name={opponent.name} side={ai} total={total_rounds} />
        </div>
      </div>
      <Sign className={`hidden size-72 lg:block ${tone || "text-muted"}`} />
    </header>
  );
}

interface SideScoreProps {
  kind: "eye" | "ai";
  name: string;
  side: Side;
  total: number;
}

function SideScore({ kind, name, side, total }: SideScoreProps) {
  const Icon = kind === "eye" ? EyeIcon : AiIcon;
  return (
    <section
      aria-label={name}
      className={`border-t-4 pt-4 ${kind === "eye" ? "border-eye" : "border-ai"}`}
    >
      <h2
        className={`flex items-center gap-2 text-xl ${kind === "eye" ? "text-eye" : "text-ai"}`}
      >
        <Icon className="size-7" />
        <span className="truncate">{name}</span>
      </h2>
      <p className="mt-3 font-display text-6xl leading-none font-extrabold tabular-nums tracking-tight sm:text-8xl">
        {side.correct}
        <span className="text-2xl font-bold text-muted sm:text-4xl"> of {total}</span>
      </p>
      <p className="mt-3 text-lg text-muted">
        {percentText(side.accuracy, 0)} right,{" "}
        <strong className="font-semibold text-ink">
          {numberText(side.points)} points
        </strong>
      </p>
    </section>
  );
}
