/**
 * QR codes (ISO/IEC 18004): bytes, error correction M, versions 1 to 20, which is up to
 * 666 bytes. Drawn here, so that the secret of a second factor goes to nobody.
 */

/** Error correction codewords of a block, and blocks, of versions 1 to 20 at level M. */
const EC_LENGTHS = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16];

type Grid = (boolean | null)[][];

/** Rows of dark (true) and light modules, without the quiet zone of 4 around them. */
export function makeQr(text: string): boolean[][] {
  const bytes = [...new TextEncoder().encode(text)];
  const version = BLOCKS.findIndex((_, at) => bytes.length <= capacityOf(at + 1)) + 1;
  if (version === 0) throw new RangeError("The text is too long for a QR code.");
  const bits = toBits(interleave(fillUp(bytes, version), version));
  let best: { grid: boolean[][]; penalty: number } | null = null;
  for (let mask = 0; mask < 8; mask++) {
    const grid = draw(version, bits, mask);
    const penalty = penaltyOf(grid);
    if (best === null || penalty < best.penalty) best = { grid, penalty };
  }
  return best?.grid ?? [];
}

/** One SVG path of squares of 1 unit; runs of a row are joined. */
export function qrPath(grid: readonly (readonly boolean[])[]): string {
  let path = "";
  grid.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const from = x;
      while (row[x + 1]) x++;
      path += `M${from} ${y}h${x - from + 1}v1H${from}Z`;
    }
  });
  return path;
}

// Data ------------------------------------------------------------------------------
const sizeOf = (version: number): number => 17 + 4 * version;

/** Modules left for data and error correction. */
function countModules(version: number): number {
  const marks = version === 1 ? 0 : Math.floor(version / 7) + 2;
  let count = (16 * version + 128) * version + 64;
  if (marks) count -= (25 * marks - 10) * marks - 55;
  return version >= 7 ? count - 36 : count;
}

const countCodewords = (version: number): number =>
  Math.floor(countModules(version) / 8);

const at = (list: readonly number[], index: number): number => list[index] ?? 0;

const countData = (version: number): number =>
  countCodewords(version) - at(EC_LENGTHS, version - 1) * at(BLOCKS, version - 1);

const lengthBits = (version: number): number => (version < 10 ? 8 : 16);

/** Bytes of text that fit. */
const capacityOf = (version: number): number =>
  Math.floor((8 * countData(version) - 4 - lengthBits(version)) / 8);

/** The data codewords: mode, length, text, then padding. */
function fillUp(bytes: readonly number[], version: number): number[] {
  const bits: number[] = [];
  const push = (value: number, count: number) => {
    for (let bit = count - 1; bit >= 0; bit--) bits.push((value >>> bit) & 1);
  };
  push(0b0100, 4);
  push(bytes.length, lengthBits(version));
  for (const byte of bytes) push(byte, 8);
  const room = 8 * countData(version);
  push(0, Math.min(4, room - bits.length));
  push(0, (8 - (bits.length % 8)) % 8);
  const data: number[] = [];
  for (let start = 0; start < bits.length; start += 8)
    data.push(bits.slice(start, start + 8).reduce((byte, bit) => 2 * byte + bit, 0));
  for (let pad = 0; data.length < room / 8; pad++) data.push(pad % 2 ? 0x11 : 0xec);
  return data;
}

/** Splits into blocks, adds error correction, and takes a codeword of each in turn. */
function interleave(data: readonly number[], version: number): number[] {
  const count = at(BLOCKS, version - 1);
  const ecLength = at(EC_LENGTHS, version - 1);
  const short = Math.floor(data.length / count);
  const longs = data.length % count;
  const blocks: number[][] = [];
  for (let block = 0, start = 0; block < count; block++) {
    const length = short + (block >= count - longs ? 1 : 0);
    blocks.push(data.slice(start, start + length));
    start += length;
  }
  const divisor = makeDivisor(ecLength);
  const corrections = blocks.map((block) => findRemainder(block, divisor));
  return [...takeTurns(blocks, short + 1), ...takeTurns(corrections, ecLength)];
}

function takeTurns(blocks: readonly number[][], length: number): number[] {
  return Array.from({ length }, (_, index) =>
    blocks.flatMap((block) => block.slice(index, index + 1)),
  ).flat();
}

const toBits = (codewords: readonly number[]): number[] =>
  codewords.flatMap((word) =>
    [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (word >>> bit) & 1),
  );

// Reed-Solomon over GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1 -----------------------------
function multiply(x: number, y: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    product ^= ((y >>> bit) & 1) * x;
  }
  return product;
}

function makeDivisor(degree: number): number[] {
  const result = [...Array<number>(degree - 1).fill(0), 1];
  for (let power = 0, root = 1; power < degree; power++, root = multiply(root, 2))
    for (let index = 0; index < degree; index++)
      result[index] = multiply(at(result, index), root) ^ at(result, index + 1);
  return result;
}

function findRemainder(data: readonly number[], divisor: readonly number[]): number[] {
  const rest = divisor.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ (rest.shift() ?? 0);
    rest.push(0);
    divisor.forEach((coefficient, index) => {
      rest[index] = at(rest, index) ^ multiply(coefficient, factor);
    });
  }
  return rest;
}

