// Networks that nobody would make, yet `compile` or `register` takes: a proof of each verifies, and so does its
// registration. What is changed is the network; every file in between is honest.

import {
  compile,
  decodeNetwork,
  type IntegerNetwork,
  prove,
  readKey,
  type VerifyingKey,
  verify,
} from '../../../src/network/index.ts';
import { evaluate, outputOf, tensorShapes } from '../../../src/network/model/evaluate.ts';
import { sizeOf } from '../../../src/network/model/network.ts';
import { inputsOf } from '../../support/networks.ts';
import { registerFiles } from '../../support/registered.ts';
import { Finding, type Prepared, type Target } from '../target.ts';
import { modelMutants } from './models.ts';

/** Values of all tensors, and rows of all tables: enough for one proof to be quick. */
const MOST_VALUES = 3000;
const MOST_ROWS = 2 ** 14;

function isSmall(network: IntegerNetwork, key: VerifyingKey): boolean {
  const values = tensorShapes(network).reduce((sum, shape) => sum + sizeOf(shape), 0);
  const rows = key.plan(1).lookups?.shape.tables.reduce((sum, { variables }) => sum + 2 ** variables, 0) ?? 0;
  return values <= MOST_VALUES && rows <= MOST_ROWS;
}

async function checkProof(
  network: IntegerNetwork,
  proving: Parameters<typeof prove>[0],
  key: VerifyingKey,
): Promise<void> {
  const input = inputsOf(network, 1);
  const { proof, publicSignals } = await prove(proving, input);
  const verdict = verify(key, publicSignals, proof);
  if (!verdict.ok) throw new Finding(`an honest proof is refused: ${verdict.code} ${verdict.where} ${verdict.message}`);
  const expected = outputOf(network, evaluate(network, input));
  if (`${verdict.output}` !== `${expected}`) throw new Finding(`proved ${verdict.output} and not ${expected}`);
}

function target(name: string, run: (network: IntegerNetwork) => Promise<void>): Target {
  return {
    name,
    memory: { perByte: 64, constant: 2 ** 28 },
    prepare(): Prepared {
      const mutants = modelMutants();
      return {
        make(random) {
          const { bytes, what } = mutants(random);
          return { files: { model: bytes }, what };
        },
        async run({ model }) {
          const network = decodeNetwork(model);
          if (isSmall(network, compile(network).verifyingKey)) await run(network);
        },
      };
    },
  };
}

export const provable: readonly Target[] = [
  target('prove', async (network) => {
    const { provingKey, verifyingKey } = compile(network);
    await checkProof(network, provingKey, verifyingKey);
  }),
  target('register', async (network) => {
    const { provingKey, keyFile, registration } = await registerFiles(network);
    await checkProof(network, provingKey, readKey(keyFile, { registration }));
  }),
];
