/** Runs a match: does what each phase asks for and tells the reducer. */

import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useReducer } from "react";
import {
  completeMatch,
  findResult,
  getMatch,
  type Round,
  serveRound,
  submitAnswer,
} from "@/lib/api";
import { noteServerTime, serverNowMs } from "@/lib/clock";
import { ApiError } from "@/lib/http";
import { fetchPicture } from "@/lib/picture";
import { verifyRound } from "@/lib/verification";
import { rememberSight } from "@/lib/witness";
import { initialState, lastResult, type PlayEvent, reduce } from "./round";

/** How long the server may take to close a round whose time is over. */
const CLOSING_PAUSES_MS = [250, 500, 1000, 2000, 4000];

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function waitForResult(round: string) {
  for (const ms of CLOSING_PAUSES_MS) {
    await pause(ms);
    const result = await findResult(round);
    if (result) return result;
  }
  throw new ApiError(0, "not_closed", "The server has not closed this round yet.");
}

async function load(matchId: string): Promise<PlayEvent> {
  const match = await getMatch(matchId);
  if (match.open_round) noteRound(matchId, match.open_round);
  return { type: "loaded", match };
}

function noteRound(matchId: string, round: Round): void {
  noteServerTime(round.server_now_ms);
  rememberSight(matchId, round);
}

async function serve(matchId: string): Promise<PlayEvent> {
  try {
    const round = await serveRound(matchId);
    noteRound(matchId, round);
    return { type: "served", round };
  } catch (error) {
    if (error instanceof ApiError && error.code === "match_over")
      return { type: "allServed" };
    throw error;
  }
}

export function usePlay(matchId: string) {
  const [state, dispatch] = useReducer(reduce, initialState);
  const navigate = useNavigate();
  const { phase, round, answer, attempt, match, verdicts } = state;
  const roundId = round?.id;
  const result = phase === "revealed" ? lastResult(state) : null;

  // One step for each phase that asks the server. A step that was left is not heard.
  // biome-ignore lint/correctness/useExhaustiveDependencies: attempt repeats the step
  useEffect(() => {
    let heard = true;
    const step = async (): Promise<PlayEvent | null> => {
      if (phase === "loading") return load(matchId);
      if (phase === "serving") return serve(matchId);
      if (phase === "sending" && roundId && answer !== null)
        return { type: "closed", result: await submitAnswer(roundId, answer) };
      if (phase === "expired" && roundId)
        return { type: "closed", result: await waitForResult(roundId) };
      if (phase === "completing") {
        await completeMatch(matchId);
        return { type: "completed" };
      }
      return null;
    };
    step()
      .then((event) => event && heard && dispatch(event))
      .catch((problem) => heard && dispatch({ type: "failed", problem }));
    return () => {
      heard = false;
    };
  }, [phase, matchId, roundId, answer, attempt]);

  // The picture, whose bytes are hashed before they are displayed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: attempt loads it again
  useEffect(() => {
    if (!round || state.picture) return;
    let heard = true;
    fetchPicture(round.image_url)
      .then((picture) => {
        if (!heard) return;
        if (picture.sha256 !== null)
          rememberSight(matchId, { ...round, imageSha256: picture.sha256 });
        dispatch({ type: "pictured", round: round.id, picture });
      })
      .catch((problem) => heard && dispatch({ type: "failed", problem }));
    return () => {
      heard = false;
    };
  }, [matchId, round, attempt]);

  // The deadline, on the server's clock.
  useEffect(() => {
    if (phase !== "asking" || !round) return;
    const left = round.expires_at_ms - serverNowMs();
    const timer = setTimeout(() => dispatch({ type: "timeOver" }), Math.max(0, left));
    return () => clearTimeout(timer);
  }, [phase, round]);

  // The seal, unasked.
  useEffect(() => {
    if (!match || !result || verdicts[result.id]) return;
    let heard = true;
    verifyRound(match, result).then(
      (verdict) => heard && dispatch({ type: "checked", round: result.id, verdict }),
    );
    return () => {
      heard = false;
    };
  }, [match, result, verdicts]);

  useEffect(() => {
    if (phase === "over")
      navigate({ to: "/match/$matchId", params: { matchId }, replace: true });
  }, [phase, matchId, navigate]);

  const choose = useCallback(
    (option: string) => dispatch({ type: "chosen", answer: option }),
    [],
  );
  const next = useCallback(() => dispatch({ type: "next" }), []);
  const retry = useCallback(() => dispatch({ type: "retried" }), []);
  return { state, result, choose, next, retry };
}
