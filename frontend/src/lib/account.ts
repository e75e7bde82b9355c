/**
 * The account calls of django-allauth, at `/_allauth/browser/v1`.
 *
 * `callAccount` sends any of them (GET, POST, PUT, PATCH, DELETE) and gives `data` and
 * `meta` of the answer. A refusal is an ApiError with the code of the first error and
 * the reasons for each field in `detail` (see lib/fieldErrors). Two codes mean more:
 *   reauthentication_required  the sign-in is too old: `detail.ways` names what can
 *                              renew it ("password", "code", "passkey"), then call again
 *   not_signed_in              nobody is signed in here (any more)
 *
 * Here: signIn, giveCode, signInWithPasskey, givePasskey, findStep, requestReset,
 * checkResetKey, resetPassword, reauthenticate (password, code or passkey).
 * Sign-up and its code: lib/registration. Sign-out and who plays: lib/api, lib/player.
 * Passkeys in the browser: lib/webauthn.
 */

import { ApiError, fetchAsPlayer, jsonRequest } from "./http";
import { noteNobody, notePlayer } from "./presence";
import { getPasskey, type PasskeyOptions } from "./webauthn";

const ROOT = "/_allauth/browser/v1";

interface Flow {
  id: string;
  is_pending?: boolean;
  types?: string[];
}

interface RawError {
  code: string;
  message: string;
  param?: string;
}

interface Body {
  data?: unknown;
  meta?: { is_authenticated?: boolean } & Record<string, unknown>;
  errors?: RawError[];
  // Our own shape, where the call did not reach django-allauth.
  code?: string;
  message?: string;
  detail?: Record<string, unknown>;
}

