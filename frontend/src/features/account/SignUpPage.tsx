import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { SignUp } from "@/components/SignUp";
import { Waiting } from "@/components/Waiting";
import type { SignInStep } from "@/lib/account";
import { safePath } from "@/lib/next";
import { useMe } from "@/lib/player";
import { AccountPage } from "./AccountPage";
import { OtherWays } from "./OtherWays";

const route = getRouteApi("/sign-up");

export function SignUpPage() {
  const next = safePath(route.useSearch().next);
  const { data: me } = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const isPlayer = me ? !me.is_guest : false;
  useEffect(() => {
    if (isPlayer) void navigate({ href: next, replace: true });
  }, [isPlayer, navigate, next]);
  if (isPlayer) return <Waiting text="One moment" />;
  const onStep = async (step: SignInStep) => {
    if (step.done) await client.invalidateQueries();
    else await navigate({ to: "/sign-in/done", search: { next } });
  };
  const isWaiting = Boolean(me?.pending);
  return (
    <AccountPage
      title="Sign up"
      heading={isWaiting ? "Almost there" : "Sign up"}
      lead={
        isWaiting
          ? null
          : me?.is_guest
            ? `You play as ${me.name}. Your matches stay yours, and the finished ones go on the boards.`
            : "With an account your matches count on the boards."
      }
    >
      <SignUp button="Sign up" onDone={() => {}} />
      {!isWaiting && <OtherWays next={next} isNew onStep={onStep} />}
      <p className="mt-10 text-muted">
        Have an account already?{" "}
        <Link
          to="/sign-in"
          search={next === "/" ? {} : { next }}
          className="text-link text-ink"
        >
          Sign in
        </Link>
      </p>
    </AccountPage>
  );
}
