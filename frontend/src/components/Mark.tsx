/** The sign of the game: an eye that has a machine's square pupil. */
export function Mark({ className = "h-6" }: { className?: string }) {
  return (
    <svg viewBox="0 0 48 32" className={className} aria-hidden="true" focusable="false">
      <path
        d="M2 16C8.5 5.5 15.5 2 24 2s15.5 3.5 22 14c-6.5 10.5-13.5 14-22 14S8.5 26.5 2 16Z"
        className="fill-eye-fill"
      />
      <rect x="14.5" y="6.5" width="19" height="19" rx="4.5" className="fill-on-fill" />
      <rect x="19" y="11" width="10" height="10" rx="2.5" className="fill-ai-fill" />
    </svg>
  );
}
