/** RFC 8785 (JCS) for the values that records hold: no floats, no null. */

export type Canonical =
  | string
  | number
  | boolean
  | Canonical[]
  | { [key: string]: Canonical };

function textJson(value: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new TypeError("not Unicode text");
  return JSON.stringify(value);
}

/** The one text of `value`; throws TypeError for what a record may not hold. */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case "string":
      return textJson(value);
    case "boolean":
      return JSON.stringify(value);
    case "number":
      if (!Number.isSafeInteger(value)) throw new TypeError("not a safe integer");
      return JSON.stringify(value);
    case "object":
      if (value === null) throw new TypeError("null");
      if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
      return `{${Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => `${textJson(key)}:${canonicalJson(item)}`)
        .join(",")}}`;
    default:
      throw new TypeError(typeof value);
  }
}
