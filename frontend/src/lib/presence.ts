/**
 * Whether somebody plays in this browser. The session itself is a cookie that no script
 * can read; this mark in localStorage says that there may be one, so that a stranger's
 * page asks nothing, and tells every tab when it changes.
 */

const KEY = "eyevsai.player";
const listeners = new Set<() => void>();

function write(value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, value);
  } catch {
    // Without storage each tab knows for itself.
  }
  mark = value;
  for (const listener of listeners) listener();
}

function read(): string | null {
  try {
    // Tokens lay here before sessions were cookies.
    localStorage.removeItem("eyevsai.tokens");
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

let mark = read();

export const mayPlay = (): boolean => mark !== null;

/** Somebody plays here from now on, or is known by more than before. */
export const notePlayer = (): void => write(crypto.randomUUID?.() ?? `${Date.now()}`);

/** Nobody plays here any more: they signed out, or the session has ended. */
export function noteNobody(): void {
  if (mark !== null) write(null);
}

window.addEventListener("storage", ({ key }) => {
  if (key !== KEY && key !== null) return;
  mark = read();
  for (const listener of listeners) listener();
});

/** Calls `listener` when a player comes or leaves, in this tab or in another. */
export function onPlayerChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
