import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { register, type User } from "@/lib/api";
import { fieldErrors } from "@/lib/fieldErrors";
import { Button } from "./Button";
import { Field, PasswordField } from "./Field";
import { Problem } from "./Problem";
import { useFocusRefused } from "./useFocusRefused";

const KNOWN = ["email", "password", "name"];

interface SignUpFormProps {
  button: string;
  onDone: (user: User) => void;
}

/** Makes the guest of this browser a player, or a new player where there is none. */
export function SignUpForm({ button, onDone }: SignUpFormProps) {
  const client = useQueryClient();
  const signUp = useMutation({
    mutationFn: register,
    onSuccess: async (user) => {
      await client.invalidateQueries();
      onDone(user);
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
