import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useMemo, useState } from "react";
import { Button } from "@/components/Button";
import { CodeField } from "@/components/CodeField";
import { Field } from "@/components/Field";
import { LetterHint } from "@/components/LetterHint";
import { Problem } from "@/components/Problem";
import { useFocusRefused } from "@/components/useFocusRefused";
import { fieldErrors } from "@/lib/fieldErrors";
import { hasCode } from "@/lib/http";
import { ME } from "@/lib/player";
import {
  changeEmail,
  confirmEmail,
  giveUpEmail,
  listEmails,
  resendEmailCode,
} from "@/lib/security";
import { useAction } from "./Confirmation";
import { Section } from "./Frame";
import { Said, useSaid } from "./Said";
import { mine, useMine } from "./useMine";
import { useOpener } from "./useOpener";

/** The address that signs in and gets letters; a new one proves itself by a code. */
export function EmailSection() {
  const client = useQueryClient();
  const emails = useMine("emails", listEmails);
  const [isOpen, setOpen] = useState(false);
  const button = useOpener(isOpen);
  const [said, say] = useSaid();
  // Kept here too: the server does not list an address that belongs to somebody else.
  const [sent, setSent] = useState<string | null>(null);
  const current = emails.data?.find(({ verified }) => verified)?.email;
  const waiting = sent ?? emails.data?.find(({ verified }) => !verified)?.email;
  const close = (message: string) => {
    setSent(null);
    setOpen(false);
    say(message);
    void client.invalidateQueries({ queryKey: mine("emails") });
    void client.invalidateQueries({ queryKey: ME });
  };
  return (
    <Section
      id="email"
      title="E-mail"
      note="What you sign in with, and where letters about your account go. Nobody else sees it."
    >
      {emails.error ? (
        <Problem error={emails.error} onRetry={() => void emails.refetch()} />
      ) : (
        <p className="text-lg font-semibold break-all">
          {emails.isPending ? "…" : (current ?? "No e-mail yet")}
        </p>
      )}
      <Said text={said} />
      {waiting ? (
        <EmailCode email={waiting} isNext={sent !== null} onClose={close} />
      ) : isOpen ? (
        <NewEmail onSent={setSent} onCancel={() => setOpen(false)} />
      ) : (
        emails.data && (
          <Button
            ref={button}
            look="plain"
            className="mt-4"
            onClick={() => {
              say("");
              setOpen(true);
            }}
          >
            {current ? "Change the e-mail" : "Add an e-mail"}
          </Button>
        )
      )}
    </Section>
  );
}

interface NewEmailProps {
  onSent: (email: string) => void;
  onCancel: () => void;
}

function NewEmail({ onSent, onCancel }: NewEmailProps) {
  const change = useAction(changeEmail, (_, email) => onSent(email));
  const form = useFocusRefused(change.error);
  const reason = fieldErrors(change.error).email;
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    change.mutate(String(new FormData(event.currentTarget).get("email")).trim());
  };
  return (
    <form ref={form} onSubmit={onSubmit} className="mt-5 grid max-w-md gap-4">
      <Field
        label="New e-mail"
        name="email"
        type="email"
        autoComplete="email"
        required
        autoFocus
        error={reason}
      />
      {change.error && !reason && <Problem error={change.error} />}
      <div className="flex flex-wrap gap-3">
        <Button type="submit" disabled={change.isPending}>
          Send a code there
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

interface EmailCodeProps {
  email: string;
  /** The code has just been asked for, and not a page with this step been opened. */
  isNext: boolean;
  onClose: (said: string) => void;
}

function EmailCode({ email, isNext, onClose }: EmailCodeProps) {
  const leadId = useId();
  const [said, say] = useSaid();
  const confirm = useAction(confirmEmail, () => onClose("Your e-mail is changed."));
  const resend = useAction(resendEmailCode, () => say("A new code is on its way."));
  const giveUp = useAction(giveUpEmail, () => onClose(""));
  const isOver = hasCode(confirm.error, "code_over");
  const reason = fieldErrors(confirm.error).key;
  const refusal = useMemo(
    () => (reason && confirm.error ? { message: reason } : null),
    [reason, confirm.error],
  );
  const submit = (code: string) => !confirm.isPending && confirm.mutate(code);
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    submit(String(new FormData(event.currentTarget).get("code")));
  };
  const other = reason ? null : (confirm.error ?? resend.error);
  return (
    <div className="mt-5 grid max-w-md gap-4">
      <p id={leadId}>
        We sent a code to <strong className="break-all">{email}</strong>. Until it is
        back here, your old address counts.
      </p>
      <LetterHint />
      {!isOver && (
        <form onSubmit={onSubmit} className="grid gap-4">
          <CodeField
            label="Code"
            isBusy={confirm.isPending}
            refusal={refusal}
            describedBy={leadId}
            isNext={isNext}
            onComplete={submit}
          />
          <Button
            type="submit"
            className="justify-self-start"
            disabled={confirm.isPending}
          >
            {confirm.isPending ? "One moment" : "Confirm"}
          </Button>
        </form>
      )}
      {other && <Problem error={other} />}
      <Said text={said} />
      <div className="flex flex-wrap gap-3">
        {!isOver && (
          <Button
            look="plain"
            disabled={resend.isPending}
            onClick={() => resend.mutate(email)}
          >
            Send a new code
          </Button>
        )}
        <Button
          look="quiet"
          onClick={() => (isOver ? onClose("") : giveUp.mutate(email))}
        >
          Keep the old e-mail
        </Button>
      </div>
      {giveUp.error && <Problem error={giveUp.error} />}
    </div>
  );
}
