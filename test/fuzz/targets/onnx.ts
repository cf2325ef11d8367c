// ONNX files: read as float networks, and imported as integer networks.

import { toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { encodeNetwork } from '../../../src/network/index.ts';
import { sizeOf } from '../../../src/network/model/network.ts';
import { evaluateFloat, type FloatNetwork, quantiseNetwork, readFloatNetwork } from '../../../src/onnx/index.ts';
import { mutateBytes } from '../mutate.ts';
import type { Random } from '../random.ts';
import { Finding, type FuzzCase, type Target } from '../target.ts';
import { MODELS } from './onnx-models.ts';
import { mutateModel } from './onnx-mutate.ts';

/** A varint field in the shortest form and one byte more; the byte lists of a file have many places for it. */
function withLongVarint(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length);
  if (bytes[at] >= 0x80) return bytes;
  return new Uint8Array(
    Buffer.concat([bytes.subarray(0, at), Uint8Array.of(bytes[at] | 0x80, 0), bytes.subarray(at + 1)]),
  );
}

function makeModel(random: Random): FuzzCase {
  const { model, what } = mutateModel(random, random.pick(MODELS), random.pick(MODELS));
  const bytes = encoded(model);
  if (random.oneIn(10)) return { files: { model: mutateBytes(random, bytes) }, what: `${what}; bytes` };
  if (random.oneIn(20)) return { files: { model: withLongVarint(random, bytes) }, what: `${what}; a long varint` };
  return { files: { model: bytes }, what };
}

/** A message that cannot be encoded (a list with a hole, an integer too large) is another case. */
function encoded(model: (typeof MODELS)[number]): Uint8Array {
  try {
    return toBinary(ModelProtoSchema, model);
  } catch {
    return toBinary(ModelProtoSchema, MODELS[0]).slice(1);
  }
}

/** A float network whose layers fit each other, and that can be run if it is small. */
function readModel(bytes: Uint8Array): FloatNetwork {
  const float = readFloatNetwork(bytes);
  if (float.shapes.length !== float.layers.length + 1) throw new Finding('as many shapes as tensors are due');
  if (float.shapes.some((shape) => !(sizeOf(shape) >= 1))) throw new Finding('a tensor without values');
  const values = float.shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
  if (values < 10_000) {
    const tensors = evaluateFloat(float, new Float64Array(sizeOf(float.inputShape)).fill(0.5));
    const wrong = tensors.findIndex((tensor, k) => tensor.length !== sizeOf(float.shapes[k]));
    if (wrong >= 0)
      throw new Finding(`tensor ${wrong} has ${tensors[wrong].length} values of [${float.shapes[wrong]}]`);
  }
  return float;
}

/** The bound of `readFloatNetwork`: a message of two bytes becomes an object of hundreds, but there are not many. */
const MEMORY = { perByte: 64, constant: 2 ** 26 };

export const onnx: Target = {
  name: 'onnx',
  memory: MEMORY,
  prepare: () => ({ make: makeModel, run: ({ model }) => void readModel(model) }),
};

export const imported: Target = {
  name: 'import',
  memory: { perByte: 256, constant: 2 ** 28 },
  prepare: () => ({
    make: makeModel,
    run({ model }) {
      const float = readModel(model);
      const values = float.shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
      // larger ones take the time that their values need
      if (values > 10_000) return;
      const length = sizeOf(float.inputShape);
      const calibration = [3, 50].map((step) => Int32Array.from({ length }, (_, k) => (k * step) % 256));
      const network = quantiseNetwork(float, { calibration, inputScale: 1 / 255 });
      encodeNetwork(network);
    },
  }),
};
