// Answers pictures with an opponent's file through onnxruntime-web, as a browser does.
//
//   node run.mjs FILE.onnx PIXELS SIDE COUNT
//
// PIXELS holds COUNT pictures of uint8 [SIDE, SIDE, 3]; standard output gets their
// probabilities as float32, little-endian, one picture after the other.
import { readFile } from "node:fs/promises";
import * as ort from "onnxruntime-web";

const [file, pixels, side, count] = process.argv.slice(2);
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";
const session = await ort.InferenceSession.create(await readFile(file), {
  executionProviders: ["wasm"],
});
const bytes = new Uint8Array(await readFile(pixels));
const [size, total] = [Number(side), Number(count)];
const length = size * size * 3;
for (let index = 0; index < total; index++) {
  const picture = bytes.slice(index * length, (index + 1) * length);
  const image = new ort.Tensor("uint8", picture, [1, size, size, 3]);
  const { probabilities } = await session.run({ image }, ["probabilities"]);
  const data = probabilities.data;
  process.stdout.write(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
}
