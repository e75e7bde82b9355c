import { useRef } from "react";
import type { BoardRow } from "@/lib/api";
import { agoText, numberText, percentText } from "@/lib/text";
import { Avatar } from "./Avatar";
import { EyeIcon } from "./icons";
import { useFlip } from "./useFlip";

interface BoardRowsProps {
  rows: readonly BoardRow[];
  /** The player's id, whose row stands out. */
  me: string | null;
  label: string;
}

/** Rows of a board; they glide when ranks change. */
export function BoardRows({ rows, me, label }: BoardRowsProps) {
  const list = useRef<HTMLTableSectionElement>(null);
  useFlip(list, rows);
  return (
    <table className="w-full border-collapse text-left">
      <caption className="sr-only">{label}</caption>
      <thead>
        <tr className="border-b border-line text-sm text-muted">
          <th scope="col" className="py-2 pr-2 pl-2 font-medium sm:pr-4 sm:pl-3">
            Rank
          </th>
          <th scope="col" className="py-2 font-medium">
            Player
          </th>
          <th
            scope="col"
            className="hidden py-2 pl-3 text-right font-medium sm:table-cell"
          >
            Reached
          </th>
          <th scope="col" className="py-2 pl-3 text-right font-medium">
            Right
          </th>
          <th
            scope="col"
            className="py-2 pr-2 pl-3 text-right font-medium sm:pr-3 sm:pl-4"
          >
            Points
          </th>
        </tr>
      </thead>
      <tbody ref={list}>
        {rows.map((row) => (
          <Row key={row.player} row={row} isMine={row.player === me} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, isMine }: { row: BoardRow; isMine: boolean }) {
  return (
    <tr
      data-flip={row.player}
      className={
        isMine ? "bg-eye-fill font-semibold text-on-fill" : "border-b border-line"
      }
    >
      <td className="rounded-l-sm py-2.5 pr-2 pl-2 font-display text-lg font-bold tabular-nums sm:pr-4 sm:pl-3">
        {row.rank}
      </td>
      <th scope="row" className="w-full max-w-0 py-2.5 pr-1 font-medium sm:pr-3">
        <span className="flex items-center gap-2 sm:gap-2.5">
          <Avatar id={row.player} name={row.name} className="size-6 sm:size-8" />
          <span className="min-w-0 sm:flex sm:items-center sm:gap-3">
            <span className="block truncate">{row.name}</span>
            {isMine && (
              <span className="flex items-center gap-1 text-sm font-semibold">
                <EyeIcon className="size-4" /> You
              </span>
            )}
          </span>
        </span>
      </th>
      <td className="hidden py-2.5 pl-3 text-right text-sm whitespace-nowrap sm:table-cell">
        <time dateTime={row.reached_at}>{agoText(row.reached_at, Date.now())}</time>
      </td>
      <td className="py-2.5 pl-3 text-right whitespace-nowrap tabular-nums">
        {percentText(row.accuracy, 0)}
      </td>
      <td className="rounded-r-sm py-2.5 pr-2 pl-3 text-right whitespace-nowrap font-display text-lg font-bold tabular-nums sm:pr-3 sm:pl-4">
        {numberText(row.points)}
      </td>
    </tr>
  );
}
