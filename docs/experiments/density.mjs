// Density against prover time: one layer a = W·x, proven by each method (docs/experiments/density.md).

import { createKoalaBearEngine, koalaBear } from 'ternary-gkr/field';
import { prepareLayer, proveLayerStatement, verifyLayerStatement } from 'ternary-gkr/layer';
import { ternaryFromDense } from 'ternary-gkr/sparse';
import { seeded } from 'ternary-gkr/testing';

const METHODS = ['ternary', 'sparse', 'dense', 'vanilla-sum'];
const DENSITIES = [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64];

export const cases = (quick) => {
  const size = quick ? 64 : 2048;
  return METHODS.flatMap((method) => DENSITIES.map((density) => ({ method, size, density })));
};

/** Each entry is nonzero with probability `density`, and then either sign. */
function randomWeights(size, density) {
  const random = seeded(1);
  const entries = new Int8Array(size * size);
  for (let k = 0; k < entries.length; k++) if (random(2 ** 20) < 2 ** 20 * density) entries[k] = 2 * random(2) - 1;
  return ternaryFromDense(entries, size, size);
}

export async function measure({ method, size, density }, { medianMs, accepted }) {
  const engine = createKoalaBearEngine();
  const weights = randomWeights(size, density);
  const random = seeded(2);
  const input = Int32Array.from({ length: size }, () => random(256) - 128);

  const layer = prepareLayer(engine, method, weights);
  const { proof, output } = proveLayerStatement(engine, layer, input);
  accepted(verifyLayerStatement(koalaBear, method, weights, layer.digest, input, output, proof));
  return {
    ...{ method, size, density, nonzeros: weights.nonzeros },
    proveMs: await medianMs(() => proveLayerStatement(engine, layer, input, { output })),
    proofBytes: proof.length,
  };
}
