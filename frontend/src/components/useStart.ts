import { useMutation } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { type MatchChoice, startMatch } from "@/lib/api";
import { useSettings } from "@/lib/settings";

/** Starts a match, or finds the open one, and goes there. */
export function useStart() {
  const navigate = useNavigate();
  const router = useRouter();
  // The page of the match is here before the click on Play.
  useEffect(() => {
    void router.preloadRoute({ to: "/play/$matchId", params: { matchId: "next" } });
  }, [router]);
  return useMutation({
    mutationFn: (choice: MatchChoice) => {
      useSettings.setState(choice);
      return startMatch(choice);
    },
    onSuccess: (matchId) => {
      useSettings.setState({ lastMatch: matchId });
      return navigate({ to: "/play/$matchId", params: { matchId } });
    },
  });
}
