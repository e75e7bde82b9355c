import type { ReactNode } from "react";
import { CheckIcon } from "@/components/icons";
import { dayText } from "@/lib/text";

interface FactorProps {
  title: string;
  isOn: boolean;
  note: string;
  action?: ReactNode;
  children?: ReactNode;
}

/** One kind of second factor, and whether it is on. */
export function Factor({ title, isOn, note, action, children }: FactorProps) {
  return (
    <div className="grid gap-5">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 grow basis-56">
          <h3 className="flex flex-wrap items-center gap-x-3 text-xl">
            {title}
            {isOn && (
              <span className="inline-flex items-center gap-1 font-sans text-base font-semibold tracking-normal text-good">
                <CheckIcon className="size-4" /> On
              </span>
            )}
          </h3>
          <p className="mt-1 text-muted">{note}</p>
        </div>
        {action}
      </div>
      {children}
    </div>
  );
}

const day = (seconds: number) => dayText(new Date(seconds * 1000).toISOString());

interface Used {
  created_at: number;
  last_used_at: number | null;
}

export const usedText = ({ created_at, last_used_at }: Used): string =>
  last_used_at
    ? `Since ${day(created_at)}, last used ${day(last_used_at)}.`
    : `Since ${day(created_at)}, not used yet.`;
