import { type ChangeEvent, useEffect, useId, useRef, useState } from "react";

const LENGTH = 6;

interface CodeFieldProps {
  label: string;
  hint?: string | undefined;
  /** A new object each time that a code was refused. */
  refusal?: { message: string } | null;
  isBusy: boolean;
  /** The id of the text that says where the code comes from. */
  describedBy?: string;
  /** Takes the focus when it appears. */
  isNext?: boolean;
  /** Called with six digits as soon as they are there. */
  onComplete: (code: string) => void;
}

/** Six digits from a letter. What is pasted may hold spaces and dashes. */
export function CodeField(props: CodeFieldProps) {
  const { label, hint, refusal, isBusy, describedBy, isNext, onComplete } = props;
  const [digits, setDigits] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    const next = event.target.value.replace(/\D/g, "").slice(0, LENGTH);
    setDigits(next);
    if (next.length === LENGTH && next !== digits) onComplete(next);
  };
  useEffect(() => {
    if (isNext) input.current?.focus();
  }, [isNext]);
  // The next try types over the one that was refused.
  useEffect(() => {
    if (!refusal) return;
    input.current?.focus();
    input.current?.select();
  }, [refusal]);
  const note = refusal?.message ?? hint;
  return (
    <div>
      <label htmlFor={id} className="font-semibold">
        {label}
      </label>
      <input
        ref={input}
        id={id}
        name="code"
        value={digits}
        onChange={onChange}
        readOnly={isBusy}
        required
        pattern="[0-9]{6}"
        title="Six digits"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoCapitalize="off"
        spellCheck={false}
        aria-invalid={Boolean(refusal)}
        aria-describedby={
          [describedBy, note && `${id}-note`].filter(Boolean).join(" ") || undefined
        }
        className="mt-1.5 block min-h-16 w-full rounded-md border-2 border-edge bg-raised px-4 font-display text-3xl font-bold tracking-[0.25em] tabular-nums aria-invalid:border-bad"
      />
      {note && (
        <p
          id={`${id}-note`}
          role={refusal ? "alert" : undefined}
          className={`mt-1.5 text-sm ${refusal ? "text-bad" : "text-muted"}`}
        >
          {note}
        </p>
      )}
    </div>
  );
}
