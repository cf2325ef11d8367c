// Several inputs in one proof: time and bytes of each, over public and over committed weights (docs/experiments/batch.md).

import { readFile } from 'node:fs/promises';
import { compile, prove, register, verify } from 'ternary-gkr';
import { gunzip, importOnnx, readArray, splitIntegerSamples } from 'ternary-gkr/onnx';

const SIZES = [1, 2, 4, 8, 16, 32, 64];

export const cases = (quick) =>
  ['public', 'committed'].flatMap((weights) =>
    (quick ? [1, 4] : SIZES).map((batch) => ({
      network: quick ? 'mlp-small.onnx' : 'mlp-sparse.onnx.gz',
      ...{ weights, batch },
    })),
  );

const bytesOf = async (name) => gunzip(new Uint8Array(await readFile(`examples/${name}`)));
const images = await readArray(await bytesOf('digits-images-idx3-ubyte.gz'), 'digits');
const digits = splitIntegerSamples(images, [1, 28, 28], 'digits');

/** Keys are made once for all batch sizes. */
const kept = new Map();
async function keysOf(network, weights) {
  const name = `${network} ${weights}`;
  if (!kept.has(name)) {
    const imported = importOnnx(await bytesOf(network), { calibration: digits.slice(0, 64), inputScale: 1 / 255 });
    kept.set(name, weights === 'public' ? compile(imported) : await committed(imported));
  }
  return kept.get(name);
}

async function committed(network) {
  const { provingKey, verifyingKey } = await register(network);
  return { provingKey, verifyingKey };
}

export async function measure({ network, weights, batch }, { medianMs, accepted }) {
  const { provingKey, verifyingKey } = await keysOf(network, weights);
  const inputs = digits.slice(0, batch);
  const { proof, publicSignals } = await prove(provingKey, inputs);
  return {
    ...{ network: network.replace(/\..*/, ''), weights, batch },
    proveMs: await medianMs(() => prove(provingKey, inputs)),
    verifyMs: await medianMs(() => accepted(verify(verifyingKey, publicSignals, proof))),
    proofBytes: proof.length,
  };
}
