import { useAccountOptions } from "./useAccountOptions";

const TEXTS = {
  folder: "This server sends no e-mail: it writes each letter to a file in the folder",
  terminal: "This server sends no e-mail: it prints each letter in its terminal",
} as const;

/** Where to look for a letter, on a server that sends none. */
export function LetterHint() {
  const { data } = useAccountOptions();
  if (!data || data.mail === "sent") return null;
  return (
    <p className="rounded-md bg-sunk px-4 py-3 text-sm">
      {TEXTS[data.mail]}
      {data.mail === "folder" && (
        <>
          {" "}
          <code className="font-mono">mail</code>
        </>
      )}
      .
    </p>
  );
}
