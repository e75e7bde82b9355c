import { type ComponentProps, type ReactNode, useId, useState } from "react";

const INPUT =
  "min-h-12 w-full rounded-md border-2 border-edge bg-raised px-3.5 text-ink aria-invalid:border-bad";

interface FieldProps extends ComponentProps<"input"> {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  beside?: ReactNode;
}

/** A labelled input with its hint and, when it was refused, the reason. */
export function Field({ label, hint, error, beside, ...input }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  return (
    <div>
      <label htmlFor={id} className="font-semibold wrap-anywhere">
        {label}
      </label>
      <div className="relative mt-1.5">
        <input
          {...input}
          id={id}
          aria-invalid={error !== undefined}
          aria-describedby={(error ?? hint) ? noteId : undefined}
          className={`${INPUT} ${beside ? "pr-20" : ""}`}
        />
        {beside}
      </div>
      {(error ?? hint) && (
        <p
          id={noteId}
          className={`mt-1.5 text-sm ${error ? "text-bad" : "text-muted"}`}
        >
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

/** A password that can be looked at. */
export function PasswordField(props: FieldProps) {
  const [isShown, setShown] = useState(false);
  return (
    <Field
      {...props}
      type={isShown ? "text" : "password"}
      beside={
        <button
          type="button"
          aria-pressed={isShown}
          onClick={() => setShown(!isShown)}
          className="absolute inset-y-1 right-1 rounded-sm px-3 font-medium text-muted hover:text-ink"
        >
          {isShown ? "Hide" : "Show"}
          <span className="sr-only"> password</span>
        </button>
      }
    />
  );
}
