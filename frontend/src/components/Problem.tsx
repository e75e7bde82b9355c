import { ApiError } from "@/lib/http";
import { Button } from "./Button";
import { WarnIcon } from "./icons";

const adviceFor = (error: Error): string => {
  if (!(error instanceof ApiError)) return "Something in this page went wrong.";
  if (error.status === 0) return `${error.message} Check your connection.`;
  if (error.status === 401) return "You are not signed in here, or not any more.";
  if (error.status === 429)
    return error.retryAfterS
      ? `Too fast. Try again in ${error.retryAfterS} seconds.`
      : "Too fast. Wait a moment, then try again.";
  if (error.status >= 500) return "The server has a problem. Try again in a moment.";
  return error.message;
};

interface ProblemProps {
  error: Error;
  onRetry?: () => void;
}

/** What went wrong and what to do about it. */
export function Problem({ error, onRetry }: ProblemProps) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-3 rounded-md border border-bad bg-raised px-4 py-3"
    >
      <WarnIcon className="size-5 text-bad" />
      <p className="grow basis-48">{adviceFor(error)}</p>
      {onRetry && (
        <Button look="plain" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
