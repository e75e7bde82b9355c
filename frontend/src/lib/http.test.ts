import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError, fetchAsPlayer, persist, toApiError } from "./http";
import { readTokens, writeTokens } from "./tokens";

/** A server that knows one access token and one refresh token, each good once replaced. */
function startServer() {
  let access = "a1";
  let refresh = "r1";
  const calls: string[] = [];
  const answer = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname;
    calls.push(path);
    if (path === "/api/v1/auth/refresh") {
      const body = await request.json();
      if (body.refresh_token !== refresh) return new Response(null, { status: 401 });
      access += "+";
      refresh += "+";
      return Response.json({ access_token: access, refresh_token: refresh });
    }
    const isPublic = !request.headers.has("Authorization") && path.endsWith("datasets");
    const isKnown =
      isPublic || request.headers.get("Authorization") === `Bearer ${access}`;
    return new Response(isKnown ? "fine" : null, { status: isKnown ? 200 : 401 });
  };
  vi.stubGlobal("fetch", answer);
  const countRefreshes = () => calls.filter((path) => path.endsWith("refresh")).length;
  return { calls, countRefreshes };
}

const ask = (path = "/api/v1/auth/me") =>
  fetchAsPlayer(new Request(new URL(path, "http://game.test")));

beforeEach(() => writeTokens(null));
afterEach(() => vi.unstubAllGlobals());

test("a call carries the player's token", async () => {
  startServer();
  writeTokens({ access_token: "a1", refresh_token: "r1" });
  expect((await ask()).status).toBe(200);
});

test("an old token is refreshed once, for all calls that wait", async () => {
  const server = startServer();
  writeTokens({ access_token: "old", refresh_token: "r1" });
  const answers = await Promise.all([ask(), ask(), ask()]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(server.countRefreshes()).toBe(1);
  expect(readTokens()).toEqual({ access_token: "a1+", refresh_token: "r1+" });
});

test("when the refresh is refused the player is signed out", async () => {
  startServer();
  writeTokens({ access_token: "old", refresh_token: "older" });
  expect((await ask()).status).toBe(401);
  expect(readTokens()).toBeNull();
});

test("what is public stays so when the player's tokens have died", async () => {
  startServer();
  writeTokens({ access_token: "old", refresh_token: "older" });
  expect((await ask("/api/v1/game/datasets")).status).toBe(200);
});

test("a wrong password does not touch the guest's tokens", async () => {
  const server = startServer();
  writeTokens({ access_token: "old", refresh_token: "older" });
  expect((await ask("/api/v1/auth/login")).status).toBe(401);
  expect(server.countRefreshes()).toBe(0);
  expect(readTokens()).not.toBeNull();
});

test("an error keeps code, detail and the time to wait", async () => {
  const response = Response.json(
    { code: "too_fast", message: "Slow down.", detail: { retry_after_s: 7 } },
    { status: 429, headers: { "Retry-After": "7" } },
  );
  expect(await toApiError(response)).toMatchObject({
    status: 429,
    code: "too_fast",
    message: "Slow down.",
    detail: { retry_after_s: 7 },
    retryAfterS: 7,
  });
});

test("a page where JSON was expected is an error too", async () => {
  const error = await toApiError(new Response("<html>", { status: 502 }));
  expect(error).toMatchObject({ status: 502, code: "unreadable", retryAfterS: null });
});

test("a server out of reach is tried three times, a refusal once", async () => {
  let calls = 0;
  const unreachable = () => {
    calls += 1;
    return Promise.reject(new ApiError(0, "unreachable", ""));
  };
  await expect(persist(unreachable)).rejects.toMatchObject({ status: 0 });
  expect(calls).toBe(3);
  calls = 0;
  const refused = () => {
    calls += 1;
    return Promise.reject(new ApiError(409, "wrong_state", ""));
  };
  await expect(persist(refused)).rejects.toMatchObject({ status: 409 });
  expect(calls).toBe(1);
});
