// The main job on the example: a trained network comes in as ONNX, becomes integers, reads a digit, and the
// reading is proven, verified, and defended against two forgeries. Builds the library first if need be.

import { readFileSync } from 'node:fs';
import { ensureBuilt } from './built.mjs';

const root = new URL('..', import.meta.url);
ensureBuilt();

const { compile, encodeNetwork, encodeProofFile, evaluate, prove, securityBits, verify } = await import(
  new URL('dist/index.js', root)
);
const { argmax, evaluateFloat, gunzip, importOnnx, readFloatNetwork } = await import(
  new URL('dist/onnx/index.js', root)
);
const { readArray, readLabels, splitIntegerSamples } = await import(new URL('dist/data/index.js', root));

const example = (name) => new Uint8Array(readFileSync(new URL(`examples/${name}`, root)));
const count = (value) => value.toLocaleString('en-US');
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const ms = (value) => `${value < 100 ? value.toPrecision(2) : value.toFixed(0)} ms`;
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;
const timed = async (job) => {
  const started = performance.now();
  const result = await job();
  return [result, performance.now() - started];
};
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

const MODEL = 'mlp-sparse.onnx.gz';
/** Digits that fix the scales of the activations; the accuracy is that on the others. */
const CALIBRATION = 100;
const onnx = await gunzip(example(MODEL), MODEL);
const float = readFloatNetwork(onnx);
const images = await readArray(example('digits-images-idx3-ubyte.gz'), 'digits');
const digits = splitIntegerSamples(images, float.inputShape, 'digits');
const labels = await readLabels(example('digits-labels-idx1-ubyte.gz'), 'labels');

console.log('1. The network');
const [network, importMs] = await timed(() =>
  importOnnx(onnx, { calibration: digits.slice(0, CALIBRATION), inputScale: 1 / 255 }),
);
const matrices = network.layers.filter((layer) => layer.kind === 'linear').map((layer) => layer.weights);
const weights = matrices.reduce((sum, { rowCount, columnCount }) => sum + rowCount * columnCount, 0);
const nonzeros = matrices.reduce((sum, matrix) => sum + matrix.nonzeros, 0);
console.log(`   examples/${MODEL}, trained on MNIST and exported by PyTorch: ${count(weights)} weights,`);
console.log(`   each a multiple of −1, 0 or 1, and ${count(nonzeros)} of them not 0.`);
console.log(
  `   Imported as an integer network in ${ms(importMs)}: ${kilobytes(encodeNetwork(network).length)} as a model file.`,
);

const outputs = digits.map((digit) => evaluate(network, digit).at(-1));
const floatLabels = digits.map((digit) =>
  argmax(
    evaluateFloat(
      float,
      Float64Array.from(digit, (pixel) => pixel / 255),
    ).at(-1),
  ),
);
const others = digits.length - CALIBRATION;
const share = (holds) => digits.filter((_, i) => i >= CALIBRATION && holds(i)).length / others;
const right = (guesses) => share((i) => guesses[i] === labels[i]);
const guesses = outputs.map((output) => argmax(output));
const agreement = share((i) => guesses[i] === floatLabels[i]);
console.log(
  `   On ${others} digits that neither training nor calibration saw: ${percent(right(guesses))} right as integers, ${percent(right(floatLabels))} as floats;`,
);
console.log(`   both say the same on ${percent(agreement)}.\n`);

console.log('2. A digit');
const index = 0;
const input = digits[index];
const shades = ' .:-=+*#%@';
for (let row = 4; row < 28; row += 2) {
  const pixels = Array.from({ length: 28 }, (_, x) => (input[28 * row + x] + input[28 * (row + 1) + x]) / 2);
  console.log(`   ${pixels.map((pixel) => shades[Math.floor((pixel * 9.99) / 255)]).join('')}`.trimEnd());
}
const [, runMs] = await timed(() => evaluate(network, input));
console.log(
  `   The network reads ${guesses[index]} (the label says ${labels[index]}); running it takes ${ms(runMs)}.\n`,
);

console.log('3. The proof');
const { provingKey, verifyingKey } = compile(network);
const digest = Buffer.from(verifyingKey.digest).toString('hex');
console.log(`   Statement: the network ${digest.slice(0, 16)}… takes this digit`);
console.log(`   to the output [${outputs[index].join(', ')}].`);
const [{ proof, publicSignals }, coldMs] = await timed(() => prove(provingKey, input));
const warm = [];
for (let run = 0; run < 9; run++) warm.push((await timed(() => prove(provingKey, input)))[1]);
console.log(`   Proven in ${ms(coldMs)} the first time, ${ms(median(warm))} once warm; ${kilobytes(proof.length)}.\n`);

console.log('4. The verdict');
const [verdict, verifyMs] = await timed(() => verify(verifyingKey, publicSignals, proof));
const warmVerify = [];
for (let run = 0; run < 9; run++) warmVerify.push((await timed(() => verify(verifyingKey, publicSignals, proof)))[1]);
const { total } = securityBits(verifyingKey);
console.log(
  `   ${verdict.ok ? 'Valid' : 'INVALID'}, checked in ${ms(verifyMs)} the first time, ${ms(median(warmVerify))} once warm;`,
);
console.log(
  `   a false statement passes with probability below 2^−${Math.floor(total)}. Nothing is hidden: weights, digit and`,
);
console.log('   output are public, and the verifier could run the network as well.\n');

console.log('5. Forgeries');
const tampered = proof.slice();
tampered[proof.length >> 1] ^= 1;
const lie = Int32Array.from(outputs[index]);
const liar = (guesses[index] + 1) % lie.length;
[lie[guesses[index]], lie[liar]] = [lie[liar], lie[guesses[index]]];
const forgeries = [
  ['one bit of the proof flipped', publicSignals, tampered],
  [`the output claimed to be a ${liar}`, { ...publicSignals, output: lie }, proof],
];
let refused = 0;
for (const [what, signals, bytes] of forgeries) {
  const answer = verify(verifyingKey, signals, bytes);
  if (!answer.ok) refused++;
  console.log(
    `   ${what}: ${answer.ok ? 'ACCEPTED' : `refused, ${answer.code} at ${answer.where}:\n      ${answer.message}`}`,
  );
}
console.log(
  `\nThe proof file (input, output and proof) would take ${kilobytes(encodeProofFile(verifyingKey.digest, publicSignals, proof).length)}.`,
);
if (!verdict.ok || refused !== forgeries.length) {
  console.error('\nThe demo failed: a proof was judged wrongly.');
  process.exitCode = 1;
}
