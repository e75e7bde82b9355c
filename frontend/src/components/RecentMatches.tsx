import type { RecentMatch } from "@/lib/api";
import { agoText, numberText } from "@/lib/text";
import { Avatar } from "./Avatar";

/** Matches that ended lately, guests among them. */
export function RecentMatches({ recent }: { recent: readonly RecentMatch[] }) {
  if (recent.length === 0)
    return <p className="text-muted">No match has ended here yet.</p>;
  const now = Date.now();
  return (
    <ul className="grid grid-cols-1 gap-2">
      {recent.map((match) => (
        <li
          key={`${match.finished_at} ${match.name}`}
          className="flex items-center gap-3 border-b border-line pb-2"
        >
          <Avatar id={match.player} name={match.name} />
          <span className="min-w-0 grow">
            <span className="block truncate font-medium">{match.name}</span>
            <span className="block text-sm text-muted">
              {agoText(match.finished_at, now)}
              {!match.ranked && ", unranked"}
            </span>
          </span>
          <span className="font-display font-bold tabular-nums">
            {numberText(match.points)}
          </span>
        </li>
      ))}
    </ul>
  );
}
