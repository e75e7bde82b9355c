/** Where to go after signing in: a path of this site and nothing else. */

/** `value` where it is such a path, else "/". */
export function safePath(value: unknown): string {
  if (typeof value !== "string" || !value.startsWith("/")) return "/";
  try {
    const url = new URL(value, location.origin);
    // "//host" and "/\host" are other sites to a browser.
    if (url.origin !== location.origin) return "/";
    return url.pathname + url.search + url.hash;
  } catch {
    return "/";
  }
}
