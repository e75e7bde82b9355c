import type { ReactNode } from "react";
import { useTitle } from "@/components/useTitle";

interface AccountPageProps {
  /** In the browser's tab. */
  title: string;
  heading: ReactNode;
  lead?: ReactNode;
  children: ReactNode;
}

/** One column to work in, and beside it, where there is room, an eye that keeps a secret. */
export function AccountPage({ title, heading, lead, children }: AccountPageProps) {
  useTitle(title);
  return (
    <div className="page-width grid grow items-start gap-x-16 py-10 sm:py-16 lg:grid-cols-[minmax(0,28rem)_1fr]">
      <div className="mx-auto w-full max-w-md min-w-0 lg:mx-0">
        <h1 className="text-5xl font-extrabold sm:text-6xl">{heading}</h1>
        {lead && <p className="mt-4 text-lg text-muted">{lead}</p>}
        <div className="mt-8">{children}</div>
      </div>
      <LockedEye />
    </div>
  );
}

/** The eye of the front page with a keyhole for a pupil. */
function LockedEye() {
  return (
    <svg
      viewBox="0 0 640 400"
      className="sticky top-24 hidden h-auto w-full max-w-2xl justify-self-center lg:block"
      aria-hidden="true"
      focusable="false"
    >
      <path
        d="M16 200C104 66 204 14 320 14s216 52 304 186C536 334 436 386 320 386S104 334 16 200Z"
        className="fill-sunk stroke-eye-fill"
        strokeWidth="14"
      />
      <rect x="198" y="78" width="244" height="244" rx="34" className="fill-ai-fill" />
      <path
        d="M320 134a38 38 0 0 0-19 71l-14 61h66l-14-61a38 38 0 0 0-19-71Z"
        className="fill-on-fill"
      />
    </svg>
  );
}
