import { type RefObject, useEffect, useRef } from "react";

/** Puts the focus on the first field that the server refused, where its reason is read. */
export function useFocusRefused(
  error: Error | null,
): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error)
      form.current?.querySelector<HTMLInputElement>("[aria-invalid=true]")?.focus();
  }, [error]);
  return form;
}
