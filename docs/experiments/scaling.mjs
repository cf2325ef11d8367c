// How each phase grows with the network: perceptrons of one density and growing width (docs/experiments/scaling.md).

import { compile, prove, verify } from 'ternary-gkr';
import { ternaryFromDense } from 'ternary-gkr/sparse';
import { seeded } from 'ternary-gkr/testing';

const DENSITY = 1 / 16;

export const cases = (quick) => (quick ? [16, 32, 64] : [128, 256, 512, 1024, 2048]).map((width) => ({ width }));

function randomWeights(size, seed) {
  const random = seeded(seed);
  const entries = new Int8Array(size * size);
  for (let k = 0; k < entries.length; k++) if (random(2 ** 20) < 2 ** 20 * DENSITY) entries[k] = 2 * random(2) - 1;
  return ternaryFromDense(entries, size, size);
}

/** Four layers of width × width, each but the last followed by an activation of 0 … 127. */
function perceptron(width) {
  const layers = [];
  for (let k = 0; k < 4; k++) {
    if (k > 0) {
      const rule = { shift: 5, activation: 'relu', min: 0, max: 127 };
      layers.push({ kind: 'requantise', name: `activation ${k}`, input: layers.length, ...rule });
    }
    layers.push({ kind: 'linear', name: `linear ${k}`, input: layers.length, weights: randomWeights(width, k + 1) });
  }
  const input = { shape: [width], min: 0, max: 127, scale: 1, mean: 0 };
  return { name: 'perceptron', input, layers, outputs: [{ tensor: layers.length, scale: 1 }] };
}

export async function measure({ width }, { phasesMs, medianMs, accepted }) {
  const network = perceptron(width);
  const { provingKey, verifyingKey } = compile(network);
  const random = seeded(9);
  const input = Int32Array.from({ length: width }, () => random(128));
  const counts = new Map(); // of a proof of its own, because counting takes time
  const trace = ({ phase, operations }) => counts.set(phase, operations);
  const { proof, publicSignals } = await prove(provingKey, input, { trace });
  const verifyMs = await medianMs(() => accepted(verify(verifyingKey, publicSignals, proof)));
  const phases = await phasesMs((onProgress) => prove(provingKey, input, { onProgress }));
  const [{ rateBits }] = provingKey.commitment(provingKey.plan(1)).levels; // of the code that phase commit makes
  const nonzeros = network.layers.reduce((sum, { weights }) => sum + (weights?.nonzeros ?? 0), 0);
  return [...phases, { phase: 'verifier', ms: verifyMs }].map(({ phase, ms }) => ({
    ...{ width, nonzeros, phase, ms },
    extensionProducts: counts.get(phase)?.extensionMultiplications ?? 0,
    additions: counts.get(phase)?.extensionAdditions ?? 0,
    rateBits,
    proofBytes: proof.length,
  }));
}
