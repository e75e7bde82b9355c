/** Our own icons: 24 units square, drawn in the colour of the text, never read aloud. */

import type { ReactNode } from "react";

interface IconProps {
  className?: string;
}

function Svg({ className = "size-5", children }: IconProps & { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 24 24"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

/** The person: an almond with a round pupil. */
export const EyeIcon = (props: IconProps) => (
  <Svg {...props}>
    <path d="M1.5 12C4.8 6.7 8.3 5 12 5s7.2 1.7 10.5 7c-3.3 5.3-6.8 7-10.5 7s-7.2-1.7-10.5-7Z" />
    <circle cx="12" cy="12" r="3.2" fill="currentColor" stroke="none" />
  </Svg>
);

/** The machine: a square with a square pupil and the pins of a chip. */
export const AiIcon = (props: IconProps) => (
  <Svg {...props}>
    <rect x="5" y="5" width="14" height="14" rx="2.5" />
    <rect
      x="9.5"
      y="9.5"
      width="5"
      height="5"
      rx="1"
      fill="currentColor"
      stroke="none"
    />
    <path d="M9 2v3M15 2v3M9 19v3M15 19v3M2 9h3M2 15h3M19 9h3M19 15h3" />
  </Svg>
);

export const CheckIcon = (props: IconProps) => (
  <Svg {...props}>
    <path d="m4.5 12.5 5 5L19.5 7" strokeWidth="2.5" />
  </Svg>
);
export const CrossIcon = (props: IconProps) => (
  <Svg {...props}>
    <path d="m6 6 12 12M18 6 6 18" strokeWidth="2.5" />
  </Svg>
);
export const SealIcon = (props: IconProps) => (
  <Svg {...props}>
    <path d="m12 2 2.5 2.3 3.4-.4.6 3.4 3 1.7-1.5 3 1.5 3-3 1.7-.6 3.4-3.4-.4L12 22l-2.5-2.3-3.4.4-.6-3.4-3-1.7 1.5-3-1.5-3 3-1.7.600-3.4 3.4.4L12 2Z" />
    <path d="m8.5 12.2 2.5 2.5 4.5-5" />
  </Svg>
);
export const LockIcon = (props: IconProps) => (
  <Svg {...props}>
    <rect x="4.5" y="10.5" width="15" height="10.5" rx="2.5" />
    <path d="M8 10.500V7a4 4 0 0 1 8 0v3.5" />
  </Svg>
);
export const ClockIcon = (props: IconProps) => (
  <Svg {...props}>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 7v5l3 2" />
  </Svg>
);
export const ArrowIcon = (props: IconProps) => (
  <Svg {...props}>
    <path d="M4 12h16m-6-6 6 6-6 6" />
  </Svg>
);
export const AgainIcon = (props: IconProps) => (
  <Svg {...props}>
    <path d="M20 11a8 8 0 1 0-2.3 6.700M20 4.500V11h-6.5" />
  </Svg>
);
export const DownIcon = (props: IconProps) => (
  <Svg {...props}>
    <path d="M12 3v12m-5-5 5 5 5-5M4 20.500h16" />
  </Svg>
);
export const CopyIcon = (props: IconProps) => (
  <Svg {...props}>
    <rect x="8.5" y="8.5" width="12" height="12" rx="2.5" />
    <path d="M15.5 8.500v-3a2 2 0 0 0-2-2h-8a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h3" />
  </Svg>
);
export const SunIcon = (props: IconProps) => (
  <Svg {...props}>
    <circle cx="12" cy="12" r="4.5" />
    <path d="M12 1.500v2M12 20.500v2M1.5 12h2M20.5 12h2M4.6 4.6 6 6M18 18l1.4 1.400M4.6 19.4 6 18M18 6l1.4-1.4" />
  </Svg>
);
export const MoonIcon = (props: IconProps) => (
  <Svg {...props}>
    <path d="M20.5 14.500A9 9 0 1 1 9.5 3.500a7 7 0 0 0 11 11Z" />
  </Svg>
);
export const SystemIcon = (props: IconProps) => (
  <Svg {...props}>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 3a9 9 0 0 1 0 18Z" fill="currentColor" />
  </Svg>
);
export const WarnIcon = (props: IconProps) => (
  <Svg {...props}>
    <path d="M12 8.500v5m0 3.500v.100M12 2.5 1.8 20.500h20.400L12 2.500Z" />
  </Svg>
);
export const EqualIcon = (props: IconProps) => (
  <Svg {...props}>
    <path d="M5 9h14M5 15h14" />
  </Svg>
);
export const TagIcon = (props: IconProps) => (
  <Svg {...props}>
    <path d="M3.500 12.500v-8h8l9 9-8 8-9-9Z" />
    <circle cx="8" cy="9" r="1.200" fill="currentColor" />
  </Svg>
);
export const ScalesIcon = (props: IconProps) => (
  <Svg {...props}>
    <path d="M12 3v18M7 21h10M4 7h16M4 7l-2.500 7a3.200 3.200 0 0 0 5 0L4 7ZM20 7l-2.500 7a3.200 3.200 0 0 0 5 0L20 7Z" />
  </Svg>
);
/** A passkey: the person's eye and a key's bit. */
export const PasskeyIcon = (props: IconProps) => (
  <Svg {...props}>
    <circle cx="9" cy="7.5" r="4" />
    <path d="M2 20.500v-1a6 6 0 0 1 10.5-4M18 11.500a3 3 0 0 1 1.2 5.75l1.3 1.25-1.5 1.5 1 1.25L18 22.500l-1.5-1.500v-3.900a3 3 0 0 1 1.5-5.600Z" />
  </Svg>
);
