import { Link } from "@tanstack/react-router";
import { SignUpForm } from "@/components/SignUpForm";
import type { Summary } from "@/lib/api";
import { numberText } from "@/lib/text";

/** For guests: an account that keeps this match. */
export function PutOnBoard({ summary }: { summary: Summary }) {
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
      <SignUpForm button="Sign up and keep the score" onDone={() => {}} />
      <p className="mt-5 text-muted">
        You have an account?{" "}
        <Link to="/sign-in" className="text-link text-ink">
          Sign in
        </Link>{" "}
        for the next match; this one stays with the guest.
      </p>
    </section>
  );
}
