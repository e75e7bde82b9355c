/** Sending with the player's token; every failure is an `ApiError`. */

import { readTokens, type Tokens, writeTokens } from "./tokens";

/** What the server said went wrong; `status` 0 when it could not be reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly detail: Record<string, unknown> = {},
    readonly retryAfterS: number | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

export const isUnreachable = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status >= 502);

export async function toApiError(response: Response): Promise<ApiError> {
  const seconds = Number(response.headers.get("Retry-After"));
  const retryAfterS = seconds > 0 ? seconds : null;
  try {
    const { code, message, detail } = await response.json();
    return new ApiError(response.status, code, message, detail ?? {}, retryAfterS);
  } catch {
    const message = `The server answered with ${response.status}.`;
    return new ApiError(response.status, "unreadable", message, {}, retryAfterS);
  }
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "unreachable", "The server cannot be reached.");
  }
}

function withToken(request: Request): Request {
  const token = readTokens()?.access_token;
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}

async function askForNewTokens(used: Tokens): Promise<void> {
  const current = readTokens();
  // Another call or tab was faster.
  if (current?.access_token !== used.access_token) return;
  const response = await reach(
    new Request(new URL("/api/v1/auth/refresh", location.origin), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ refresh_token: current.refresh_token }),
    }),
  );
  if (response.ok) {
    writeTokens((await response.json()) as Tokens);
    return;
  }
  if (response.status >= 500 || response.status === 429)
    throw await toApiError(response);
  writeTokens(null);
}

/** Runs `task` while no other tab of this browser runs it. */
async function alone<T>(task: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return task();
  return navigator.locks.request("eyevsai.refresh", task);
}

let refreshing: Promise<void> | null = null;

/** New tokens, once for all calls that wait, in this tab and in the others. */
function refreshTokens(used: Tokens): Promise<void> {
  refreshing ??= alone(() => askForNewTokens(used)).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

/** `fetch` as the player: a 401 is answered once with fresh tokens. */
export async function fetchAsPlayer(request: Request): Promise<Response> {
  const again = request.clone();
  const used = readTokens();
  const response = await reach(withToken(request));
  // At the sign-in a 401 speaks of the password, not of the token.
  const isSignIn = request.url.endsWith("/auth/login");
  if (response.status !== 401 || used === null || isSignIn) return response;
  // Without new tokens the call goes out as nobody's, which is enough for public ones.
  await refreshTokens(used);
  return reach(withToken(again));
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Tries a call that may safely be repeated up to three times while out of reach. */
export async function persist<T>(call: () => Promise<T>): Promise<T> {
  for (const wait of [300, 900]) {
    try {
      return await call();
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      await pause(wait);
    }
  }
  return call();
}
