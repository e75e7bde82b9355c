/** A quiet wait, said once to a screen reader. */
export function Waiting({ text }: { text: string }) {
  return (
    <div
      role="status"
      className="flex min-h-40 items-center justify-center gap-3 text-muted"
    >
      <span
        aria-hidden="true"
        className="size-4 animate-pulse rounded-full bg-eye-fill motion-reduce:animate-none"
      />
      <span
        aria-hidden="true"
        className="size-4 animate-pulse rounded-sm bg-ai-fill motion-reduce:animate-none"
      />
      <span>{text}</span>
    </div>
  );
}
