/** The server's clock, which alone decides when a round is over. */

let offsetMs = 0;

/** Takes the server's time from an answer that came just now. */
export function noteServerTime(serverMs: number): void {
  offsetMs = serverMs - Date.now();
}

export const serverNowMs = (): number => Date.now() + offsetMs;
