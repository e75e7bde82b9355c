import { type ReactNode, useRef } from "react";
import { readCsrfToken } from "@/lib/http";
import { buttonClass } from "./Button";

interface ProviderButtonProps {
  provider: { id: string; name: string };
  /** "connect" adds the account there to the player who is signed in here. */
  process: "login" | "connect";
  /** The path that the provider sends the browser back to. */
  next: string;
  children: ReactNode;
}

/** Leaves for a provider. A form, because the answer is a redirect to another site. */
export function ProviderButton(props: ProviderButtonProps) {
  const { provider, process, next, children } = props;
  const token = useRef<HTMLInputElement>(null);
  return (
    <form
      method="post"
      action="/_allauth/browser/v1/auth/provider/redirect"
      onSubmit={() => {
        if (token.current) token.current.value = readCsrfToken();
      }}
    >
      <input ref={token} type="hidden" name="csrfmiddlewaretoken" />
      <input type="hidden" name="provider" value={provider.id} />
      <input type="hidden" name="process" value={process} />
      <input type="hidden" name="callback_url" value={next} />
      <button
        type="submit"
        className={`${buttonClass("plain", true)} w-full justify-start! py-2.5 text-left`}
      >
        <span
          aria-hidden="true"
          className="grid size-8 shrink-0 place-items-center rounded-sm bg-sunk font-display text-sm font-extrabold"
        >
          {provider.name.slice(0, 2)}
        </span>
        {children}
      </button>
    </form>
  );
}
