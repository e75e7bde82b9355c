import type { ComponentProps } from "react";

export type ButtonLook = "primary" | "plain" | "quiet";

const LOOKS: Record<ButtonLook, string> = {
  primary:
    "bg-eye-fill text-on-fill hover:brightness-105 active:brightness-95 shadow-lift",
  plain: "bg-raised text-ink border border-edge hover:bg-sunk",
  quiet: "text-ink hover:bg-sunk",
};

/** The look of a button, for links that act like one. */
export const buttonClass = (look: ButtonLook = "primary", large = false): string =>
  [
    "inline-flex items-center justify-center gap-2.5 rounded-md font-semibold",
    "transition duration-150 disabled:opacity-55 disabled:cursor-not-allowed",
    large ? "min-h-14 px-7 text-lg" : "min-h-11 px-4.5",
    LOOKS[look],
  ].join(" ");

interface ButtonProps extends ComponentProps<"button"> {
  look?: ButtonLook;
  large?: boolean;
}

export function Button({ look, large, className = "", ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${buttonClass(look, large)} ${className}`}
    />
  );
}
