import { MoonIcon, SunIcon, SystemIcon } from "@/components/icons";
import { type Theme, useSettings } from "@/lib/settings";

const THEMES: { value: Theme; text: string; Icon: typeof SunIcon }[] = [
  { value: "system", text: "As the system", Icon: SystemIcon },
  { value: "light", text: "Light", Icon: SunIcon },
  { value: "dark", text: "Dark", Icon: MoonIcon },
];

export function ThemeChoice() {
  const theme = useSettings((settings) => settings.theme);
  return (
    <fieldset className="flex rounded-full border border-line p-1">
      <legend className="sr-only">Theme</legend>
      {THEMES.map(({ value, text, Icon }) => (
        <label
          key={value}
          title={text}
          className="grid size-9 place-items-center rounded-full text-muted hover:text-ink has-checked:bg-ink has-checked:text-paper has-focus-visible:outline-3 has-focus-visible:outline-ink has-focus-visible:outline-offset-2"
        >
          <input
            type="radio"
            name="theme"
            value={value}
            checked={theme === value}
            onChange={() => useSettings.setState({ theme: value })}
            className="sr-only"
          />
          <span className="sr-only">{text}</span>
          <Icon />
        </label>
      ))}
    </fieldset>
  );
}
