import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { fieldErrors } from "@/lib/fieldErrors";
import { ME } from "@/lib/player";
import { register } from "@/lib/registration";
import { Button } from "./Button";
import { Field, PasswordField } from "./Field";
import { Problem } from "./Problem";
import { useFocusRefused } from "./useFocusRefused";

const KNOWN = ["email", "password", "name"];

interface SignUpFormProps {
  button: string;
  onSent: () => void;
}

/** The first step of signing up. The answer tells nobody whether an e-mail is known. */
export function SignUpForm({ button, onSent }: SignUpFormProps) {
  const client = useQueryClient();
  const signUp = useMutation({
    mutationFn: register,
    // Whoever plays now waits for a code: the next step shows itself.
    onSuccess: () => {
      onSent();
      return client.invalidateQueries({ queryKey: ME });
    },
  });
  const reasons = fieldErrors(signUp.error);
  const form = useFocusRefused(signUp.error);
  const isAboutFields = KNOWN.some((field) => field in reasons);

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? "").trim();
    const name = text("name");
    signUp.mutate({
      email: text("email"),
      password: String(fields.get("password") ?? ""),
      ...(name && { name }),
    });
  };

  return (
    <form ref={form} onSubmit={onSubmit} className="grid gap-5">
      <Field
        label="Name on the board"
        name="name"
        autoComplete="nickname"
        dir="auto"
        minLength={2}
        maxLength={24}
        required
        error={reasons.name}
      />
      <Field
        label="E-mail"
        name="email"
        type="email"
        autoComplete="email"
        required
        hint="For the code that comes next. Nobody else sees it."
        error={reasons.email}
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="new-password"
        required
        minLength={8}
        hint="At least 8 characters."
        error={reasons.password}
      />
      {signUp.error && !isAboutFields && <Problem error={signUp.error} />}
      <Button type="submit" large disabled={signUp.isPending}>
        {signUp.isPending ? "One moment" : button}
      </Button>
    </form>
  );
}
