import type { Connection } from "@/lib/boardSocket";

const TEXTS: Record<Connection, string> = {
  connecting: "Connecting",
  live: "Live",
  waiting: "Connection lost, trying again",
};

/** Whether the board on screen moves by itself. */
export function LiveSign({ connection }: { connection: Connection }) {
  return (
    <span
      role="status"
      className={`inline-flex items-center gap-2 ${connection === "live" ? "text-good" : "text-muted"}`}
    >
      <span
        aria-hidden="true"
        className={`size-2.5 rounded-full border-2 border-current ${connection === "live" ? "bg-current" : ""}`}
      />
      {TEXTS[connection]}
    </span>
  );
}
