import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError, fetchAsPlayer, fetchOrThrow, persist, toApiError } from "./http";
import { mayPlay, notePlayer } from "./presence";

const EXPIRED = "expires=Thu, 01 Jan 1970 00:00:00 GMT";

/** A server that wants this CSRF token in each write. */
function startServer(token: string, refusal = () => Response.json({ code: "x" })) {
  const calls: string[] = [];
  vi.stubGlobal("fetch", async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname;
    const sent = request.headers.get("X-CSRFToken");
    calls.push(`${request.method} ${path} ${sent} ${await request.text()}`.trim());
    if (path.endsWith("/config")) {
      // biome-ignore lint/suspicious/noDocumentCookie: as the server sets it
      document.cookie = `csrftoken=${token}`;
      return Response.json({});
    }
    if (request.method === "GET" || sent === token) return Response.json({ fine: 1 });
    return refusal();
  });
  return calls;
}

const refuse = () =>
  Response.json({ code: "csrf_failed", message: "", detail: {} }, { status: 403 });
const write = () =>
  fetchAsPlayer(new Request("http://game.test/x", { method: "POST", body: "7" }));

beforeEach(() => {
  // biome-ignore lint/suspicious/noDocumentCookie: as a browser forgets it
  document.cookie = `csrftoken=; ${EXPIRED}`;
});
afterEach(() => vi.unstubAllGlobals());

test("a write carries the CSRF token of the cookie, a read does not", async () => {
  // biome-ignore lint/suspicious/noDocumentCookie: as the server sets it
  document.cookie = "csrftoken=t1";
  const calls = startServer("t1", refuse);
  expect((await write()).status).toBe(200);
  await fetchAsPlayer(new Request("http://game.test/y"));
  expect(calls).toEqual(["POST /x t1 7", "GET /y null"]);
});

test("without a token, or with an old one, it is asked for once", async () => {
  const calls = startServer("t2", refuse);
  expect((await write()).status).toBe(200);
  expect(calls).toEqual([
    "POST /x  7",
    "GET /_allauth/browser/v1/config null",
    "POST /x t2 7",
  ]);
});

test("a page that Django answers for want of a token counts as well", async () => {
  const calls = startServer("t3", () => new Response("<html>", { status: 403 }));
  expect((await write()).status).toBe(200);
  expect(calls).toHaveLength(3);
});

test("another refusal is not sent again", async () => {
  const body = { code: "not_yours", message: "", detail: {} };
  const calls = startServer("t4", () => Response.json(body, { status: 403 }));
  expect((await write()).status).toBe(403);
  expect(calls).toHaveLength(1);
});

test("a session that was ended elsewhere makes this browser nobody's", async () => {
  notePlayer();
  const body = { code: "not_signed_in", message: "", detail: {} };
  vi.stubGlobal("fetch", async () => Response.json(body, { status: 401 }));
  await expect(fetchOrThrow(new Request("http://game.test/x"))).rejects.toMatchObject({
    status: 401,
  });
  expect(mayPlay()).toBe(false);
});

test("being asked to confirm who one is signs nobody out", async () => {
  notePlayer();
  const body = { code: "reauthentication_required", message: "", detail: {} };
  vi.stubGlobal("fetch", async () => Response.json(body, { status: 401 }));
  await expect(fetchOrThrow(new Request("http://game.test/x"))).rejects.toMatchObject({
    code: "reauthentication_required",
  });
  expect(mayPlay()).toBe(true);
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
