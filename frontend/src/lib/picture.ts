/** A picture's bytes: hashed, then displayed from the very same bytes. */

import { ApiError } from "./http";
import { canHash, sha256Hex } from "./sha256";

export interface FetchedPicture {
  /** An object URL of the bytes; live until the page is left. */
  url: string;
  /** Null where the browser cannot hash. */
  sha256: string | null;
}

const known = new Map<string, Promise<FetchedPicture>>();

async function load(address: string): Promise<FetchedPicture> {
  let bytes: ArrayBuffer;
  let type: string;
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(String(response.status));
    bytes = await response.arrayBuffer();
    type = response.headers.get("Content-Type") ?? "image/png";
  } catch {
    throw new ApiError(0, "picture", "The picture could not be loaded.");
  }
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  return { url, sha256: canHash() ? await sha256Hex(bytes) : null };
}

/** Loads each address once; a failure is forgotten, so that it can be tried again. */
export function fetchPicture(address: string): Promise<FetchedPicture> {
  let picture = known.get(address);
  if (!picture) {
    picture = load(address);
    picture.catch(() => known.delete(address));
    known.set(address, picture);
  }
  return picture;
}
