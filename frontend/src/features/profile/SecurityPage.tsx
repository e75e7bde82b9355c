import { Link, useSearch } from "@tanstack/react-router";
import { buttonClass } from "@/components/Button";
import { LockIcon } from "@/components/icons";
import type { Player } from "@/lib/profile";
import { Confirmation } from "./Confirmation";
import { EmailSection } from "./EmailSection";
import { FactorSection } from "./FactorSection";
import { Frame } from "./Frame";
import { PasswordSection } from "./PasswordSection";
import { ProvidersSection } from "./ProvidersSection";
import { SessionsSection } from "./SessionsSection";

export function SecurityPage() {
  return (
    <Frame title="Security">
      {(me) =>
        me.is_guest ? (
          <ForGuests />
        ) : (
          <Confirmation>
            <Sections me={me} />
          </Confirmation>
        )
      }
    </Frame>
  );
}

function Sections({ me }: { me: Player }) {
  const { need } = useSearch({ strict: false }) as { need?: string };
  return (
    <>
      <h1 className="mt-8 mb-8 text-5xl sm:mt-12 sm:text-6xl">Security</h1>
      {need === "second-factor" && !me.second_factor && <Needed />}
      <EmailSection />
      <PasswordSection me={me} />
      <FactorSection me={me} />
      <ProvidersSection me={me} />
      <SessionsSection />
    </>
  );
}

/** Staff came here from the admin, which opens to nobody without a second factor. */
function Needed() {
  return (
    <p
      role="alert"
      className="mb-8 flex max-w-3xl items-start gap-3 rounded-md border-2 border-ink bg-raised px-4 py-3 text-lg"
    >
      <LockIcon className="mt-1 size-5" />
      <span>
        The admin opens with a second factor.{" "}
        <a href="#second-factor" className="text-link">
          Set one up
        </a>
        , then sign in with it.
      </span>
    </p>
  );
}

function ForGuests() {
  return (
    <>
      <h1 className="mt-8 text-5xl sm:mt-12 sm:text-6xl">Security</h1>
      <p className="mt-4 max-w-xl text-lg text-muted">
        A guest has nothing to lock: this browser alone knows you. Sign up, and you get
        a password, and a second factor if you want one.
      </p>
      <Link to="/sign-up" className={`mt-8 ${buttonClass("primary", true)}`}>
        Sign up
      </Link>
    </>
  );
}
