/**
 * What protects an account: e-mail, password, second factors, providers, sessions.
 * All are calls of django-allauth; lib/account says what their refusals mean.
 */

import { callAccount, type Way } from "./account";
import { ApiError, fetchAsPlayer, hasCode, jsonRequest } from "./http";
import { createPasskey, type PasskeyOptions } from "./webauthn";

// E-mail ------------------------------------------------------------------------------
export interface EmailAddress {
  email: string;
  verified: boolean;
  primary: boolean;
}

export const listEmails = async (): Promise<EmailAddress[]> =>
  (await callAccount<EmailAddress[]>("GET", "/account/email")).data;

/** Sends a code to the new address, which takes the old one's place once it is back. */
export const changeEmail = (email: string) =>
  callAccount<EmailAddress[]>("POST", "/account/email", { email });

export const resendEmailCode = (email: string) =>
  callAccount<unknown>("PUT", "/account/email", { email });

export const giveUpEmail = (email: string) =>
  callAccount<unknown>("DELETE", "/account/email", { email });

/** Throws `code_over` where no code is waited for any more. */
export async function confirmEmail(code: string): Promise<void> {
  try {
    await callAccount<unknown>("POST", "/auth/email/verify", { key: code });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    throw new ApiError(409, "code_over", "This code is over. Ask for a new one.");
  }
}

// Password ----------------------------------------------------------------------------
export interface PasswordChange {
  current_password?: string;
  new_password: string;
}

export const changePassword = (change: PasswordChange) =>
  callAccount<unknown>("POST", "/account/password/change", change);

// Providers ---------------------------------------------------------------------------
export interface Provider {
  id: string;
  name: string;
}

export interface Connection {
  uid: string;
  display: string;
  provider: Provider;
}

export const listConnections = async (): Promise<Connection[]> =>
  (await callAccount<Connection[]>("GET", "/account/providers")).data;

export const disconnect = ({ provider, uid }: Connection) =>
  callAccount<unknown>("DELETE", "/account/providers", {
    provider: provider.id,
    account: uid,
  });

// Second factors ------------------------------------------------------------------------
interface Used {
  /** Seconds since 1970. */
  created_at: number;
  last_used_at: number | null;
}

export type AppFactor = Used & { type: "totp" };
export type Passkey = Used & {
  type: "webauthn";
  id: number;
  name: string;
  is_passwordless?: boolean;
};
export type RecoveryCodes = Used & {
  type: "recovery_codes";
  total_code_count: number;
  unused_code_count: number;
  unused_codes?: string[];
};
export type Authenticator = AppFactor | Passkey | RecoveryCodes;

const FACTORS = "/account/authenticators";

export const listAuthenticators = async (): Promise<Authenticator[]> =>
  (await callAccount<Authenticator[]>("GET", FACTORS)).data;

export interface AppSetup {
  secret: string;
  totp_url: string;
}

/** A new secret for an authenticator app; each call makes another one. */
export async function beginApp(): Promise<AppSetup> {
  const path = `/_allauth/browser/v1${FACTORS}/totp`;
  const response = await fetchAsPlayer(jsonRequest("GET", path));
  const body = await response.json();
  // "There is none yet" is how the secret comes.
  if (response.status === 404) return body.meta as AppSetup;
  const [first] = body.errors ?? [];
  throw new ApiError(
    response.status,
    first?.code ?? "refused",
    first?.message ?? "The app is set up already. Reload the page.",
  );
}

export const activateApp = (code: string) =>
  callAccount<unknown>("POST", `${FACTORS}/totp`, { code });

export const removeApp = () => callAccount<unknown>("DELETE", `${FACTORS}/totp`);

export const showRecoveryCodes = async (): Promise<RecoveryCodes> =>
  (await callAccount<RecoveryCodes>("GET", `${FACTORS}/recovery-codes`)).data;

/** New codes; the old ones work no more. */
export const renewRecoveryCodes = async (): Promise<RecoveryCodes> =>
  (await callAccount<RecoveryCodes>("POST", `${FACTORS}/recovery-codes`, {})).data;

/** Makes a passkey on this device that can sign in alone, and keeps its public half. */
export async function addPasskey(name: string): Promise<void> {
  const { data } = await callAccount<{ creation_options: PasskeyOptions }>(
    "GET",
    `${FACTORS}/webauthn?passwordless`,
  );
  const credential = await createPasskey(data.creation_options);
  await callAccount("POST", `${FACTORS}/webauthn`, {
    name,
    credential,
    passwordless: true,
  });
}

export const renamePasskey = ({ id, name }: { id: number; name: string }) =>
  callAccount<unknown>("PUT", `${FACTORS}/webauthn`, { id, name });

export const removePasskey = (id: number) =>
  callAccount<unknown>("DELETE", `${FACTORS}/webauthn`, { authenticators: [id] });

// Sessions ----------------------------------------------------------------------------
export interface Session {
  id: number;
  user_agent: string;
  ip: string;
  /** Seconds since 1970. */
  created_at: number;
  is_current: boolean;
}

export const listSessions = async (): Promise<Session[]> =>
  (await callAccount<Session[]>("GET", "/auth/sessions")).data;

/** Signs other browsers out. To end this one's session, sign out. */
export const endSessions = (ids: readonly number[]) =>
  callAccount<unknown>("DELETE", "/auth/sessions", { sessions: ids });

// Being asked again -----------------------------------------------------------------------
const RECENT_S = 14 * 60;

interface Methods {
  methods: { at: number }[];
}

/**
 * Throws `reauthentication_required` unless the player showed lately who they are, by
 * signing in or by being asked again. For what cannot be repeated once the server
 * refused it.
 */
export async function requireRecent(hasPassword: boolean): Promise<void> {
  const { data } = await callAccount<Methods>("GET", "/auth/session");
  const since = Date.now() / 1000 - RECENT_S;
  if (data.methods.some(({ at }) => at > since)) return;
  const ways = listWays(await listAuthenticators(), hasPassword);
  if (ways.length === 0) return;
  throw new ApiError(
    401,
    "reauthentication_required",
    "Confirm that it is you first.",
    { ways },
  );
}

export function listWays(
  authenticators: readonly Authenticator[],
  hasPassword: boolean,
): Way[] {
  const types = new Set(authenticators.map(({ type }) => type));
  const ways: Way[] = [];
  if (hasPassword) ways.push("password");
  if (types.has("totp") || types.has("recovery_codes")) ways.push("code");
  if (types.has("webauthn")) ways.push("passkey");
  return ways;
}

export const isReauthenticationAsked = (error: unknown): error is ApiError =>
  hasCode(error, "reauthentication_required");
