/** Signing up: a form, then the code from the letter. The guest's matches stay theirs. */

import { fetchOrThrow, jsonRequest } from "./http";
import { notePlayer } from "./presence";

export interface Verification {
  email: string;
  expires_at_ms: number;
  resend_at_ms: number;
  attempts_left: number;
}

export interface SignUp {
  email: string;
  password: string;
  name?: string;
}

export interface AccountOptions {
  providers: { id: string; name: string }[];
  /** Where letters go: to the e-mail, or only to who runs this server. */
  mail: "sent" | "terminal" | "folder";
  passkeys: boolean;
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetchOrThrow(
    jsonRequest(method, `/api/v1/auth/${path}`, body),
  );
  return (response.status === 204 ? null : await response.json()) as T;
}

/** Sends the code; answers alike whether or not the e-mail has a player. */
export async function register(form: SignUp): Promise<void> {
  await call("POST", "register", { ...form, session: "cookie" });
  notePlayer();
}

/** Makes the guest a player, same matches and all. */
export async function verify(code: string): Promise<void> {
  await call("POST", "register/verify", { code });
  notePlayer();
}

export const resendCode = (): Promise<Verification> => call("POST", "register/resend");

/** Forgets the sign-up that waits for its code; the guest stays. */
export const giveUpSignUp = (): Promise<null> => call("DELETE", "register");

export const getAccountOptions = (): Promise<AccountOptions> => call("GET", "options");
