import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { CheckIcon } from "@/components/icons";
import { SignUp } from "@/components/SignUp";
import type { Summary } from "@/lib/api";
import { numberText } from "@/lib/text";

interface PutOnBoardProps {
  summary: Summary;
  onDone: () => void;
}

/** For guests: an account that keeps this match. */
export function PutOnBoard({ summary, onDone }: PutOnBoardProps) {
  return (
    <section
      aria-labelledby="keep"
      className="rounded-lg border-2 border-eye bg-raised p-5 sm:p-7"
    >
      <h2 id="keep" className="text-3xl">
        Put this score on the board
      </h2>
      <p className="mt-3 mb-6 text-muted">
        You play as a guest, so your {numberText(summary.player.points)} points are not
        ranked. Sign up here and this match counts, with all your others.
      </p>
      <SignUp button="Sign up and keep the score" onDone={onDone} />
      <p className="mt-5 text-muted">
        Have an account already?{" "}
        <Link
          to="/sign-in"
          search={{ next: `/match/${summary.id}` }}
          className="text-link text-ink"
        >
          Sign in
        </Link>
        , and your guest’s matches come along.
      </p>
    </section>
  );
}

/** What stands in the form's place once the guest is a player. */
export function OnBoard({ name }: { name: string }) {
  const text = useRef<HTMLParagraphElement>(null);
  // The form that had the focus is gone.
  useEffect(() => {
    text.current?.focus({ preventScroll: true });
    text.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <p
      ref={text}
      tabIndex={-1}
      className="flex scroll-mt-4 items-center gap-3 rounded-lg border-2 border-good bg-raised p-5 text-lg"
    >
      <CheckIcon className="size-6 text-good" />
      <span className="min-w-0 wrap-anywhere">
        You are on the board as <bdi className="font-semibold">{name}</bdi>.
      </span>
    </p>
  );
}