// Modules -----------------------------------------------------------------------------
const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

function draw(version: number, bits: readonly number[], mask: number): boolean[][] {
  const size = sizeOf(version);
  const grid: Grid = Array.from({ length: size }, () => Array(size).fill(null));
  drawPatterns(grid, version);
  drawFormat(grid, mask);
  if (version >= 7) drawVersion(grid, version);
  const isHit = MASKS[mask] ?? (() => false);
  let next = 0;
  for (const [x, y] of zigzag(size))
    if (grid[y]?.[x] === null) set(grid, x, y, (bits[next++] === 1) !== isHit(x, y));
  return grid as boolean[][];
}

function set(grid: Grid, x: number, y: number, isDark: boolean): void {
  const row = grid[y];
  if (row && x >= 0 && x < row.length) row[x] = isDark;
}

function drawPatterns(grid: Grid, version: number): void {
  const size = grid.length;
  for (let place = 0; place < size; place++) {
    set(grid, 6, place, place % 2 === 0);
    set(grid, place, 6, place % 2 === 0);
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    drawSquares(grid, x, y, 4, [2, 4]);
  const marks = listMarks(version);
  for (const x of marks)
    for (const y of marks) {
      const isCorner =
        (x === 6 && y === 6) ||
        (x === 6 && y === size - 7) ||
        (x === size - 7 && y === 6);
      if (!isCorner) drawSquares(grid, x, y, 2, [1]);
    }
}

/** Squares around a middle, dark but for the rings at the `light` distances. */
function drawSquares(grid: Grid, x: number, y: number, reach: number, light: number[]) {
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) {
      const ring = Math.max(Math.abs(dx), Math.abs(dy));
      set(grid, x + dx, y + dy, !light.includes(ring));
    }
}

/** Where the middles of alignment patterns are, in both directions. */
function listMarks(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.ceil((sizeOf(version) - 13) / (2 * count - 2)) * 2;
  const last = sizeOf(version) - 7;
  const after = Array.from({ length: count - 1 }, (_, index) => last - index * step);
  return [6, ...after.reverse()];
}

/** Level M and the mask, twice, with its BCH(15, 5) code. */
function drawFormat(grid: Grid, mask: number): void {
  const size = grid.length;
  let rest = mask;
  for (let step = 0; step < 10; step++) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
  const bits = ((mask << 10) | rest) ^ 0x5412;
  const bit = (index: number) => ((bits >>> index) & 1) === 1;
  for (let index = 0; index < 15; index++) {
    const down = index < 6 ? index : index < 8 ? index + 1 : size - 15 + index;
    set(grid, 8, down, bit(index));
    const left = index < 8 ? size - 1 - index : index === 8 ? 7 : 14 - index;
    set(grid, left, 8, bit(index));
  }
  set(grid, 8, size - 8, true);
}

/** The version, twice, with its BCH(18, 6) code. */
function drawVersion(grid: Grid, version: number): void {
  let rest = version;
  for (let step = 0; step < 12; step++) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let index = 0; index < 18; index++) {
    const isDark = ((bits >>> index) & 1) === 1;
    const far = grid.length - 11 + (index % 3);
    const near = Math.floor(index / 3);
    set(grid, far, near, isDark);
    set(grid, near, far, isDark);
  }
}

/** The order in which data fill a code: columns of two, upwards, then downwards. */
function* zigzag(size: number): Generator<readonly [number, number]> {
  for (let right = size - 1, up = true; right >= 1; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const y = up ? size - 1 - step : step;
      yield [right, y];
      yield [right - 1, y];
    }
  }
}

// Penalties of ISO/IEC 18004, 7.8.3 ------------------------------------------------------
function penaltyOf(grid: readonly (readonly boolean[])[]): number {
  const size = grid.length;
  const columns = grid.map((_, x) => grid.map((row) => row[x] === true));
  let penalty = 0;
  for (const line of [...grid, ...columns]) penalty += penaltyOfLine(line);
  for (let y = 0; y + 1 < size; y++)
    for (let x = 0; x + 1 < size; x++) {
      const first = grid[y]?.[x];
      const isBlock =
        first === grid[y]?.[x + 1] &&
        first === grid[y + 1]?.[x] &&
        first === grid[y + 1]?.[x + 1];
      if (isBlock) penalty += 3;
    }
  const dark = grid.flat().filter(Boolean).length;
  const share = (20 * dark) / (size * size);
  return penalty + 10 * Math.max(0, Math.ceil(Math.abs(share - 10)) - 1);
}

const FINDERS = ["10111010000", "00001011101"];

function penaltyOfLine(line: readonly boolean[]): number {
  const text = line.map(Number).join("");
  let penalty = 0;
  for (const run of text.match(/0{5,}|1{5,}/g) ?? []) penalty += run.length - 2;
  for (const finder of FINDERS)
    for (
      let from = text.indexOf(finder);
      from >= 0;
      from = text.indexOf(finder, from + 1)
    )
      penalty += 40;
  return penalty;
}
