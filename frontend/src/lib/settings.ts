/** What the player chose, kept in this browser. */

import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { Difficulty } from "./api";

export type Theme = "system" | "dark" | "light";

interface Settings {
  theme: Theme;
  dataset: string | null;
  difficulty: Difficulty;
  rounds: 5 | 10;
  /** The match that was started last here, until its end was seen. */
  lastMatch: string | null;
}

export const useSettings = create<Settings>()(
  persist(
    (): Settings => ({
      theme: "system",
      dataset: null,
      difficulty: "easy",
      rounds: 10,
      lastMatch: null,
    }),
    // public/theme.js reads the theme from here before the first paint.
    { name: "eyevsai.settings" },
  ),
);

const prefersDark = () => matchMedia("(prefers-color-scheme: dark)");

function applyTheme(theme: Theme): void {
  const dark = theme === "dark" || (theme === "system" && prefersDark().matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

/** Follows the setting and the system from now on. */
export function followTheme(): void {
  useSettings.subscribe(({ theme }) => applyTheme(theme));
  prefersDark().addEventListener("change", () =>
    applyTheme(useSettings.getState().theme),
  );
}
