// Runs before the first paint, so that the page never flashes in the other theme.
// Raise the ?v= in index.html when this file changes.
(() => {
  let theme = "system";
  try {
    const stored = JSON.parse(localStorage.getItem("eyevsai.settings") ?? "null");
    theme = stored?.state?.theme ?? "system";
  } catch {
    theme = "system";
  }
  const dark =
    theme === "dark" ||
    (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
