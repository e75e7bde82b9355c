/** The calls of the game: the generated client, sent as the player. */

import { client } from "@/gen/client.gen";
import {
  authGuest,
  authLogout,
  authMe,
  classifiersCompare,
  classifiersDatasets,
  classifiersHistory,
  classifiersRegistry,
  classifiersVersion,
  gameAbandon,
  gameComplete,
  gameDatasets,
  gameNextRound,
  gameReceipt,
  gameRound,
  gameSession,
  gameStart,
  gameSubmit,
  leaderboardBoard,
} from "@/gen/sdk.gen";
import type {
  Board,
  Comparison,
  MatchState,
  MatchSummary,
  Me,
  ModelCard,
  Move,
  OpenRound,
  PlayableDataSet,
  PlayableOpponent,
  Receipt,
  RegisteredDataSet,
  Registry,
  RoundResult,
  StartMatchRequest,
} from "@/gen/types.gen";
import { fetchOrThrow, hasCode, persist } from "./http";
import { mayPlay, noteNobody, notePlayer } from "./presence";

export type {
  Board,
  BoardRow,
  Compared,
  Comparison,
  Credit,
  Cuts,
  Evaluation,
  Fold,
  ModelCard,
  Move,
  Parity,
  RecentMatch,
  RegisteredDataSet,
  Registry,
  RegistryVersion,
  RoundResult,
  Side,
  VersionLink,
} from "@/gen/types.gen";
export type DataSet = PlayableDataSet;
export type Difficulty = MatchState["difficulty"];
export type Match = MatchState;
export type MatchInfo = Omit<MatchState, "rounds" | "open_round">;
export type Opponent = PlayableOpponent;
export type Period = Board["period"];
export type Round = OpenRound;
export type Summary = MatchSummary;

client.setConfig({
  baseUrl: location.origin,
  fetch: (input) => fetchOrThrow(new Request(input)),
});

const throwOnError = true;
const dataOf = async <T>(call: Promise<{ data: T }>): Promise<T> => (await call).data;
const path = (code: string) => ({ throwOnError, path: { code } }) as const;

// Players ---------------------------------------------------------------------
export async function signOut(): Promise<void> {
  try {
    await authLogout({ throwOnError });
  } catch (error) {
    // The session has ended already.
    if (!hasCode(error, "not_signed_in")) throw error;
  }
  noteNobody();
}

/** Who plays in this browser, or null. */
export async function findMe(): Promise<Me | null> {
  if (!mayPlay()) return null;
  try {
    return await dataOf(authMe({ throwOnError }));
  } catch (error) {
    if (hasCode(error, "not_signed_in")) return null;
    throw error;
  }
}

/** Makes a guest when nobody plays here yet. */
async function ensurePlayer(): Promise<void> {
  if (mayPlay()) return;
  await authGuest({ throwOnError, body: { session: "cookie" } });
  notePlayer();
}

// Game ------------------------------------------------------------------------
export const listDataSets = (): Promise<DataSet[]> =>
  dataOf(gameDatasets({ throwOnError }));

export type MatchChoice = Required<StartMatchRequest>;

const start = async (body: MatchChoice): Promise<string> =>
  (await dataOf(gameStart({ throwOnError, body }))).id;

/** Starts a match, or returns the id of the one that the player has open already. */
export async function startMatch(choice: MatchChoice): Promise<string> {
  await ensurePlayer();
  try {
    return await start(choice);
  } catch (error) {
    if (hasCode(error, "match_open")) return String(error.detail.id);
    // The session has ended: play on as a new guest.
    if (!hasCode(error, "not_signed_in")) throw error;
    await ensurePlayer();
    return start(choice);
  }
}

export const getMatch = (id: string): Promise<Match> =>
  persist(() => dataOf(gameSession(path(id))));

export const abandonMatch = (id: string): Promise<Summary> =>
  dataOf(gameAbandon(path(id)));

/** The open round, or a new one; asked twice, it is the same round. */
export const serveRound = (match: string): Promise<Round> =>
  persist(() => dataOf(gameNextRound(path(match))));

/** The first answer counts; asked twice, it is the same result. */
export const submitAnswer = (round: string, answer: string): Promise<RoundResult> =>
  persist(() => dataOf(gameSubmit({ ...path(round), body: { answer } })));

/** The result of a closed round, or null while it is still open. */
export const findResult = async (round: string): Promise<RoundResult | null> =>
  (await persist(() => dataOf(gameRound(path(round))))).result;

/** The summary of a match whose rounds are all closed; asked twice, it is the same. */
export const completeMatch = (id: string): Promise<Summary> =>
  persist(() => dataOf(gameComplete(path(id))));

export const getReceipt = (id: string): Promise<Receipt> =>
  dataOf(gameReceipt(path(id)));

// Boards and models -----------------------------------------------------------
export interface BoardKey {
  dataset: string;
  difficulty: Difficulty;
  period: Period;
}

export const getBoard = ({ dataset, difficulty, period }: BoardKey) =>
  dataOf(
    leaderboardBoard({
      throwOnError,
      path: { dataset, difficulty },
      query: { period },
    }),
  );

export const getModelCard = (sha256: string): Promise<ModelCard> =>
  dataOf(classifiersVersion({ throwOnError, path: { sha256 } }));

/** The data sets that versions are registered for. */
export const listRegisteredDataSets = (): Promise<RegisteredDataSet[]> =>
  dataOf(classifiersDatasets({ throwOnError }));

export const getRegistry = (dataset: string): Promise<Registry> =>
  dataOf(classifiersRegistry({ throwOnError, query: { dataset } }));

/** Where aliases and difficulties went, newest first. */
export const listMoves = (slug: string): Promise<Move[]> =>
  dataOf(classifiersHistory({ throwOnError, path: { slug } }));

export const compareVersions = (a: string, b: string): Promise<Comparison> =>
  dataOf(classifiersCompare({ throwOnError, query: { a, b } }));
