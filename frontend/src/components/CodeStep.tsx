import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useMemo } from "react";
import { hasCode } from "@/lib/http";
import { ME } from "@/lib/player";
import {
  giveUpSignUp,
  resendCode,
  type Verification,
  verify,
} from "@/lib/registration";
import { Button } from "./Button";
import { CodeField } from "./CodeField";
import { LetterHint } from "./LetterHint";
import { Problem } from "./Problem";
import { useCountdown } from "./useCountdown";

interface CodeStepProps {
  pending: Verification;
  /** The form has just been sent, and not a page with this step been opened. */
  isNext: boolean;
  onDone: () => void;
  /** The sign-up is over without a player; says why, or null where the player chose so. */
  onOver: (why: string | null) => void;
}

const OVER =
  "That code is too old, or was tried too often. Sign up once more to get a new one.";

const triesText = (left: number): string =>
  left === 1 ? "One try is left." : `${left} tries are left.`;

/** The second step of signing up: the code from the letter. */
export function CodeStep({ pending, isNext, onDone, onOver }: CodeStepProps) {
  const client = useQueryClient();
  const leadId = useId();
  const askWhoPlays = () => client.invalidateQueries({ queryKey: ME });
  const check = useMutation({
    mutationFn: verify,
    onSuccess: async () => {
      await client.invalidateQueries();
      onDone();
    },
    onError: async (error) => {
      if (hasCode(error, "no_pending_sign_up")) onOver(OVER);
      else if (hasCode(error, "email_taken")) onOver(error.message);
      await askWhoPlays();
    },
  });
  const giveUp = useMutation({
    mutationFn: giveUpSignUp,
    onSuccess: () => {
      onOver(null);
      return askWhoPlays();
    },
  });
  const wrong = hasCode(check.error, "wrong_code") ? check.error : null;
  const refusal = useMemo(
    () =>
      wrong && {
        message: `That is not the code. ${triesText(Number(wrong.detail.attempts_left))}`,
      },
    [wrong],
  );
  const submit = (code: string) => !check.isPending && check.mutate(code);
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    submit(String(new FormData(event.currentTarget).get("code")));
  };
  return (
    <div className="grid gap-5">
      <div>
        <h2 className="text-2xl">Enter the code</h2>
        <p id={leadId} className="mt-2 text-muted">
          We wrote to{" "}
          <strong className="text-ink wrap-anywhere">{pending.email}</strong>. The
          letter has six digits that work for a quarter of an hour.
        </p>
      </div>
      <LetterHint />
      <form onSubmit={onSubmit} className="grid gap-5">
        <CodeField
          label="Code"
          hint={triesText(pending.attempts_left)}
          refusal={refusal}
          isBusy={check.isPending}
          describedBy={leadId}
          isNext={isNext}
          onComplete={submit}
        />
        {check.error && !wrong && <Problem error={check.error} />}
        <Button type="submit" large disabled={check.isPending}>
          {check.isPending ? "One moment" : "Confirm"}
        </Button>
      </form>
      <div className="flex flex-wrap gap-3">
        <Resend resendAtMs={pending.resend_at_ms} />
        <Button
          look="quiet"
          disabled={giveUp.isPending}
          onClick={() => giveUp.mutate()}
        >
          Use another e-mail
        </Button>
      </div>
      {giveUp.error && <Problem error={giveUp.error} />}
      <p className="text-sm text-muted">Nothing there? Look in the spam folder.</p>
    </div>
  );
}

function Resend({ resendAtMs }: { resendAtMs: number }) {
  const client = useQueryClient();
  const left = useCountdown(resendAtMs);
  const resend = useMutation({
    mutationFn: resendCode,
    onSettled: () => client.invalidateQueries({ queryKey: ME }),
  });
  return (
    <div className="grid gap-2">
      <Button
        look="plain"
        disabled={left > 0 || resend.isPending}
        onClick={() => resend.mutate()}
      >
        {left > 0 ? `New code in ${left} s` : "Send a new code"}
      </Button>
      <span role="status" className="sr-only">
        {resend.isSuccess && "A new code is on its way."}
      </span>
      {resend.error && <Problem error={resend.error} />}
    </div>
  );
}
