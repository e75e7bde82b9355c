import { useQuery } from "@tanstack/react-query";
import { getAccountOptions } from "@/lib/registration";

/** What this server offers: providers, passkeys, and where its letters go. */
export const useAccountOptions = () =>
  useQuery({
    queryKey: ["accountOptions"],
    queryFn: getAccountOptions,
    staleTime: Infinity,
  });
