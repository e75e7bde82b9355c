/** What a player sees and changes of their own: name, numbers, matches, data. */

import type { Difficulty } from "./api";
import { fetchAsPlayer, fetchOrThrow, jsonRequest, toApiError } from "./http";
import { noteNobody, notePlayer } from "./presence";
import type { Verification } from "./registration";

/** The player of this browser, as they see themselves. */
export interface Player {
  id: string;
  name: string;
  is_guest: boolean;
  email: string | null;
  role: "player" | "curator" | "operator";
  pending: Verification | null;
  has_password: boolean;
  second_factor: boolean;
  joined_at_ms: number;
}

const API = "/api/v1";

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetchOrThrow(jsonRequest(method, API + path, body));
  return (response.status === 204 ? null : await response.json()) as T;
}

export async function rename(name: string): Promise<Player> {
  const me = await call<Player>("PATCH", "/auth/me", { name });
  // Every tab and board of this browser asks again.
  notePlayer();
  return me;
}

// Numbers and matches -------------------------------------------------------------------
/** Right answers of both sides in the same rounds. */
export interface Duel {
  rounds: number;
  correct: number;
  ai_correct: number;
}

export type Outcome = "player" | "ai" | "draw";

export interface PlayedMatch {
  id: string;
  dataset: string;
  dataset_name: string;
  difficulty: Difficulty;
  total_rounds: number;
  status: "finished" | "abandoned" | "open";
  started_at_ms: number;
  finished_at_ms: number | null;
  opponent: { name: string };
  player: { correct: number; points: number };
  ai: { correct: number; points: number };
  winner: Outcome | null;
  ranked: boolean;
}

export interface MatchPage {
  results: PlayedMatch[];
  next: string | null;
}

export interface MatchQuery {
  cursor?: string | null;
  limit?: number;
}

/** The player's matches, the newest first. */
export const listMatches = (query: MatchQuery): Promise<MatchPage> => {
  const { cursor, limit = 20 } = query;
  const search = new URLSearchParams({ limit: String(limit) });
  if (cursor) search.set("cursor", cursor);
  return call("GET", `/game/matches?${search}`);
};

export interface Best {
  dataset: string;
  dataset_name: string;
  difficulty: Difficulty;
  points: number;
  accuracy: number;
  match: string;
}

/** Rounds are those of finished matches; a match that was given up is lost. */
export interface Statistics extends Duel {
  matches: number;
  wins: number;
  draws: number;
  losses: number;
  streak: number;
  best_streak: number;
  /** Of the last hundred matches. */
  mean_answer_ms: number | null;
  datasets: (Duel & { dataset: string; dataset_name: string; matches: number })[];
  best: Best[];
}

export const getStatistics = (): Promise<Statistics> => call("GET", "/game/statistics");

// Data ------------------------------------------------------------------------------
export interface Progress {
  bytes: number;
  /** Null where the server does not say how much is to come. */
  total: number | null;
}

const FILE_NAME = /filename="?([^";]+)/;

/** Everything that is kept about the player, as a zip; says how much is here so far. */
export async function fetchExport(
  onProgress: (progress: Progress) => void,
): Promise<{ name: string; file: Blob }> {
  const response = await fetchAsPlayer(jsonRequest("GET", `${API}/auth/me/export`));
  if (!response.ok || !response.body) throw await toApiError(response);
  const total = Number(response.headers.get("Content-Length")) || null;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body.getReader();
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    bytes += value.byteLength;
    onProgress({ bytes, total });
  }
  const name = FILE_NAME.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  return {
    name: name ?? "eyevsai-data.zip",
    file: new Blob(parts, { type: "application/zip" }),
  };
}

export type Proof = { password: string } | { confirm: string };

/** Deletes the account for good, and ends every session of it. */
export async function deleteAccount(proof: Proof): Promise<void> {
  await call("POST", "/auth/me/delete", proof);
  noteNobody();
}
