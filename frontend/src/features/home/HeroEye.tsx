import { useState } from "react";

const ALMOND =
  "M16 200C104 66 204 14 320 14s216 52 304 186C536 334 436 386 320 386S104 334 16 200Z";
const PINS = [-60, 0, 60];

/** A training picture as both see it: the eye around it, the machine's square on it. */
export function HeroEye({ covers }: { covers: readonly string[] }) {
  const [pick] = useState(Math.random);
  const cover = covers[Math.floor(pick * covers.length)];
  return (
    <svg viewBox="0 0 640 400" className="h-auto w-full" role="img">
      <title>A picture from the game inside an eye with a square pupil</title>
      <clipPath id="hero-almond">
        <path d={ALMOND} />
      </clipPath>
      <clipPath id="hero-square">
        <rect x="192" y="72" width="256" height="256" rx="22" />
      </clipPath>
      <path d={ALMOND} className="fill-sunk" />
      {cover && (
        <g clipPath="url(#hero-almond)">
          <image
            href={cover}
            x="-20"
            y="-140"
            width="680"
            height="680"
            preserveAspectRatio="xMidYMid slice"
            className="opacity-80 blur-[7px]"
          />
        </g>
      )}
      <path d={ALMOND} className="fill-none stroke-eye-fill" strokeWidth="14" />
      <g className="stroke-ai-fill" strokeWidth="12" strokeLinecap="round">
        {PINS.map((at) => (
          <path
            key={at}
            d={`M${320 + at} 62v-14M${320 + at} 338v14M182 ${200 + at}h-14M458 ${200 + at}h14`}
          />
        ))}
      </g>
      <rect x="186" y="66" width="268" height="268" rx="28" className="fill-ai-fill" />
      <rect x="192" y="72" width="256" height="256" rx="22" className="fill-sunk" />
      {cover && (
        <image
          href={cover}
          x="192"
          y="72"
          width="256"
          height="256"
          clipPath="url(#hero-square)"
          preserveAspectRatio="xMidYMid slice"
        />
      )}
    </svg>
  );
}
