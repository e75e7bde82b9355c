import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Avatar } from "@/components/Avatar";
import { Button, buttonClass } from "@/components/Button";
import { Field } from "@/components/Field";
import { Problem } from "@/components/Problem";
import { useFocusRefused } from "@/components/useFocusRefused";
import { fieldErrors } from "@/lib/fieldErrors";
import { type Player, rename } from "@/lib/profile";
import { dayText, labelText } from "@/lib/text";
import { useAction } from "./Confirmation";
import { useOpener } from "./useOpener";

/** Whose profile it is. */
export function Head({ me }: { me: Player }) {
  const [isNaming, setNaming] = useState(false);
  const button = useOpener(isNaming);
  const since = dayText(new Date(me.joined_at_ms).toISOString());
  return (
    <header className="mt-8 flex flex-wrap items-center gap-x-10 gap-y-6 sm:mt-12">
      <Avatar
        id={me.id}
        name={me.name}
        isGuest={me.is_guest}
        className="size-28 sm:size-40"
      />
      <div className="min-w-0 grow basis-72">
        {isNaming ? (
          <NameForm me={me} onClose={() => setNaming(false)} />
        ) : (
          <>
            <h1 className="text-5xl font-extrabold wrap-anywhere sm:text-7xl">
              <bdi>{me.name}</bdi>
            </h1>
            <p className="mt-3 text-lg text-muted">
              {me.is_guest ? "Guest" : "Player"} since {since}
              {me.role !== "player" && `, ${labelText(me.role).toLowerCase()}`}
            </p>
            {me.is_guest ? (
              <Keep />
            ) : (
              <Button
                ref={button}
                look="plain"
                className="mt-4"
                onClick={() => setNaming(true)}
              >
                Change the name
              </Button>
            )}
          </>
        )}
      </div>
    </header>
  );
}

function Keep() {
  return (
    <div className="mt-5 flex max-w-2xl flex-wrap items-center gap-x-5 gap-y-3">
      <Link to="/sign-up" className={buttonClass("primary")}>
        Sign up to keep it
      </Link>
      <p className="min-w-0 grow basis-64 text-muted">
        This browser alone knows you. Sign up, and your matches stay yours and count on
        the boards.
      </p>
    </div>
  );
}

function NameForm({ me, onClose }: { me: Player; onClose: () => void }) {
  const client = useQueryClient();
  const save = useAction(rename, async () => {
    await client.invalidateQueries();
    onClose();
  });
  const form = useFocusRefused(save.error);
  const reason = fieldErrors(save.error).name;
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    if (name === me.name) onClose();
    else save.mutate(name);
  };
  return (
    <form ref={form} onSubmit={onSubmit} className="grid max-w-md gap-4">
      <h1 className="sr-only">{me.name}</h1>
      <Field
        label="Name on the boards"
        name="name"
        defaultValue={me.name}
        autoComplete="nickname"
        dir="auto"
        minLength={2}
        maxLength={24}
        required
        autoFocus
        onFocus={(event) => event.currentTarget.select()}
        onKeyDown={(event) => event.key === "Escape" && onClose()}
        hint="2 to 24 characters. It changes on every board at once."
        error={reason}
      />
      {save.error && !reason && <Problem error={save.error} />}
      <div className="flex flex-wrap gap-3">
        <Button type="submit" disabled={save.isPending}>
          {save.isPending ? "One moment" : "Save"}
        </Button>
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
