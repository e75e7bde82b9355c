import type { ErrorComponentProps } from "@tanstack/react-router";
import { Button } from "@/components/Button";
import { WarnIcon } from "@/components/icons";

/** Shown in place of a page that broke. */
export function Crash({ error }: ErrorComponentProps) {
  return (
    <div className="page-width py-20" role="alert">
      <WarnIcon className="size-12 text-bad" />
      <h1 className="mt-4 text-4xl">This page broke.</h1>
      <p className="mt-3 max-w-xl text-muted">
        Your match is safe on the server. Loading the page again usually helps.
      </p>
      <p className="mt-3 font-mono text-sm text-muted">
        {error instanceof Error ? error.message : String(error)}
      </p>
      <Button className="mt-6" onClick={() => location.reload()}>
        Load again
      </Button>
    </div>
  );
}
