/**
 * The state of a match as it is played: a pure reducer.
 *
 * Each phase asks the page for one thing (`usePlay` does it) and ends with one event.
 * A `problem` stops the phase until the player tries again.
 */

import type { Match, Round, RoundResult } from "@/lib/api";
import type { Verdict } from "@/lib/seal";

export type Phase =
  | "loading" // asks for the match
  | "serving" // asks for the next round
  | "asking" // waits for the player or the deadline
  | "sending" // sends the answer
  | "expired" // asks for the result of the round whose time is over
  | "revealed" // waits for the player to go on
  | "completing" // asks for the match to be finished
  | "over";

export interface Picture {
  url: string;
  sha256: string | null;
}

export interface PlayState {
  phase: Phase;
  match: Match | null;
  round: Round | null;
  picture: Picture | null;
  answer: string | null;
  /** Results of the closed rounds, in order; while revealed the last is on show. */
  results: RoundResult[];
  verdicts: Record<string, Verdict>;
  problem: Error | null;
  attempt: number;
}

export type PlayEvent =
  | { type: "loaded"; match: Match }
  | { type: "served"; round: Round }
  | { type: "allServed" }
  | { type: "pictured"; round: string; picture: Picture }
  | { type: "chosen"; answer: string }
  | { type: "timeOver" }
  | { type: "closed"; result: RoundResult }
  | { type: "checked"; round: string; verdict: Verdict }
  | { type: "next" }
  | { type: "completed" }
  | { type: "failed"; problem: Error }
  | { type: "retried" };

export const initialState: PlayState = {
  phase: "loading",
  match: null,
  round: null,
  picture: null,
  answer: null,
  results: [],
  verdicts: {},
  problem: null,
  attempt: 0,
};

export const lastResult = (state: PlayState): RoundResult | null =>
  state.results.at(-1) ?? null;

const isComplete = (state: PlayState): boolean =>
  state.match !== null && state.results.length >= state.match.total_rounds;

function resume(state: PlayState, match: Match): PlayState {
  const loaded = { ...state, match, results: match.rounds };
  if (match.status !== "open") return { ...loaded, phase: "over" };
  if (match.open_round) return { ...loaded, phase: "asking", round: match.open_round };
  if (match.rounds.length >= match.total_rounds)
    return { ...loaded, phase: "completing" };
  // Between two rounds the clock stands: show where the player left.
  return { ...loaded, phase: match.rounds.length > 0 ? "revealed" : "serving" };
}

function goOn(state: PlayState): PlayState {
  if (isComplete(state)) return { ...state, phase: "completing" };
  return { ...state, phase: "serving", round: null, picture: null, answer: null };
}

function close(state: PlayState, result: RoundResult): PlayState {
  const known = state.results.some(({ id }) => id === result.id);
  const results = known ? state.results : [...state.results, result];
  return { ...state, phase: "revealed", results };
}

function advance(state: PlayState, event: PlayEvent): PlayState {
  const { phase, round } = state;
  switch (event.type) {
    case "loaded":
      return phase === "loading" ? resume(state, event.match) : state;
    case "served":
      return phase === "serving"
        ? { ...state, phase: "asking", round: event.round, picture: null, answer: null }
        : state;
    case "allServed":
      return phase === "serving" ? { ...state, phase: "completing" } : state;
    case "pictured":
      return round?.id === event.round ? { ...state, picture: event.picture } : state;
    case "chosen":
      return phase === "asking" && round?.options.includes(event.answer)
        ? { ...state, phase: "sending", answer: event.answer }
        : state;
    case "timeOver":
      return phase === "asking" ? { ...state, phase: "expired" } : state;
    case "closed":
      return (phase === "sending" || phase === "expired") &&
        event.result.id === round?.id
        ? close(state, event.result)
        : state;
    case "checked":
      return {
        ...state,
        verdicts: { ...state.verdicts, [event.round]: event.verdict },
      };
    case "next":
      return phase === "revealed" ? goOn(state) : state;
    case "completed":
      return phase === "completing" ? { ...state, phase: "over" } : state;
    default:
      return state;
  }
}

export function reduce(state: PlayState, event: PlayEvent): PlayState {
  if (event.type === "failed") return { ...state, problem: event.problem };
  if (event.type === "retried")
    return { ...state, problem: null, attempt: state.attempt + 1 };
  const next = advance(state, event);
  return next === state ? state : { ...next, problem: null };
}
