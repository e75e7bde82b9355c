import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect } from "react";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { PasskeyIcon } from "@/components/icons";
import { Problem } from "@/components/Problem";
import { useFocusRefused } from "@/components/useFocusRefused";
import {
  giveCode,
  givePasskey,
  type SecondFactor,
  type SignInStep,
} from "@/lib/account";
import { fieldErrors } from "@/lib/fieldErrors";
import { ApiError, hasCode } from "@/lib/http";
import { canUsePasskeys } from "@/lib/webauthn";

interface SecondStepProps {
  factors: readonly SecondFactor[];
  onStep: (step: SignInStep) => Promise<void>;
  /** The sign-in took too long, or the player gives up (null). */
  onOver: (problem: Error | null) => void;
}

const OVER = "This took too long. Sign in again.";

/** The second factor of a sign-in: a code, or a passkey. */
export function SecondStep({ factors, onStep, onOver }: SecondStepProps) {
  const onError = (error: Error) => {
    if (hasCode(error, "not_signed_in")) onOver(new ApiError(409, "over", OVER));
  };
  const code = useMutation({ mutationFn: giveCode, onSuccess: onStep, onError });
  const passkey = useMutation({ mutationFn: givePasskey, onSuccess: onStep, onError });
  const reasons = fieldErrors(code.error);
  const form = useFocusRefused(code.error);
  // The form before this step had the focus.
  useEffect(() => form.current?.querySelector("input")?.focus(), [form]);
  const hasCodes = factors.some((factor) => factor !== "webauthn");
  const hasPasskey = factors.includes("webauthn");

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const sent = String(new FormData(event.currentTarget).get("code") ?? "");
    // Apps show "123 456"; recovery codes are copied with their spaces.
    code.mutate(sent.replace(/[\s-]/g, ""));
  };
  return (
    <div className="grid gap-6">
      <p className="text-lg text-muted">
        Nearly there. This account asks for a second proof that it is you.
      </p>
      {hasCodes && (
        <form ref={form} onSubmit={onSubmit} className="grid gap-5">
          <Field
            label="Code"
            name="code"
            required
            autoComplete="one-time-code"
            autoCapitalize="off"
            spellCheck={false}
            hint={
              factors.includes("recovery_codes")
                ? "From your authenticator app, or one of your recovery codes."
                : "From your authenticator app."
            }
            error={reasons.code}
          />
          {code.error && !reasons.code && <Problem error={code.error} />}
          <Button type="submit" large disabled={code.isPending}>
            {code.isPending ? "One moment" : "Confirm"}
          </Button>
        </form>
      )}
      {hasPasskey && canUsePasskeys() && (
        <Button
          look={hasCodes ? "plain" : "primary"}
          large
          disabled={passkey.isPending}
          onClick={() => passkey.mutate()}
        >
          <PasskeyIcon className="size-6" />
          Use a passkey
        </Button>
      )}
      {hasPasskey && !canUsePasskeys() && !hasCodes && (
        <Problem error={new ApiError(400, "no_passkeys", NO_PASSKEYS)} />
      )}
      {passkey.error && <Problem error={passkey.error} />}
      <Button
        look="quiet"
        className="-ml-4.5 justify-self-start"
        onClick={() => onOver(null)}
      >
        Back
      </Button>
    </div>
  );
}

const NO_PASSKEYS =
  "Your passkey does not work in this browser, or not at this address. Open the game by its name, then try again.";
