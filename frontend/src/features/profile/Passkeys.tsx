import { type FormEvent, useState } from "react";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { Problem } from "@/components/Problem";
import { deviceText } from "@/lib/device";
import { fieldErrors } from "@/lib/fieldErrors";
import { addPasskey, type Passkey, removePasskey, renamePasskey } from "@/lib/security";
import { canUsePasskeys } from "@/lib/webauthn";
import { useAction } from "./Confirmation";
import { Factor, usedText } from "./Factor";
import { useOpener } from "./useOpener";

interface PasskeysProps {
  passkeys: readonly Passkey[];
  onAdded: () => void;
  onChanged: () => void;
}

const NOTE =
  "Your device, by fingerprint, face or PIN. It also signs you in without a password.";
const IMPOSSIBLE =
  "Not possible at this address: the browser wants a host name, such as localhost, and HTTPS.";

export function Passkeys({ passkeys, onAdded, onChanged }: PasskeysProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useOpener(isOpen);
  const isPossible = canUsePasskeys();
  return (
    <Factor
      title="Passkeys"
      isOn={passkeys.length > 0}
      note={isPossible ? NOTE : IMPOSSIBLE}
      action={
        isPossible &&
        !isOpen && (
          <Button ref={button} look="plain" onClick={() => setOpen(true)}>
            Add a passkey
          </Button>
        )
      }
    >
      {isOpen && (
        <NewPasskey
          onCancel={() => setOpen(false)}
          onDone={() => {
            setOpen(false);
            onAdded();
          }}
        />
      )}
      {passkeys.length > 0 && (
        <ul>
          {passkeys.map((passkey) => (
            <PasskeyRow
              key={passkey.id}
              passkey={passkey}
              onChanged={onChanged}
              onRemoved={() => {
                button.current?.focus();
                onChanged();
              }}
            />
          ))}
        </ul>
      )}
    </Factor>
  );
}

interface NewPasskeyProps {
  onDone: () => void;
  onCancel: () => void;
}

function NewPasskey({ onDone, onCancel }: NewPasskeyProps) {
  const add = useAction(addPasskey, onDone);
  const reason = fieldErrors(add.error).name;
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    add.mutate(String(new FormData(event.currentTarget).get("name")).trim());
  };
  return (
    <form onSubmit={onSubmit} className="grid max-w-md gap-4">
      <Field
        label="Name of the passkey"
        name="name"
        defaultValue={deviceText(navigator.userAgent)}
        maxLength={100}
        required
        autoFocus
        hint="So that you know it again."
        error={reason}
      />
      {add.error && !reason && <Problem error={add.error} />}
      <div className="flex flex-wrap gap-3">
        <Button type="submit" disabled={add.isPending}>
          {add.isPending ? "Waiting for your device" : "Make it"}
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

interface PasskeyRowProps {
  passkey: Passkey;
  onChanged: () => void;
  onRemoved: () => void;
}

function PasskeyRow({ passkey, onChanged, onRemoved }: PasskeyRowProps) {
  const [isNaming, setNaming] = useState(false);
  const rename = useOpener(isNaming);
  const name = useAction(renamePasskey, () => {
    setNaming(false);
    onChanged();
  });
  const remove = useAction(removePasskey, onRemoved);
  const error = name.error ?? remove.error;
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("name")).trim();
    if (text) name.mutate({ id: passkey.id, name: text });
  };
  return (
    <li className="border-t border-line py-3 last:border-b">
      {isNaming ? (
        <form onSubmit={onSubmit} className="flex flex-wrap items-end gap-3">
          <div className="min-w-0 grow basis-56">
            <Field
              label="Name of the passkey"
              name="name"
              defaultValue={passkey.name}
              maxLength={100}
              required
              autoFocus
            />
          </div>
          <Button type="submit" disabled={name.isPending}>
            Save
          </Button>
          <Button look="quiet" onClick={() => setNaming(false)}>
            Cancel
          </Button>
        </form>
      ) : (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="min-w-0 grow basis-60">
            <span className="block truncate font-semibold">{passkey.name}</span>
            <span className="block text-muted">{usedText(passkey)}</span>
          </span>
          <span className="-ml-4.5 flex sm:ml-0">
            <Button ref={rename} look="quiet" onClick={() => setNaming(true)}>
              Rename<span className="sr-only"> {passkey.name}</span>
            </Button>
            <Button
              look="quiet"
              disabled={remove.isPending}
              onClick={() => remove.mutate(passkey.id)}
            >
              Remove<span className="sr-only"> {passkey.name}</span>
            </Button>
          </span>
        </div>
      )}
      {error && (
        <div className="mt-3">
          <Problem error={error} />
        </div>
      )}
    </li>
  );
}
