/** Signing up: a form, then the code from the letter. The guest's matches stay theirs. */

import type { Options, RegisterRequest, Verification } from "@/gen/types.gen";
import { fetchOrThrow, jsonRequest } from "./http";
import { notePlayer } from "./presence";

export type { Verification } from "@/gen/types.gen";

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetchOrThrow(
    jsonRequest(method, `/api/v1/auth/${path}`, body),
  );
  return (response.status === 204 ? null : await response.json()) as T;
}

/** Sends the code; answers alike whether or not the e-mail has a player. */
export async function register(form: Omit<RegisterRequest, "session">): Promise<void> {
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

export const getAccountOptions = (): Promise<Options> => call("GET", "options");
