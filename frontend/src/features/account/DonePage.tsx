import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Navigate, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { Problem } from "@/components/Problem";
import { useTitle } from "@/components/useTitle";
import { Waiting } from "@/components/Waiting";
import { findStep, type SignInStep } from "@/lib/account";
import { ApiError } from "@/lib/http";
import { safePath } from "@/lib/next";
import { AccountPage } from "./AccountPage";
import { SecondStep } from "./SecondStep";

const route = getRouteApi("/sign-in/done");
// Not under "mine": asking notes the player, which forgets all that is "mine".
const STEP = ["signing-in"] as const;

/** Where a provider sends the browser back to: signed in, or half way. */
export function DonePage() {
  useTitle("Signing in");
  const target = safePath(route.useSearch().next);
  const client = useQueryClient();
  const navigate = useNavigate();
  const step = useQuery({
    queryKey: STEP,
    queryFn: findStep,
    gcTime: 0,
    retry: false,
  });
  const isDone = step.data?.done ?? false;
  useEffect(() => {
    if (!isDone) return;
    void client
      .invalidateQueries()
      .then(() => navigate({ href: target, replace: true }));
  }, [isDone, client, navigate, target]);

  if (step.error instanceof ApiError && step.error.status === 401)
    return <Navigate to="/sign-in/failed" replace />;
  if (step.error)
    return (
      <AccountPage title="Signing in" heading="Not yet">
        <Problem error={step.error} onRetry={() => void step.refetch()} />
      </AccountPage>
    );
  if (step.data && !step.data.done)
    return (
      <AccountPage title="Sign in" heading="One more step">
        <SecondStep
          factors={step.data.factors}
          onStep={async (after: SignInStep) => {
            client.setQueryData(STEP, after);
          }}
          onOver={() => void navigate({ to: "/sign-in", replace: true })}
        />
      </AccountPage>
    );
  return <Waiting text="Signing you in" />;
}
