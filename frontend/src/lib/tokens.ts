/** The player's tokens, kept in localStorage so that every tab plays as one player. */

export interface Tokens {
  access_token: string;
  refresh_token: string;
}

const KEY = "eyevsai.tokens";
const listeners = new Set<() => void>();

export function readTokens(): Tokens | null {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === null ? null : (JSON.parse(stored) as Tokens);
  } catch {
    return null;
  }
}

export function writeTokens(tokens: Tokens | null): void {
  if (tokens === null) localStorage.removeItem(KEY);
  else {
    const { access_token, refresh_token } = tokens;
    localStorage.setItem(KEY, JSON.stringify({ access_token, refresh_token }));
  }
  for (const listener of listeners) listener();
}

/** Calls `listener` when this tab or another one signs in or out. */
export function onTokensChange(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key === KEY || event.key === null) listener();
  };
  listeners.add(listener);
  window.addEventListener("storage", onStorage);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", onStorage);
  };
}
