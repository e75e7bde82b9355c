import { useMutation } from "@tanstack/react-query";
import { Button } from "@/components/Button";
import { PasskeyIcon } from "@/components/icons";
import { Problem } from "@/components/Problem";
import { ProviderButton } from "@/components/ProviderButton";
import { useAccountOptions } from "@/components/useAccountOptions";
import { type SignInStep, signInWithPasskey } from "@/lib/account";
import { canUsePasskeys } from "@/lib/webauthn";

interface OtherWaysProps {
  next: string;
  /** Nobody new has a passkey here. */
  isNew?: boolean;
  onStep: (step: SignInStep) => Promise<void>;
}

/** Without a password: a passkey, or an account elsewhere that this server knows of. */
export function OtherWays({ next, isNew, onStep }: OtherWaysProps) {
  const options = useAccountOptions();
  const passkey = useMutation({
    mutationFn: () => signInWithPasskey(),
    onSuccess: onStep,
  });
  const providers = options.data?.providers ?? [];
  const hasPasskeys = !isNew && Boolean(options.data?.passkeys) && canUsePasskeys();
  if (!hasPasskeys && providers.length === 0) return null;
  return (
    <section aria-labelledby="other-ways" className="mt-10 border-t border-line pt-8">
      <h2 id="other-ways" className="text-xl">
        Without a password
      </h2>
      <div className="mt-4 grid gap-3">
        {hasPasskeys && (
          <Button
            look="plain"
            large
            className="justify-start!"
            disabled={passkey.isPending}
            onClick={() => passkey.mutate()}
          >
            <span className="grid size-8 shrink-0 place-items-center rounded-sm bg-sunk">
              <PasskeyIcon />
            </span>
            Sign in with a passkey
          </Button>
        )}
        {passkey.error && <Problem error={passkey.error} />}
        {providers.map((provider) => (
          <ProviderButton
            key={provider.id}
            provider={provider}
            process="login"
            next={`/sign-in/done?next=${encodeURIComponent(next)}`}
          >
            Continue with {provider.name}
          </ProviderButton>
        ))}
      </div>
    </section>
  );
}