export interface AccountAnswer<T> {
  data: T;
  meta: Record<string, unknown>;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export type SecondFactor = "totp" | "recovery_codes" | "webauthn";
/** What a sign-in still asks for: nothing, or one of these second factors. */
export type SignInStep = { done: true } | { done: false; factors: SecondFactor[] };
export type Way = "password" | "code" | "passkey";

const TOO_FAST = "Too fast. Wait a moment, then try again.";

async function readBody(response: Response): Promise<Body> {
  try {
    return (await response.json()) as Body;
  } catch {
    return {};
  }
}

const flowsOf = ({ data }: Body): Flow[] => (data as { flows?: Flow[] })?.flows ?? [];

function listWays(body: Body): Way[] {
  const ways = new Set<Way>();
  for (const { id, types = [] } of flowsOf(body)) {
    if (id === "reauthenticate") ways.add("password");
    if (id !== "mfa_reauthenticate") continue;
    if (types.some((type) => type !== "webauthn")) ways.add("code");
    if (types.includes("webauthn")) ways.add("passkey");
  }
  return [...ways];
}

function toAccountError(response: Response, body: Body): ApiError {
  const { status, headers } = response;
  const seconds = Number(headers.get("Retry-After")) || null;
  if (status === 401 && body.meta?.is_authenticated)
    return new ApiError(
      status,
      "reauthentication_required",
      "Confirm that it is you first.",
      { ways: listWays(body) },
    );
  if (status === 401 || status === 410)
    return new ApiError(status, "not_signed_in", "You are not signed in here.");
  const [first] = body.errors ?? [];
  const detail: Record<string, string[]> = {};
  for (const { param, message } of body.errors ?? [])
    if (param) detail[param] = [...(detail[param] ?? []), message];
  const code = first?.code ?? body.code ?? (status === 429 ? "too_fast" : "refused");
  const message =
    first?.message ??
    body.message ??
    (status === 429 ? TOO_FAST : `The server answered with ${status}.`);
  return new ApiError(status, code, message, body.detail ?? detail, seconds);
}

async function exchange(
  method: Method,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ response: Response; body: Body }> {
  const request = jsonRequest(method, ROOT + path, body);
  for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
  const response = await fetchAsPlayer(request);
  return { response, body: await readBody(response) };
}

/** Any account call, such as `callAccount("GET", "/account/authenticators")`. */
export async function callAccount<T>(
  method: Method,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<AccountAnswer<T>> {
  const { response, body: answer } = await exchange(method, path, body, headers);
  if (response.ok) return { data: answer.data as T, meta: answer.meta ?? {} };
  const error = toAccountError(response, answer);
  if (error.code === "not_signed_in") noteNobody();
  throw error;
}

// Signing in ------------------------------------------------------------------
/** The step that this answer leads to. A 401 with a pending second factor is none. */
function toStep(response: Response, body: Body): SignInStep {
  if (response.ok) {
    notePlayer();
    return { done: true };
  }
  const pending = flowsOf(body).find(({ is_pending }) => is_pending);
  if (response.status === 401 && pending?.id === "mfa_authenticate")
    return { done: false, factors: (pending.types ?? []) as SecondFactor[] };
  // Somebody signed in meanwhile, perhaps in another tab.
  if (response.status === 409) {
    notePlayer();
    return { done: true };
  }
  throw toAccountError(response, body);
}

async function step(method: Method, path: string, sent?: unknown): Promise<SignInStep> {
  const { response, body } = await exchange(method, path, sent);
  return toStep(response, body);
}

export const signIn = (email: string, password: string): Promise<SignInStep> =>
  step("POST", "/auth/login", { email, password });

/** The second factor: the authenticator app's code, or a recovery code. */
export const giveCode = (code: string): Promise<SignInStep> =>
  step("POST", "/auth/2fa/authenticate", { code });

async function passkeyStep(path: string, signal?: AbortSignal): Promise<SignInStep> {
  const credential = await askPasskey(path, signal);
  return step("POST", path, { credential });
}

async function askPasskey(path: string, signal?: AbortSignal): Promise<unknown> {
  const { data } = await callAccountQuietly<{ request_options: PasskeyOptions }>(path);
  return getPasskey(data.request_options, signal);
}

/** A GET that must not sign anybody out: a 401 here speaks of the step. */
async function callAccountQuietly<T>(path: string): Promise<AccountAnswer<T>> {
  const { response, body } = await exchange("GET", path);
  if (!response.ok) throw toAccountError(response, body);
  return { data: body.data as T, meta: body.meta ?? {} };
}

/** Without e-mail and password, by a passkey alone. */
export const signInWithPasskey = (signal?: AbortSignal): Promise<SignInStep> =>
  passkeyStep("/auth/webauthn/login", signal);

/** A passkey as the second factor. */
export const givePasskey = (): Promise<SignInStep> =>
  passkeyStep("/auth/webauthn/authenticate");

/** Where the browser came back from a provider: signed in, or half way. */
export const findStep = (): Promise<SignInStep> => step("GET", "/auth/session");

// A forgotten password ----------------------------------------------------------
/** Sends a letter where the e-mail is known; answers alike where it is not. */
export const requestReset = (email: string) =>
  callAccount<unknown>("POST", "/auth/password/request", { email });

/** Whether the key of a letter still works. Throws where it does not. */
export const checkResetKey = (key: string) =>
  callAccount<unknown>("GET", "/auth/password/reset", undefined, {
    "X-Password-Reset-Key": key,
  });

/** Sets the password; 401 is the answer of success, since nobody is signed in by it. */
export async function resetPassword(key: string, password: string): Promise<void> {
  const { response, body } = await exchange("POST", "/auth/password/reset", {
    key,
    password,
  });
  if (!response.ok && response.status !== 401) throw toAccountError(response, body);
}

// Being asked again ----------------------------------------------------------------
/** Renews the sign-in, after which what answered reauthentication_required works. */
export const reauthenticate = {
  password: (password: string) =>
    callAccount<unknown>("POST", "/auth/reauthenticate", { password }),
  code: (code: string) =>
    callAccount<unknown>("POST", "/auth/2fa/reauthenticate", { code }),
  passkey: async () => {
    const credential = await askPasskey("/auth/webauthn/reauthenticate");
    return callAccount<unknown>("POST", "/auth/webauthn/reauthenticate", {
      credential,
    });
  },
};
