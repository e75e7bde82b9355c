import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type FormEvent, useEffect } from "react";
import { Button, buttonClass } from "@/components/Button";
import { PasswordField } from "@/components/Field";
import { Problem } from "@/components/Problem";
import { useFocusRefused } from "@/components/useFocusRefused";
import { Waiting } from "@/components/Waiting";
import { checkResetKey, resetPassword } from "@/lib/account";
import { fieldErrors } from "@/lib/fieldErrors";
import { ApiError } from "@/lib/http";
import { AccountPage } from "./AccountPage";

const route = getRouteApi("/reset-password/$key");

const isRefused = (error: Error | null) =>
  error instanceof ApiError && error.status === 400;

/** Where the letter's link leads: a new password for who holds the letter. */
export function ResetPage() {
  const { key } = route.useParams();
  // The key is a secret: no referrer, no history entry, no log of this page keeps it.
  const check = useQuery({
    queryKey: ["mine", "resetKey", key],
    queryFn: async () => {
      await checkResetKey(key);
      return true;
    },
    retry: false,
    gcTime: 0,
    staleTime: Infinity,
  });
  const reset = useMutation({
    mutationFn: (password: string) => resetPassword(key, password),
  });
  const reasons = fieldErrors(reset.error);
  const form = useFocusRefused(reset.error);
  useEffect(() => {
    if (reset.isSuccess) document.querySelector<HTMLElement>("#main")?.focus();
  }, [reset.isSuccess]);

  if (reset.isSuccess)
    return (
      <AccountPage
        title="Password set"
        heading="It is set"
        lead="Your password is the new one, and everybody who was signed in to your account is signed out."
      >
        <Link to="/sign-in" className={buttonClass("primary", true)}>
          Sign in
        </Link>
      </AccountPage>
    );
  if (check.isPending) return <Waiting text="Looking at the link" />;
  if (isRefused(check.error) || "key" in reasons)
    return (
      <AccountPage
        title="Link expired"
        heading="This link has expired"
        lead="It was used already, or it is too old. Ask for a new one and use it soon."
      >
        <Link to="/reset-password" className={buttonClass("primary", true)}>
          Ask for a new link
        </Link>
      </AccountPage>
    );
  if (check.error)
    return (
      <AccountPage title="New password" heading="A new password">
        <Problem error={check.error} onRetry={() => void check.refetch()} />
      </AccountPage>
    );
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    reset.mutate(String(fields.get("password") ?? ""));
  };
  return (
    <AccountPage title="New password" heading="A new password">
      <form ref={form} onSubmit={onSubmit} className="grid gap-5">
        <PasswordField
          label="New password"
          name="password"
          autoComplete="new-password"
          required
          minLength={8}
          hint="At least 8 characters."
          error={reasons.password}
        />
        {reset.error && !reasons.password && <Problem error={reset.error} />}
        <Button type="submit" large disabled={reset.isPending}>
          {reset.isPending ? "One moment" : "Set the password"}
        </Button>
      </form>
    </AccountPage>
  );
}
