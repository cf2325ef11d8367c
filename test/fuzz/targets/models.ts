// Model files: read, written again, and compiled.

import {
  compile,
  decodeNetwork,
  encodeNetwork,
  evaluate,
  networkDigest,
  securityBits,
  tensorBounds,
} from '../../../src/network/index.ts';
import { tensorShapes } from '../../../src/network/model/evaluate.ts';
import { type IntegerNetwork, sizeOf } from '../../../src/network/model/network.ts';
import { mutate } from '../mutate.ts';
import { joined, piecesRead } from '../pieces.ts';
import type { Random } from '../random.ts';
import { type Files, Finding, type FuzzCase, same, type Target } from '../target.ts';
import { BASES, CHECK_LENGTH, changedNetwork, withCheck, writeUnchecked } from './networks.ts';

/** Model files that differ from valid ones in their fields, with a check sum that is right; seldom a wrong one. */
export function modelMutants(): (random: Random) => { readonly bytes: Uint8Array; readonly what: string } {
  const bases = BASES.map((network) => {
    const bytes = encodeNetwork(network);
    return { network, pieces: piecesRead(bytes.subarray(0, -CHECK_LENGTH), () => decodeNetwork(bytes)) };
  });
  return (random) => {
    const { network, pieces } = random.pick(bases);
    if (random.oneIn(2)) {
      const bytes = writeUnchecked(changedNetwork(random, network));
      if (bytes !== undefined) return { bytes, what: 'another network' };
    }
    const { pieces: mutant, what } = mutate(random, pieces, random.pick(bases).pieces);
    const bytes = random.oneIn(50) ? joined(mutant) : withCheck(joined(mutant));
    return { bytes, what };
  };
}

function makeModels(): (random: Random) => FuzzCase {
  const mutants = modelMutants();
  return (random) => {
    const { bytes, what } = mutants(random);
    return { files: { model: bytes }, what };
  };
}

/** Reads a model, which must be the one encoding of what it holds. */
function readModel({ model }: Files): IntegerNetwork {
  const network = decodeNetwork(model);
  if (!same(encodeNetwork(network), model)) throw new Finding('accepted a model file that is written otherwise');
  networkDigest(model);
  return network;
}

/** Inputs on the ends of the range must give what the bounds allow. */
function checkBounds(network: IntegerNetwork): void {
  const values = tensorShapes(network).reduce((sum, shape) => sum + sizeOf(shape), 0);
  if (values > 20_000) return;
  const { shape, min, max } = network.input;
  const bounds = tensorBounds(network, tensorShapes(network));
  for (const value of [min, max]) {
    evaluate(network, new Int32Array(sizeOf(shape)).fill(value)).forEach((tensor, k) => {
      const bound = bounds[k + 1];
      const outside = tensor.find((each) => each < bound.min || each > bound.max);
      if (outside !== undefined) throw new Finding(`tensor ${k + 1} has a value ${outside} out of its bounds`);
    });
  }
}

export const model: Target = {
  name: 'model',
  memory: { perByte: 256, constant: 2 ** 24 },
  prepare: () => ({ make: makeModels(), run: (files) => void readModel(files) }),
};

export const compiled: Target = {
  name: 'compile',
  memory: { perByte: 512, constant: 2 ** 28 },
  prepare: () => ({
    make: makeModels(),
    run(files) {
      const network = readModel(files);
      const { verifyingKey } = compile(network);
      if (securityBits(verifyingKey).total < 100) throw new Finding('compiled to a key of fewer than 100 bits');
      checkBounds(network);
    },
  }),
};
