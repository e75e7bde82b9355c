/** The reasons for which the server refused single fields. */

import { ApiError } from "./http";

export function fieldErrors(error: Error | null): Record<string, string> {
  if (!(error instanceof ApiError) || ![400, 422].includes(error.status)) return {};
  const reasons: Record<string, string> = {};
  for (const [field, value] of Object.entries(error.detail)) {
    const texts = Array.isArray(value) ? value : [value];
    reasons[field] = texts.map(String).join(" ");
  }
  return reasons;
}
