/** What a player's eye looks like: drawn from their id alone, the same everywhere. */

export type Lid = keyof typeof LIDS;
export type Iris = (typeof IRISES)[number];
export type Pupil = (typeof PUPILS)[number];
export type Brow = (typeof BROWS)[number];

export interface Eye {
  lid: Lid;
  iris: Iris;
  pupil: Pupil;
  brow: Brow;
  /** Where it looks: units of the drawing to the right. */
  gaze: number;
  /** CSS colours. */
  face: string;
  color: string;
  shade: string;
}

/** Upper and lower edge of an eye, from the left corner to the right, 48 units square. */
export const LIDS = {
  open: ["M4 25Q24 2 44 25", "Q24 46 4 25"],
  round: ["M6 24C8 2 40 2 42 24", "C40 46 8 46 6 24"],
  sleepy: ["M4 22Q24 13 44 22", "Q24 50 4 22"],
  rising: ["M4 29C10 9 30 4 45 15", "C42 36 20 44 4 29"],
  falling: ["M3 15C18 4 38 9 44 29", "C28 44 6 36 3 15"],
  smiling: ["M3 31Q24 -6 45 31", "Q24 25 3 31"],
} as const;
export const IRISES = ["plain", "ring", "rays", "dots", "half", "core"] as const;
export const PUPILS = ["round", "slit", "bar", "star"] as const;
export const BROWS = ["none", "lashes", "line"] as const;
const GAZES = [-4, 0, 4] as const;

/** Hues of OKLCH; violet is the machine's. */
const HUES = [20, 45, 82, 120, 155, 190, 225, 255, 330, 355] as const;
const TONES = ["0.8 0.105", "0.43 0.09", "0.63 0.13"] as const;

/** FNV-1a with the last mixing of MurmurHash3: 32 bits of `text`, others for each salt. */
export function hashText(text: string, salt: number): number {
  let hash = 0x811c9dc5 ^ salt;
  for (let at = 0; at < text.length; at++)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The eye of a player's id; the upper and lower case of an id are one. */
export function drawEye(id: string): Eye {
  let salt = 0;
  const pick = <T>(choices: readonly T[]): T =>
    choices[hashText(id.toLowerCase(), ++salt) % choices.length] as T;
  const tone = pick(TONES);
  const hue = pick(HUES);
  // Never the face's own hue: the iris has to stand out at 24 pixels as well.
  const other = pick(HUES.filter((each) => Math.abs(each - hue) > 30));
  return {
    lid: pick(Object.keys(LIDS) as Lid[]),
    iris: pick(IRISES),
    pupil: pick(PUPILS),
    brow: pick(BROWS),
    gaze: pick(GAZES),
    face: `oklch(${tone} ${hue})`,
    color: `oklch(0.62 0.15 ${other})`,
    shade: `oklch(0.4 0.11 ${other})`,
  };
}

/** The name that stands where a player deleted their account. */
export const DELETED = "Deleted player";
