export const HEADER_LINK =
  "rounded-md px-2.5 py-2 font-medium text-muted hover:text-ink sm:px-3 [&.active]:text-ink [&.active]:underline [&.active]:decoration-eye-fill [&.active]:decoration-3 [&.active]:underline-offset-8";
