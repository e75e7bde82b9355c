import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/Button";
import { PasswordField } from "@/components/Field";
import { Problem } from "@/components/Problem";
import { useFocusRefused } from "@/components/useFocusRefused";
import { fieldErrors } from "@/lib/fieldErrors";
import type { Player } from "@/lib/profile";
import { changePassword } from "@/lib/security";
import { useAction } from "./Confirmation";
import { Section } from "./Frame";
import { Said, useSaid } from "./Said";
import { useOpener } from "./useOpener";

export function PasswordSection({ me }: { me: Player }) {
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const button = useOpener(isOpen);
  const [said, say] = useSaid();
  const onDone = () => {
    setOpen(false);
    say(me.has_password ? "Your password is changed." : "Your password is set.");
    void client.invalidateQueries();
  };
  return (
    <Section
      id="password"
      title="Password"
      note="Changing it signs out every other browser and program."
    >
      {!me.has_password && (
        <p>
          You have none: you sign in with a provider.
          {me.email === null && " Add an e-mail first: a password needs one beside it."}
        </p>
      )}
      {isOpen ? (
        <PasswordForm me={me} onDone={onDone} onCancel={() => setOpen(false)} />
      ) : (
        <Button
          ref={button}
          look="plain"
          disabled={me.email === null}
          className={me.has_password ? "" : "mt-4"}
          onClick={() => {
            say("");
            setOpen(true);
          }}
        >
          {me.has_password ? "Change the password" : "Set a password"}
        </Button>
      )}
      <Said text={said} />
    </Section>
  );
}

interface PasswordFormProps {
  me: Player;
  onDone: () => void;
  onCancel: () => void;
}

function PasswordForm({ me, onDone, onCancel }: PasswordFormProps) {
  const change = useAction(changePassword, onDone);
  const form = useFocusRefused(change.error);
  const reasons = fieldErrors(change.error);
  const isAboutFields = "current_password" in reasons || "new_password" in reasons;
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    change.mutate({
      ...(me.has_password && { current_password: String(fields.get("current")) }),
      new_password: String(fields.get("next")),
    });
  };
  return (
    <form ref={form} onSubmit={onSubmit} className="grid max-w-md gap-4">
      <input
        type="hidden"
        name="username"
        autoComplete="username"
        value={me.email ?? ""}
        readOnly
      />
      {me.has_password && (
        <PasswordField
          label="Current password"
          name="current"
          autoComplete="current-password"
          required
          autoFocus
          error={reasons.current_password && "This is not your current password."}
        />
      )}
      <PasswordField
        label="New password"
        name="next"
        autoComplete="new-password"
        required
        minLength={8}
        hint="At least 8 characters."
        error={reasons.new_password}
      />
      {change.error && !isAboutFields && <Problem error={change.error} />}
      <div className="flex flex-wrap gap-3">
        <Button type="submit" disabled={change.isPending}>
          Save
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
