// An experiment of one's own (docs/experiments/index.md): how long is the opening of a proof of lenet5 if its first code has
// another rate than the one that is chosen?

import { readFile } from 'node:fs/promises';
import { compile, prove, verify } from 'ternary-gkr';
import { chooseParameters, expectedBytes } from 'ternary-gkr/commit';
import { koalaBear } from 'ternary-gkr/field';
import { importOnnx, readArray, splitIntegerSamples } from 'ternary-gkr/onnx';

const bytesOf = async (name) => new Uint8Array(await readFile(`examples/${name}`));
const images = await readArray(await bytesOf('digits-images-idx3-ubyte.gz'), 'digits');
const digits = splitIntegerSamples(images, [1, 28, 28], 'digits');
const network = importOnnx(await bytesOf('lenet5.onnx'), { calibration: digits.slice(0, 64), inputScale: 1 / 255 });
const { provingKey, verifyingKey } = compile(network);

export const cases = () => ['chosen', 1, 2, 3].map((rateBits) => ({ rateBits }));

export async function measure({ rateBits }, { medianMs, accepted }) {
  const chosen = provingKey.commitment(provingKey.plan(1));
  const openingBytes = (parameters) => Math.round(expectedBytes(koalaBear, parameters));
  if (rateBits === 'chosen') {
    const { proof, publicSignals } = await prove(provingKey, digits[0]);
    accepted(verify(verifyingKey, publicSignals, proof));
    const proveMs = await medianMs(() => prove(provingKey, digits[0]));
    return { rate: `1/${2 ** chosen.levels[0].rateBits}, chosen`, openingBytes: openingBytes(chosen), proveMs };
  }
  const { columnVariables, matrices } = chosen.levels[0];
  const [{ variables, rows, digestLength }] = matrices;
  const code = { columnVariables, rateBits, digestLength };
  const members = [{ used: rows * 2 ** columnVariables, variables, code }];
  const parameters = chooseParameters({ field: koalaBear, securityBits: 101, members });
  return { rate: `1/${2 ** rateBits}`, openingBytes: openingBytes(parameters) };
}
