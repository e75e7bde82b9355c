/** What a player sees and changes of their own: name, numbers, matches, data. */

import type { MatchPage, Me, PlayerStatistics } from "@/gen/types.gen";
import { fetchAsPlayer, fetchOrThrow, jsonRequest, toApiError } from "./http";
import { noteNobody, notePlayer } from "./presence";

export type {
  BestMatch,
  MatchPage,
  PlayedMatch,
  PlayerStatistics,
} from "@/gen/types.gen";
/** The player of this browser, as they see themselves. */
export type Player = Me;

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
export type Duel = Pick<PlayerStatistics, "rounds" | "correct" | "ai_correct">;

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

export const getStatistics = (): Promise<PlayerStatistics> =>
  call("GET", "/game/statistics");

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
