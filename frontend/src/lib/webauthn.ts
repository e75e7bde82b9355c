/** Passkeys: the browser's WebAuthn calls with JSON in and out (WebAuthn level 3). */

import { ApiError } from "./http";

/** As the server sends them: bytes are base64url texts. */
export interface PasskeyOptions {
  publicKey: Record<string, unknown>;
}

const isAddress = (host: string): boolean => /^[\d.]+$|^\[/.test(host);

/** Whether passkeys can work here; they need a host name, not an address of numbers. */
export const canUsePasskeys = (): boolean =>
  "PublicKeyCredential" in window && !isAddress(location.hostname);

export function toBytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export function toBase64url(bytes: ArrayBuffer): string {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

interface Descriptor {
  id: string;
}

const withBytes = (list: unknown) =>
  ((list as Descriptor[] | undefined) ?? []).map((each) => ({
    ...each,
    id: toBytes(each.id),
  }));

const CANCELLED = "No passkey was used. Try again, or take another way.";

async function ask(call: () => Promise<Credential | null>) {
  try {
    return (await call()) as PublicKeyCredential;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    if (error.name === "AbortError") throw error;
    if (error.name === "InvalidStateError")
      throw new ApiError(400, "passkey_known", "This device has a passkey already.");
    throw new ApiError(400, "passkey_cancelled", CANCELLED);
  }
}

const shared = (credential: PublicKeyCredential) => ({
  id: credential.id,
  rawId: toBase64url(credential.rawId),
  type: credential.type,
  authenticatorAttachment: credential.authenticatorAttachment,
  clientExtensionResults: credential.getClientExtensionResults(),
});

/** Asks for one of the passkeys that fit; the answer is what the server wants. */
export async function getPasskey(
  { publicKey }: PasskeyOptions,
  signal?: AbortSignal,
): Promise<unknown> {
  const options = {
    ...publicKey,
    challenge: toBytes(String(publicKey.challenge)),
    allowCredentials: withBytes(publicKey.allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions;
  const credential = await ask(() =>
    navigator.credentials.get({ publicKey: options, ...(signal && { signal }) }),
  );
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    ...shared(credential),
    response: {
      clientDataJSON: toBase64url(response.clientDataJSON),
      authenticatorData: toBase64url(response.authenticatorData),
      signature: toBase64url(response.signature),
      userHandle: response.userHandle && toBase64url(response.userHandle),
    },
  };
}

/** Makes a passkey; the answer is what the server wants. */
export async function createPasskey({ publicKey }: PasskeyOptions): Promise<unknown> {
  const user = publicKey.user as Descriptor;
  const options = {
    ...publicKey,
    challenge: toBytes(String(publicKey.challenge)),
    user: { ...user, id: toBytes(user.id) },
    excludeCredentials: withBytes(publicKey.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
  const credential = await ask(() =>
    navigator.credentials.create({ publicKey: options }),
  );
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    ...shared(credential),
    response: {
      clientDataJSON: toBase64url(response.clientDataJSON),
      attestationObject: toBase64url(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}
