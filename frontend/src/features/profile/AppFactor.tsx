import { type FormEvent, useEffect, useMemo, useRef } from "react";
import { Button } from "@/components/Button";
import { CodeField } from "@/components/CodeField";
import { Copy } from "@/components/Copy";
import { Problem } from "@/components/Problem";
import { fieldErrors } from "@/lib/fieldErrors";
import { makeQr, qrPath } from "@/lib/qr";
import {
  type AppFactor as App,
  type AppSetup,
  activateApp,
  beginApp,
  removeApp,
  requireRecent,
} from "@/lib/security";
import { useAction } from "./Confirmation";
import { Factor, usedText } from "./Factor";
import { useOpener } from "./useOpener";

interface AppFactorProps {
  app: App | undefined;
  hasPassword: boolean;
  onAdded: () => void;
  onRemoved: () => void;
}

/** An app that shows a new code every half minute. */
export function AppFactor(props: AppFactorProps) {
  const { app, hasPassword, onAdded, onRemoved } = props;
  const begin = useSetup(hasPassword);
  const remove = useAction(removeApp, onRemoved);
  const button = useOpener(Boolean(app ?? begin.setup));
  const error = begin.error ?? remove.error;
  return (
    <Factor
      title="Authenticator app"
      isOn={app !== undefined}
      note={app ? usedText(app) : "Shows a new code every half minute, also offline."}
      action={
        app ? (
          <Button
            look="plain"
            disabled={remove.isPending}
            onClick={() => remove.mutate(undefined)}
          >
            Remove<span className="sr-only"> the app</span>
          </Button>
        ) : (
          !begin.setup && (
            <Button
              ref={button}
              look="plain"
              disabled={begin.isPending}
              onClick={() => begin.start()}
            >
              Set up<span className="sr-only"> an app</span>
            </Button>
          )
        )
      }
    >
      {error && <Problem error={error} />}
      {!app && begin.setup && (
        <Setup
          setup={begin.setup}
          onCancel={begin.stop}
          onDone={() => {
            begin.stop();
            onAdded();
          }}
        />
      )}
    </Factor>
  );
}

function useSetup(hasPassword: boolean) {
  // Asked before, since a code is old by the time that a password is typed.
  const begin = useAction(() => requireRecent(hasPassword).then(beginApp));
  return {
    setup: begin.data ?? null,
    error: begin.error,
    isPending: begin.isPending,
    start: () => begin.mutate(undefined),
    stop: begin.reset,
  };
}

interface SetupProps {
  setup: AppSetup;
  onDone: () => void;
  onCancel: () => void;
}

function Setup({ setup, onDone, onCancel }: SetupProps) {
  const activate = useAction(activateApp, onDone);
  const lead = useRef<HTMLParagraphElement>(null);
  // The button that was clicked is gone.
  useEffect(() => lead.current?.focus(), []);
  const reason = fieldErrors(activate.error).code;
  const refusal = useMemo(
    () => (reason && activate.error ? { message: reason } : null),
    [reason, activate.error],
  );
  const submit = (code: string) => !activate.isPending && activate.mutate(code);
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    submit(String(new FormData(event.currentTarget).get("code")));
  };
  return (
    <div className="grid gap-x-8 gap-y-6 sm:grid-cols-[auto_1fr]">
      <Qr text={setup.totp_url} />
      <div className="grid content-start gap-5">
        <div>
          <p ref={lead} tabIndex={-1}>
            Scan this with the app, or type the secret into it:
          </p>
          <p className="mt-2 font-mono text-lg font-semibold break-words">
            {setup.secret.match(/.{1,4}/g)?.join(" ")}
          </p>
          <div className="mt-3">
            <Copy text={setup.secret} what="the secret" />
          </div>
        </div>
        <form onSubmit={onSubmit} className="grid gap-4">
          <CodeField
            label="Code that the app shows"
            refusal={refusal}
            isBusy={activate.isPending}
            onComplete={submit}
          />
          {activate.error && !reason && <Problem error={activate.error} />}
          <div className="flex flex-wrap gap-3">
            <Button type="submit" disabled={activate.isPending}>
              Switch it on
            </Button>
            <Button look="quiet" onClick={onCancel}>
              Cancel
            </Button>
          </div>
        </form>
      </div>
    </div>
  );
}

/** Dark on light in both themes: half of all cameras read nothing else. */
function Qr({ text }: { text: string }) {
  const { path, size } = useMemo(() => {
    const grid = makeQr(text);
    return { path: qrPath(grid), size: grid.length };
  }, [text]);
  return (
    <svg
      viewBox={`-4 -4 ${size + 8} ${size + 8}`}
      role="img"
      aria-label="The secret as a QR code"
      shapeRendering="crispEdges"
      className="size-56 rounded-md border border-line"
    >
      <path d={`M-4 -4h${size + 8}v${size + 8}H-4Z`} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
