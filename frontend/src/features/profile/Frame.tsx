import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { buttonClass } from "@/components/Button";
import { Problem } from "@/components/Problem";
import { useTitle } from "@/components/useTitle";
import { Waiting } from "@/components/Waiting";
import { useMe } from "@/lib/player";
import type { Player } from "@/lib/profile";

const TABS = [
  { to: "/profile", text: "Profile", isForGuests: true },
  { to: "/profile/matches", text: "Matches", isForGuests: true },
  { to: "/profile/security", text: "Security", isForGuests: false },
  { to: "/profile/data", text: "Data", isForGuests: true },
] as const;

const TAB =
  "inline-flex min-h-11 items-center rounded-full px-3 font-medium sm:px-4 text-muted hover:bg-sunk hover:text-ink aria-[current=page]:bg-ink aria-[current=page]:text-paper";

interface FrameProps {
  title: string;
  children: (me: Player) => ReactNode;
}

/** What the pages of a profile stand in: its tabs, and somebody whose profile it is. */
export function Frame({ title, children }: FrameProps) {
  useTitle(title);
  const me = useMe();
  if (me.error)
    return (
      <div className="page-width py-16">
        <h1 className="mb-6 text-5xl sm:text-6xl">{title}</h1>
        <div className="max-w-2xl">
          <Problem error={me.error} onRetry={() => void me.refetch()} />
        </div>
      </div>
    );
  if (me.isPending) return <Waiting text="Asking who you are" />;
  if (!me.data) return <Nobody />;
  const { is_guest } = me.data;
  return (
    <div className="page-width pt-4 pb-16 sm:pt-6">
      <nav aria-label="Your profile" className="-mx-1 flex flex-wrap gap-0.5 sm:gap-1">
        {TABS.filter(({ isForGuests }) => isForGuests || !is_guest).map(
          ({ to, text }) => (
            <Link
              key={to}
              to={to}
              activeOptions={{ exact: true, includeSearch: false }}
              className={TAB}
            >
              {text}
            </Link>
          ),
        )}
      </nav>
      {children(me.data)}
    </div>
  );
}

function Nobody() {
  return (
    <div className="page-width py-16 sm:py-24">
      <h1 className="text-4xl sm:text-6xl">Nobody plays here yet.</h1>
      <p className="mt-4 max-w-xl text-lg text-muted">
        A profile begins with the first match. Play as a guest, or sign in to find the
        one you have.
      </p>
      <div className="mt-8 flex flex-wrap gap-3">
        <Link to="/" className={buttonClass("primary", true)}>
          Play
        </Link>
        <Link to="/sign-in" className={buttonClass("plain", true)}>
          Sign in
        </Link>
      </div>
    </div>
  );
}

interface SectionProps {
  id: string;
  title: string;
  note?: ReactNode;
  children: ReactNode;
}

/** A part of a page: what it is on the left, what to do on the right. */
export function Section({ id, title, note, children }: SectionProps) {
  return (
    <section
      aria-labelledby={id}
      className="grid gap-x-14 gap-y-5 border-t border-line py-10 lg:grid-cols-[20rem_1fr]"
    >
      <div>
        <h2 id={id} className="text-2xl sm:text-3xl">
          {title}
        </h2>
        {note && <p className="mt-2 max-w-prose text-muted">{note}</p>}
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}
