import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useEffect } from "react";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { LetterHint } from "@/components/LetterHint";
import { Problem } from "@/components/Problem";
import { useFocusRefused } from "@/components/useFocusRefused";
import { requestReset } from "@/lib/account";
import { fieldErrors } from "@/lib/fieldErrors";
import { AccountPage } from "./AccountPage";

/** Asks for a letter with a link. The answer tells nobody whether an e-mail is known. */
export function RequestResetPage() {
  const request = useMutation({ mutationFn: requestReset });
  const reasons = fieldErrors(request.error);
  const form = useFocusRefused(request.error);
  // The form that had the focus is gone.
  useEffect(() => {
    if (request.isSuccess) document.querySelector<HTMLElement>("#main")?.focus();
  }, [request.isSuccess]);
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    request.mutate(String(fields.get("email") ?? "").trim());
  };
  if (request.isSuccess)
    return (
      <AccountPage
        title="Check your mail"
        heading="Check your mail"
        lead={
          <>
            If a player here uses{" "}
            <strong className="text-ink wrap-anywhere">{request.variables}</strong>, a
            letter with a link is on its way.
          </>
        }
      >
        <div role="status" className="grid gap-6">
          <LetterHint />
          <p className="text-muted">
            Nothing after some minutes? Look in the spam folder, or{" "}
            <button
              type="button"
              className="text-link text-ink"
              onClick={() => request.reset()}
            >
              try another e-mail
            </button>
            .
          </p>
        </div>
      </AccountPage>
    );
  return (
    <AccountPage
      title="New password"
      heading="A new password"
      lead="Type the e-mail of your account. We send you a link that sets a new password."
    >
      <form ref={form} onSubmit={onSubmit} className="grid gap-5">
        <Field
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          required
          error={reasons.email}
        />
        {request.error && !reasons.email && <Problem error={request.error} />}
        <Button type="submit" large disabled={request.isPending}>
          {request.isPending ? "One moment" : "Send the link"}
        </Button>
      </form>
      <p className="mt-8">
        <Link to="/sign-in" className="text-link">
          Back to the sign-in
        </Link>
      </p>
    </AccountPage>
  );
}
