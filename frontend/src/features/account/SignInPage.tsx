import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Problem } from "@/components/Problem";
import { Waiting } from "@/components/Waiting";
import type { SecondFactor, SignInStep } from "@/lib/account";
import { safePath } from "@/lib/next";
import { useMe } from "@/lib/player";
import { AccountPage } from "./AccountPage";
import { OtherWays } from "./OtherWays";
import { PasswordForm } from "./PasswordForm";
import { SecondStep } from "./SecondStep";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const next = safePath(route.useSearch().next);
  const { data: me, isPending } = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [factors, setFactors] = useState<SecondFactor[] | null>(null);
  const [problem, setProblem] = useState<Error | null>(null);
  const isPlayer = me ? !me.is_guest : false;

  // Also where another tab signed in meanwhile.
  useEffect(() => {
    if (isPlayer) void navigate({ href: next, replace: true });
  }, [isPlayer, navigate, next]);

  const onStep = async (step: SignInStep) => {
    setProblem(null);
    if (step.done) await client.invalidateQueries();
    else setFactors(step.factors);
  };
  if (isPending || isPlayer) return <Waiting text="One moment" />;
  if (factors)
    return (
      <AccountPage title="Sign in" heading="One more step">
        <SecondStep
          factors={factors}
          onStep={onStep}
          onOver={(error) => {
            setFactors(null);
            setProblem(error);
          }}
        />
      </AccountPage>
    );
  return (
    <AccountPage
      title="Sign in"
      heading="Sign in"
      lead={
        me && (
          <>
            You play as <bdi>{me.name}</bdi>. Your guest’s matches come along: they are
            yours and count on the boards.
          </>
        )
      }
    >
      {problem && (
        <div className="mb-6">
          <Problem error={problem} />
        </div>
      )}
      <PasswordForm onStep={onStep} />
      <OtherWays next={next} onStep={onStep} />
      <p className="mt-10 text-muted">
        New here?{" "}
        <Link
          to="/sign-up"
          search={next === "/" ? {} : { next }}
          className="text-link text-ink"
        >
          Sign up
        </Link>
      </p>
    </AccountPage>
  );
}
