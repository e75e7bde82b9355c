import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { Avatar } from "@/components/Avatar";
import { Button, buttonClass } from "@/components/Button";
import { downloadFile } from "@/components/download";
import { Field, PasswordField } from "@/components/Field";
import { DownIcon, WarnIcon } from "@/components/icons";
import { Problem } from "@/components/Problem";
import { useFocusRefused } from "@/components/useFocusRefused";
import { DELETED } from "@/lib/avatar";
import { fieldErrors } from "@/lib/fieldErrors";
import { deleteAccount, fetchExport, type Player, type Progress } from "@/lib/profile";
import { sizeText } from "@/lib/text";
import { Confirmation, useAction } from "./Confirmation";
import { Frame, Section } from "./Frame";
import { useOpener } from "./useOpener";

export function DataPage() {
  const [isGone, setGone] = useState(false);
  if (isGone) return <Gone />;
  return (
    <Frame title="Your data">
      {(me) => (
        <Confirmation>
          <h1 className="mt-8 mb-8 text-5xl sm:mt-12 sm:text-6xl">Your data</h1>
          <Export />
          <Delete me={me} onGone={() => setGone(true)} />
        </Confirmation>
      )}
    </Frame>
  );
}

function Export() {
  const [progress, setProgress] = useState<Progress | null>(null);
  const fetching = useMutation({
    mutationFn: () => fetchExport(setProgress),
    onMutate: () => setProgress({ bytes: 0, total: null }),
    onSuccess: ({ name, file }) => downloadFile(name, file),
  });
  return (
    <Section
      id="export"
      title="Take a copy"
      note="Everything that is kept about you, as one zip of plain files: your account, every match with its receipt, and your results."
    >
      <Button large disabled={fetching.isPending} onClick={() => fetching.mutate()}>
        <DownIcon className="size-6" />
        {fetching.isPending ? "Packing" : "Download my data"}
      </Button>
      <div role="status" className="mt-4 min-h-7 text-muted">
        {fetching.isPending && progress && <Bar {...progress} />}
        {fetching.data &&
          `${fetching.data.name}, ${sizeText(fetching.data.file.size)}, is in your downloads.`}
      </div>
      {fetching.error && <Problem error={fetching.error} />}
    </Section>
  );
}

function Bar({ bytes, total }: Progress) {
  return (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-2">
      {total !== null && (
        <progress
          value={bytes}
          max={total}
          aria-label="Fetched"
          className="h-2 w-56 accent-eye"
        />
      )}
      <span className="tabular-nums">
        {sizeText(bytes)}
        {total !== null && ` of ${sizeText(total)}`}
      </span>
    </span>
  );
}

interface DeleteProps {
  me: Player;
  onGone: () => void;
}

function Delete({ me, onGone }: DeleteProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useOpener(isOpen);
  return (
    <Section
      id="delete"
      title={me.is_guest ? "Delete what you played" : "Delete your account"}
      note={
        me.is_guest
          ? "This guest goes, with all matches and results, at once and for good."
          : "Your name, e-mail, sign-ins and sessions go at once, and for good."
      }
    >
      {me.is_guest ? (
        <p>What stays is the public log of rounds. It never held your name.</p>
      ) : (
        <div className="flex items-center gap-4">
          <Avatar id={null} name={DELETED} className="size-14" />
          <p>
            What stays are your matches and scores, as “{DELETED}”: others were ranked
            against them. The public log of rounds stays too; it never held your name.
          </p>
        </div>
      )}
      {isOpen ? (
        <DeleteForm me={me} onGone={onGone} onCancel={() => setOpen(false)} />
      ) : (
        <Button
          ref={button}
          look="plain"
          className="mt-6"
          onClick={() => setOpen(true)}
        >
          {me.is_guest ? "Delete what I played" : "Delete my account"}
        </Button>
      )}
    </Section>
  );
}

interface DeleteFormProps extends DeleteProps {
  onCancel: () => void;
}

function DeleteForm({ me, onGone, onCancel }: DeleteFormProps) {
  const remove = useAction(deleteAccount, onGone);
  const [typed, setTyped] = useState("");
  const form = useFocusRefused(remove.error);
  const reasons = fieldErrors(remove.error);
  const isAboutFields = "password" in reasons || "confirm" in reasons;
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get("password") ?? "");
    remove.mutate(me.has_password ? { password } : { confirm: typed.trim() });
  };
  return (
    <form
      ref={form}
      onSubmit={onSubmit}
      className="mt-6 grid max-w-md gap-5 rounded-lg border-2 border-bad bg-raised p-5 sm:p-6"
    >
      <p className="flex items-start gap-2 font-semibold text-bad">
        <WarnIcon className="mt-0.5 size-5" />
        Nobody can bring it back, not even we.
      </p>
      <Field
        label={`Type your name: ${me.name}`}
        name="confirm"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
        autoCapitalize="off"
        dir="auto"
        spellCheck={false}
        required
        autoFocus
        error={reasons.confirm}
      />
      {me.has_password && (
        <PasswordField
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          error={reasons.password}
        />
      )}
      {remove.error && !isAboutFields && <Problem error={remove.error} />}
      <div className="flex flex-wrap gap-3">
        <button
          type="submit"
          disabled={typed.trim() !== me.name || remove.isPending}
          className="inline-flex min-h-11 items-center rounded-md bg-bad px-4.5 font-semibold text-paper disabled:cursor-not-allowed disabled:opacity-55"
        >
          {remove.isPending ? "One moment" : "Delete for good"}
        </button>
        <Button look="quiet" onClick={onCancel}>
          Keep it
        </Button>
      </div>
    </form>
  );
}

function Gone() {
  // The form that had the focus is gone, and the player with it.
  useEffect(() => document.querySelector<HTMLElement>("#main")?.focus(), []);
  return (
    <div className="page-width py-16 sm:py-24">
      <Avatar id={null} name={DELETED} className="size-28 sm:size-40" />
      <h1 className="mt-8 text-4xl sm:text-6xl">It is deleted.</h1>
      <p className="mt-4 max-w-xl text-lg text-muted" role="status">
        Nothing here knows you any more. Thank you for playing.
      </p>
      <Link to="/" className={`mt-8 ${buttonClass("plain", true)}`}>
        To the front page
      </Link>
    </div>
  );
}
