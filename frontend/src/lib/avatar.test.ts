import { expect, test } from "vitest";
import { BROWS, drawEye, hashText, IRISES, LIDS, PUPILS } from "./avatar";

const ALICE = "0b7c1a52-6d1f-4a1e-9c3b-2f5d8e7a6b10";
const uuid = (number: number) =>
  `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;

test("an id has one eye, whoever draws it and in whichever case it is written", () => {
  expect(drawEye(ALICE)).toEqual(drawEye(ALICE.toUpperCase()));
  expect(drawEye(ALICE)).toEqual({
    lid: "open",
    iris: "core",
    pupil: "bar",
    brow: "line",
    gaze: 4,
    face: "oklch(0.63 0.13 255)",
    color: "oklch(0.62 0.15 190)",
    shade: "oklch(0.4 0.11 190)",
  });
});

test("ids that differ in one digit are other eyes", () => {
  const eyes = [...ALICE].flatMap((digit, at) =>
    digit === "-" || digit === "0"
      ? []
      : [JSON.stringify(drawEye(`${ALICE.slice(0, at)}0${ALICE.slice(at + 1)}`))],
  );
  expect(new Set(eyes).size).toBe(eyes.length);
});

test("a thousand players in a row hardly ever look alike", () => {
  const eyes = Array.from({ length: 1000 }, (_, at) => drawEye(uuid(at)));
  const alike = 1000 - new Set(eyes.map((eye) => JSON.stringify(eye))).size;
  // Of some 300 000 looks: two of a thousand players share theirs, give or take.
  expect(alike).toBeLessThan(8);
});

test("every trait is as frequent as the others of its kind", () => {
  const eyes = Array.from({ length: 6000 }, (_, at) => drawEye(uuid(at)));
  const kinds = { lid: Object.keys(LIDS), iris: IRISES, pupil: PUPILS, brow: BROWS };
  for (const [trait, choices] of Object.entries(kinds))
    for (const choice of choices) {
      const count = eyes.filter((eye) => eye[trait as keyof typeof eye] === choice);
      const expected = eyes.length / choices.length;
      expect(count.length / expected, `${trait} ${choice}`).toBeGreaterThan(0.88);
      expect(count.length / expected, `${trait} ${choice}`).toBeLessThan(1.12);
    }
});

test("the iris never has the hue of the face", () => {
  const hue = (color: string) => Number(color.match(/ (\d+)\)$/)?.[1]);
  for (let at = 0; at < 1000; at++) {
    const { face, color } = drawEye(uuid(at));
    expect(Math.abs(hue(face) - hue(color))).toBeGreaterThan(30);
  }
});

test("the hash is that of the published algorithms", () => {
  // FNV-1a, then fmix32; computed apart from this.
  expect(hashText("", 0)).toBe(2_872_998_923);
  expect(hashText("alice", 0)).toBe(3_927_234_078);
});
