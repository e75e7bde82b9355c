import { AiIcon, EyeIcon } from "@/components/icons";
import { AxisNumbers } from "@/components/Track";
import { type Axis, makeAxis, placeOn } from "@/lib/axis";
import type { Duel, PlayerStatistics } from "@/lib/profile";
import { numberText, percentText } from "@/lib/text";
import { aiShareOf, duelText, headlineOf, leaderOf, shareOf } from "./duel";

/** The player against the AI in the same rounds: over all, then by data set. */
export function Duels({ statistics }: { statistics: PlayerStatistics }) {
  const { mean_answer_ms } = statistics;
  const datasets = statistics.datasets.filter(({ rounds }) => rounds > 0);
  const { title, gap } = headlineOf(statistics);
  const leader = leaderOf(statistics);
  const axis = makeAxis(
    [statistics, ...datasets].flatMap((d) => [shareOf(d), aiShareOf(d)]),
  );
  const tone = leader === null ? "" : leader === "eye" ? "text-eye" : "text-ai";
  return (
    <section
      aria-labelledby="duel"
      className="mt-14 border-t border-line pt-12 sm:mt-20 sm:pt-16"
    >
      <h2 id="duel" className={`text-4xl font-extrabold sm:text-6xl ${tone}`}>
        {title}
      </h2>
      <p className="mt-3 text-lg text-muted">
        {gap}, in the same {numberText(statistics.rounds)} rounds.
        {mean_answer_ms !== null &&
          ` You take ${secondsText(mean_answer_ms)} to answer.`}
      </p>
      <div className="mt-8 grid grid-cols-2 gap-4 sm:gap-8">
        <Share side="eye" name="You" share={shareOf(statistics)} />
        <Share side="ai" name="The AI" share={aiShareOf(statistics)} />
      </div>
      {datasets.length > 0 && (
        <>
          <h3 className="mt-14 text-2xl">By kind of picture</h3>
          <ul className="mt-2">
            {datasets.map((each) => (
              <li
                key={each.dataset}
                className="grid items-center gap-x-8 border-b border-line py-3 md:grid-cols-[14rem_1fr]"
              >
                <span>
                  <span className="font-semibold">{each.dataset_name}</span>
                  <span className="ml-3 text-muted md:ml-0 md:block">
                    {numberText(each.rounds)} rounds
                  </span>
                </span>
                <div className="px-5">
                  <DuelTrack duel={each} axis={axis} />
                </div>
              </li>
            ))}
          </ul>
          <div className="grid gap-x-8 md:grid-cols-[14rem_1fr]" aria-hidden="true">
            <div className="px-5 md:col-start-2">
              <AxisNumbers axis={axis} />
            </div>
          </div>
        </>
      )}
    </section>
  );
}

const secondsText = (ms: number): string => `${(ms / 1000).toFixed(1)} seconds`;

interface ShareProps {
  side: "eye" | "ai";
  name: string;
  share: number;
}

function Share({ side, name, share }: ShareProps) {
  const Icon = side === "eye" ? EyeIcon : AiIcon;
  const isEye = side === "eye";
  return (
    <div className={`border-t-4 pt-3 ${isEye ? "border-eye" : "border-ai"}`}>
      <p
        className={`flex items-center gap-2 text-xl font-semibold ${isEye ? "text-eye" : "text-ai"}`}
      >
        <Icon className="size-7" />
        {name}
      </p>
      <p className="mt-2 font-display text-5xl leading-none font-extrabold tracking-tight whitespace-nowrap tabular-nums sm:text-8xl">
        {percentText(share, 0)}
      </p>
      <p className="mt-2 text-muted">right</p>
    </div>
  );
}

const BARS = { eye: "stroke-eye-fill", ai: "stroke-ai-fill" };

/** An almond above the line where the eye stands, a square below it for the AI. */
function DuelTrack({ duel, axis }: { duel: Duel; axis: Axis }) {
  const leader = leaderOf(duel);
  const eye = placeOn(axis, shareOf(duel));
  const ai = placeOn(axis, aiShareOf(duel));
  return (
    <svg
      className="block h-20 w-full overflow-visible"
      role="img"
      aria-label={duelText(duel)}
    >
      {axis.ticks.map((tick) => (
        <line
          key={tick}
          x1={placeOn(axis, tick)}
          x2={placeOn(axis, tick)}
          y2="100%"
          className="stroke-line"
        />
      ))}
      <line
        x1={eye}
        x2={ai}
        y1="50%"
        y2="50%"
        strokeWidth="6"
        strokeLinecap="round"
        className={leader ? BARS[leader] : "stroke-edge"}
      />
      <svg x={eye} y="50%" className="overflow-visible" aria-hidden="true">
        <path
          d="M-13 0C-8 -7.5 -4 -9 0 -9S8 -7.5 13 0C8 7.5 4 9 0 9S-8 7.5 -13 0Z"
          strokeWidth="2.5"
          transform="translate(0 -9)"
          className="fill-eye-fill stroke-paper"
        />
        <circle cy="-9" r="3.6" className="fill-on-fill" />
        <text y="-24" textAnchor="middle" className="fill-ink text-sm font-semibold">
          {percentText(shareOf(duel), 0)}
        </text>
      </svg>
      <svg x={ai} y="50%" className="overflow-visible" aria-hidden="true">
        <rect
          x="-9"
          y="0"
          width="18"
          height="18"
          rx="4"
          strokeWidth="2.5"
          className="fill-ai-fill stroke-paper"
        />
        <rect x="-3" y="6" width="6" height="6" rx="1.5" className="fill-on-fill" />
        <text y="35" textAnchor="middle" className="fill-ink text-sm font-semibold">
          {percentText(aiShareOf(duel), 0)}
        </text>
      </svg>
    </svg>
  );
}
