import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { Button } from "@/components/Button";
import { Field, PasswordField } from "@/components/Field";
import { Problem } from "@/components/Problem";
import { useFocusRefused } from "@/components/useFocusRefused";
import { useTitle } from "@/components/useTitle";
import { login } from "@/lib/api";
import { fieldErrors } from "@/lib/fieldErrors";
import { ApiError } from "@/lib/http";
import { useSettings } from "@/lib/settings";

const isWrongPair = (error: Error | null) =>
  error instanceof ApiError && error.status === 401;

export function SignInPage() {
  useTitle("Sign in");
  const navigate = useNavigate();
  const client = useQueryClient();
  const signIn = useMutation({
    mutationFn: login,
    onSuccess: async () => {
      useSettings.setState({ lastMatch: null });
      await client.invalidateQueries();
      void navigate({ to: "/" });
    },
  });
  const reasons = fieldErrors(signIn.error);
  const form = useFocusRefused(signIn.error);
  const isAboutFields = "email" in reasons || "password" in reasons;

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    signIn.mutate({
      email: String(fields.get("email") ?? "").trim(),
      password: String(fields.get("password") ?? ""),
    });
  };

  return (
    <div className="mx-auto w-full max-w-md px-4 py-12">
      <h1 className="text-4xl">Sign in</h1>
      <form ref={form} onSubmit={onSubmit} className="mt-8 grid gap-5">
        <Field
          label="E-mail"
          name="email"
          type="email"
          autoComplete="email"
          required
          error={reasons.email}
        />
        <PasswordField
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          error={
            isWrongPair(signIn.error)
              ? "E-mail and password do not belong together."
              : reasons.password
          }
        />
        {signIn.error && !isAboutFields && !isWrongPair(signIn.error) && (
          <Problem error={signIn.error} />
        )}
        <Button type="submit" large disabled={signIn.isPending}>
          {signIn.isPending ? "One moment" : "Sign in"}
        </Button>
      </form>
      <p className="mt-8 text-muted">
        New here?{" "}
        <Link to="/sign-up" className="text-link text-ink">
          Sign up
        </Link>
      </p>
    </div>
  );
}
