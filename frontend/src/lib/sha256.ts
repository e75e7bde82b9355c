/** SHA-256 by WebCrypto, which browsers offer on HTTPS and on this machine only. */

export const canHash = (): boolean => globalThis.crypto?.subtle !== undefined;

export async function sha256Hex(data: string | ArrayBuffer): Promise<string> {
  const bytes =
    typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
