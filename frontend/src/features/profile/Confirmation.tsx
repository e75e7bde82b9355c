import { Dialog } from "@base-ui/react/dialog";
import { useMutation } from "@tanstack/react-query";
import {
  createContext,
  type FormEvent,
  type ReactNode,
  useCallback,
  useContext,
  useState,
} from "react";
import { Button } from "@/components/Button";
import { Field, PasswordField } from "@/components/Field";
import { Problem } from "@/components/Problem";
import { useFocusRefused } from "@/components/useFocusRefused";
import { reauthenticate, type Way } from "@/lib/account";
import { fieldErrors } from "@/lib/fieldErrors";
import { ApiError, hasCode } from "@/lib/http";
import { useMe } from "@/lib/player";
import { isReauthenticationAsked } from "@/lib/security";

type Run = <T>(action: () => Promise<T>) => Promise<T>;

const Confirmed = createContext<Run>((action) => action());

interface Asked {
  ways: readonly Way[];
  resolve: () => void;
  reject: (error: Error) => void;
}

/**
 * Where the server wants to know again who asks, a dialog comes up, and the action is
 * done once more after it.
 */
export function Confirmation({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const run = useCallback<Run>(async (action) => {
    try {
      return await action();
    } catch (error) {
      if (!isReauthenticationAsked(error)) throw error;
      const ways = (error.detail.ways ?? []) as Way[];
      await new Promise<void>((resolve, reject) => setAsked({ ways, resolve, reject }));
      return action();
    }
  }, []);
  const close = (isConfirmed: boolean) => {
    setAsked(null);
    if (isConfirmed) asked?.resolve();
    else asked?.reject(new ApiError(401, "turned_back", "It was not confirmed."));
  };
  return (
    <Confirmed.Provider value={run}>
      {children}
      {asked && <ConfirmDialog ways={asked.ways} onClose={close} />}
    </Confirmed.Provider>
  );
}

/** A mutation that may ask who is there; closing that question is no error. */
export function useAction<V, R>(
  call: (value: V) => Promise<R>,
  onSuccess?: (result: R, value: V) => unknown,
) {
  const confirmed = useContext(Confirmed);
  const mutation = useMutation<R, Error, V>({
    mutationFn: (value) => confirmed(() => call(value)),
    onSuccess: (result, value) => onSuccess?.(result, value),
  });
  const { mutate, reset, data, isPending } = mutation;
  const error = hasCode(mutation.error, "turned_back") ? null : mutation.error;
  return { mutate, reset, data, isPending, error };
}

interface ConfirmDialogProps {
  ways: readonly Way[];
  onClose: (isConfirmed: boolean) => void;
}

const INSTEAD: Record<Way, string> = {
  password: "Use the password",
  code: "Use a code",
  passkey: "Use a passkey",
};

function ConfirmDialog({ ways, onClose }: ConfirmDialogProps) {
  const [way, setWay] = useState(ways[0]);
  const done = () => onClose(true);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose(false)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-10 bg-veil" />
        <Dialog.Popup className="fixed inset-x-4 top-1/2 z-10 mx-auto max-h-[90svh] max-w-md -translate-y-1/2 overflow-y-auto rounded-lg border border-edge bg-raised p-6 shadow-lift">
          <Dialog.Title className="text-2xl">Is it you?</Dialog.Title>
          <Dialog.Description className="mt-2 mb-5 text-muted">
            {way
              ? "This protects your account, so confirm it first. It lasts a quarter of an hour."
              : "Sign out, sign in again, and do it within a quarter of an hour."}
          </Dialog.Description>
          {way === "password" && <ByPassword onDone={done} />}
          {way === "code" && <ByCode onDone={done} />}
          {way === "passkey" && <ByPasskey onDone={done} />}
          <div className="mt-3 flex flex-wrap gap-x-3 gap-y-2">
            {ways
              .filter((other) => other !== way)
              .map((other) => (
                <Button key={other} look="plain" onClick={() => setWay(other)}>
                  {INSTEAD[other]}
                </Button>
              ))}
            <Button look="quiet" onClick={() => onClose(false)}>
              Cancel
            </Button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface ByProps {
  onDone: () => void;
}

function useProof(call: (value: string) => Promise<unknown>, onDone: () => void) {
  return useMutation({ mutationFn: call, onSuccess: onDone });
}

function ByPassword({ onDone }: ByProps) {
  const { data: me } = useMe();
  const proof = useProof(reauthenticate.password, onDone);
  const form = useFocusRefused(proof.error);
  const reason = fieldErrors(proof.error).password;
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    proof.mutate(String(new FormData(event.currentTarget).get("password")));
  };
  return (
    <form ref={form} onSubmit={onSubmit} className="grid gap-4">
      {/* For the browser's password store, which looks for a name beside a password. */}
      <input
        type="hidden"
        name="username"
        autoComplete="username"
        value={me?.email ?? ""}
        readOnly
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        error={reason}
      />
      {proof.error && !reason && <Problem error={proof.error} />}
      <Button type="submit" disabled={proof.isPending}>
        Confirm
      </Button>
    </form>
  );
}

function ByCode({ onDone }: ByProps) {
  const proof = useProof(reauthenticate.code, onDone);
  const form = useFocusRefused(proof.error);
  const reason = fieldErrors(proof.error).code;
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("code"));
    proof.mutate(code.replace(/\s/g, ""));
  };
  return (
    <form ref={form} onSubmit={onSubmit} className="grid gap-4">
      <Field
        label="Code"
        name="code"
        autoComplete="one-time-code"
        required
        hint="Of your authenticator app, or one of your recovery codes."
        error={reason}
      />
      {proof.error && !reason && <Problem error={proof.error} />}
      <Button type="submit" disabled={proof.isPending}>
        Confirm
      </Button>
    </form>
  );
}

function ByPasskey({ onDone }: ByProps) {
  const proof = useProof(reauthenticate.passkey, onDone);
  return (
    <div className="grid gap-4">
      {proof.error && <Problem error={proof.error} />}
      <Button disabled={proof.isPending} onClick={() => proof.mutate("")}>
        {proof.isPending ? "Waiting for the passkey" : "Use a passkey"}
      </Button>
    </div>
  );
}
