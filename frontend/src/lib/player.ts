/** Who plays in this browser, for every component that asks. */

import { type QueryClient, useQuery } from "@tanstack/react-query";
import { findMe } from "./api";
import { onTokensChange } from "./tokens";

export const ME = ["me"] as const;

export const useMe = () =>
  useQuery({ queryKey: ME, queryFn: findMe, staleTime: 60_000 });

/** Asks again who plays when tokens change, in this tab or in another. */
export function followPlayer(client: QueryClient): void {
  onTokensChange(() => void client.invalidateQueries({ queryKey: ME }));
}
