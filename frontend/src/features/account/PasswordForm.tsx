import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { Button } from "@/components/Button";
import { Field, PasswordField } from "@/components/Field";
import { Problem } from "@/components/Problem";
import { useFocusRefused } from "@/components/useFocusRefused";
import { type SignInStep, signIn } from "@/lib/account";
import { fieldErrors } from "@/lib/fieldErrors";
import { hasCode } from "@/lib/http";

interface PasswordFormProps {
  onStep: (step: SignInStep) => Promise<void>;
}

export function PasswordForm({ onStep }: PasswordFormProps) {
  const attempt = useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) =>
      signIn(email, password),
    onSuccess: onStep,
  });
  const isWrongPair = hasCode(attempt.error, "email_password_mismatch");
  const reasons = fieldErrors(attempt.error);
  const form = useFocusRefused(attempt.error);
  const isAboutFields = "email" in reasons || "password" in reasons;

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    attempt.mutate({
      email: String(fields.get("email") ?? "").trim(),
      password: String(fields.get("password") ?? ""),
    });
  };
  return (
    <form ref={form} onSubmit={onSubmit} className="grid gap-5">
      <Field
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        required
        error={reasons.email}
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        error={
          isWrongPair ? "E-mail and password do not belong together." : reasons.password
        }
      />
      {attempt.error && !isAboutFields && <Problem error={attempt.error} />}
      <Button type="submit" large disabled={attempt.isPending}>
        {attempt.isPending ? "One moment" : "Sign in"}
      </Button>
      <Link to="/reset-password" className="text-link justify-self-start text-muted">
        Forgot your password?
      </Link>
    </form>
  );
}
