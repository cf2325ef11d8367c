// Ternary against 8-bit weights: the same perceptron with either, proven whole (docs/experiments/dense-8-bit.md).

import { compile, prove, verify } from 'ternary-gkr';
import { integerFromDense, ternaryFromDense } from 'ternary-gkr/sparse';
import { seeded } from 'ternary-gkr/testing';

const KINDS = ['ternary', '8-bit'];
export const cases = (quick) =>
  [1, 1 / 4, 1 / 16].flatMap((density) => KINDS.map((weights) => ({ weights, density, size: quick ? 32 : 1024 })));

/** Nonzero with probability `density`; then ±1, or any other than zero of −127 … 127. */
function randomWeights(weights, rows, columns, density) {
  const random = seeded(1);
  const most = weights === 'ternary' ? 1 : 127;
  const entries = new Int8Array(rows * columns);
  for (let k = 0; k < entries.length; k++) {
    if (random(2 ** 20) < 2 ** 20 * density) entries[k] = (1 + random(most)) * (2 * random(2) - 1);
  }
  return weights === 'ternary' ? ternaryFromDense(entries, rows, columns) : integerFromDense(entries, rows, columns);
}

/** size – size – size – 10, activations of 0 … 127; shifts bring the sums of both kinds to the same 9 bits or so. */
function perceptron({ weights, density, size }) {
  const shift = Math.log2(size) + (weights === 'ternary' ? -1 : 6);
  const layers = [];
  const linear = (input, rows) =>
    layers.push({ kind: 'linear', name: `w${input}`, input, weights: randomWeights(weights, rows, size, density) });
  const activate = (input) =>
    layers.push({ kind: 'requantise', name: `y${input}`, input, shift, activation: 'relu', min: 0, max: 127 });
  linear(0, size);
  activate(1);
  linear(2, size);
  activate(3);
  linear(4, 10);
  const input = { shape: [size], min: 0, max: 127, scale: 1, mean: 0 };
  return { name: 'perceptron', input, layers, outputs: [{ tensor: 5, scale: 1 }] };
}

export async function measure(one, { medianMs, phasesMs, accepted }) {
  const network = perceptron(one);
  const { provingKey, verifyingKey } = compile(network);
  const random = seeded(2);
  const input = Int32Array.from({ length: one.size }, () => random(128));
  const counts = []; // of a proof of its own, because counting takes time
  const trace = ({ operations }) => counts.push(operations);
  const { proof, publicSignals } = await prove(provingKey, input, { trace });
  const phases = await phasesMs((onProgress) => prove(provingKey, input, { onProgress }));
  return {
    ...one,
    nonzeros: network.layers.reduce((sum, { weights }) => sum + (weights?.nonzeros ?? 0), 0),
    proveMs: phases.reduce((sum, { ms }) => sum + ms, 0),
    witnessMs: phases[0].ms,
    layersMs: phases.find(({ phase }) => phase === 'layers').ms,
    extensionProducts: counts.reduce((sum, { extensionMultiplications }) => sum + extensionMultiplications, 0),
    mixedProducts: counts.reduce((sum, { mixedMultiplications }) => sum + mixedMultiplications, 0),
    verifyMs: await medianMs(() => accepted(verify(verifyingKey, publicSignals, proof))),
    proofBytes: proof.length,
  };
}
