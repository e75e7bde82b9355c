/** Who plays in this browser, for every component that asks. */

import { type QueryClient, useQuery } from "@tanstack/react-query";
import { findMe } from "./api";
import { onPlayerChange } from "./presence";

export const ME = ["me"] as const;

export const useMe = () =>
  useQuery({
    queryKey: ME,
    queryFn: findMe,
    staleTime: 60_000,
    // The session may have been ended from another device meanwhile.
    refetchOnWindowFocus: true,
  });

/**
 * Asks again when a player comes or leaves, in this tab or in another. Queries whose key
 * begins with "mine" hold what only one player may see, and are forgotten.
 */
export function followPlayer(client: QueryClient): void {
  onPlayerChange(() => {
    void client.resetQueries({ queryKey: ["mine"] });
    void client.invalidateQueries({ queryKey: ME });
  });
}
