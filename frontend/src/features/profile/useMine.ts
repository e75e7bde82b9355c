import { useQuery } from "@tanstack/react-query";
import { mayPlay } from "@/lib/presence";

/** The key of what only one player may see; it is forgotten when another one comes. */
export const mine = (what: string) => ["mine", what] as const;

/** Something that is the player's own. Nothing is asked once nobody plays here. */
export const useMine = <T>(what: string, queryFn: () => Promise<T>) =>
  useQuery({ queryKey: mine(what), queryFn, enabled: mayPlay });
