/** Sending with the browser's session; every failure is an `ApiError`. */

import { noteNobody } from "./presence";

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

export const hasCode = (error: unknown, ...codes: string[]): error is ApiError =>
  error instanceof ApiError && codes.includes(error.code);

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

/** The token that comes with every page; a write has to carry it back. */
export const readCsrfToken = (): string =>
  /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";

function withCsrfToken(request: Request): Request {
  request.headers.set("X-CSRFToken", readCsrfToken());
  return request;
}

async function isForWantOfToken(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  // Django itself answers with a page where the call was not one of ours.
  const isJson = response.headers.get("Content-Type")?.includes("json");
  return !isJson || (await response.clone().json()).code === "csrf_failed";
}

/** `fetch` as the player. A write that lacks the CSRF token is sent once more. */
export async function fetchAsPlayer(request: Request): Promise<Response> {
  if (request.method === "GET") return reach(request);
  const again = request.clone();
  const response = await reach(withCsrfToken(request));
  if (!(await isForWantOfToken(response))) return response;
  // This answer brings a new token in its cookie.
  await reach(new Request(new URL("/_allauth/browser/v1/config", location.origin)));
  return reach(withCsrfToken(again));
}

/** The answer of one of our own calls. Hears when the session has ended elsewhere. */
export async function fetchOrThrow(request: Request): Promise<Response> {
  const response = await fetchAsPlayer(request);
  if (response.ok) return response;
  const error = await toApiError(response);
  if (error.code === "not_signed_in") noteNobody();
  throw error;
}

/** A request with a JSON body to an address of this site. */
export const jsonRequest = (method: string, path: string, body?: unknown): Request =>
  new Request(new URL(path, location.origin), {
    method,
    ...(body !== undefined && {
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
  });

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
