/** Hands a file to the player. */
export function downloadFile(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Hands a text to the player as a file. */
export const downloadText = (
  name: string,
  text: string,
  type = "application/json",
): void => downloadFile(name, new Blob([text], { type }));
