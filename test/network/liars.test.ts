// Provers that lie in one cell of any tensor, padding too, and go on from the lie as an honest prover would:
// every later tensor, quotient and multiplicity fits the lie. Whatever is believed must be true.

import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { koalaBear } from '../../src/field/koalabear.ts';
import {
  compile,
  type IntegerNetwork,
  type Layer,
  type Plan,
  type ProvingKey,
  type VerifyingKey,
  verify,
} from '../../src/network/index.ts';
import { sizeOf } from '../../src/network/model/network.ts';
import { makeWitness, type Witness } from '../../src/network/proof/witness.ts';
import { ternaryFromDense } from '../../src/sparse/index.ts';
import { proofOfWitness, proveForged } from '../../src/testing/network/forged-proofs.ts';
import { isTrueOf } from '../../src/testing/network/truth.ts';
import { withEqualRoots, witnessWith } from '../../src/testing/network/witnesses.ts';
import { amountOf, isFull, seed } from '../support/depth.ts';
import { seeded } from '../support/fields.ts';
import { convolutional, perceptron } from '../support/networks.ts';
import { registered } from './weights/support.ts';

type Random = (below: number) => number;
type Keys = { readonly provingKey: ProvingKey; readonly verifyingKey: VerifyingKey };
const pick = <T>(random: Random, choices: readonly T[]): T => choices[random(choices.length)];

/** A chain of layers of any kind, with the smallest sizes among them. */
function randomChain(random: Random): IntegerNetwork {
  const size = (): number => pick(random, [1, 1, 2, 3, 5]);
  let length = size();
  const min = pick(random, [0, -3, 2]);
  const input = { shape: [length], min, max: min + pick(random, [0, 1, 5, 20]), scale: 1, mean: 0 };
  const layers = Array.from({ length: 1 + random(6) }, (_, index): Layer => {
    const kind = pick(random, ['linear', 'affine', 'requantise', 'requantise', 'flatten'] as const);
    const common = { name: `${kind} ${index}`, input: index };
    const inputs = length;
    if (kind === 'linear') {
      length = size();
      const entries = Array.from({ length: length * inputs }, () => random(3) - 1);
      return { kind, ...common, weights: ternaryFromDense(entries, length, inputs) };
    }
    if (kind === 'affine') {
      const uniform = random(2) === 0 ? random(7) - 3 : undefined;
      return {
        kind,
        ...common,
        multipliers: Int32Array.from({ length }, () => uniform ?? random(7) - 3),
        biases: Int32Array.from({ length }, () => random(21) - 10),
      };
    }
    if (kind === 'flatten') return { kind, ...common };
    const activation = pick(random, ['relu', 'identity'] as const);
    return { kind, ...common, activation, shift: pick(random, [0, 0, 1, 3, 13]), min: -random(4), max: random(9) };
  });
  return { name: 'chain', input, layers, outputs: [{ tensor: layers.length, scale: 1 }] };
}

/** The witness with `change` in one cell of a tensor, and everything after it as that makes it. */
const liedWitness = (plan: Plan, input: Int32Array, tensor: number, cell: number, change: number): Witness =>
  witnessWith(plan, input, (index, cube) => {
    if (index === tensor) cube[cell % cube.length] += change;
  });

/** Keys of a network with public weights, or with committed ones. */
async function keysOf(network: IntegerNetwork, isCommitted: boolean): Promise<Keys | undefined> {
  try {
    return isCommitted ? await registered(network) : compile(network);
  } catch (error) {
    // overflows and clamps that the compiler refuses
    expect(error).toBeInstanceOf(InputError);
    return undefined;
  }
}

/** The plan of a proof about a few inputs, some of the network's tensors committed. */
function planOf(random: Random, { provingKey }: Keys): Plan {
  const { network } = provingKey;
  const batch = pick(random, [1, 1, 2, 3]);
  if (random(2) === 0) return provingKey.plan(batch);
  const holdsZero = network.input.min <= 0 && network.input.max >= 0;
  const tensors = Array.from({ length: network.layers.length + 1 }, (_, tensor) => tensor);
  const chosen = tensors.filter((tensor) => random(3) === 0 && (tensor > 0 || holdsZero));
  return provingKey.plan(batch, chosen.slice(0, 4));
}

const NETWORKS: readonly [string, number, (random: Random) => IntegerNetwork][] = [
  ['chains of layers', 1000, randomChain],
  ['networks of images', 300, (random) => convolutional({ seed: random(100_000) })],
];

describe('liars', () => {
  it.each(NETWORKS)(
    'in %s are believed only where they happen to be right',
    async (_name, full, make) => {
      const count = Math.ceil((full * amountOf('liars')) / 100);
      const random = seeded(isFull ? full : seed);
      let lies = 0;
      let refused = 0;
      while (lies < count) {
        const network = make(random);
        const keys = await keysOf(network, random(3) === 0);
        if (keys === undefined) continue;
        const plan = planOf(random, keys);
        const { min, max } = network.input;
        const length = sizeOf(network.input.shape);
        const input = Int32Array.from({ length: length * plan.batch }, () => min + random(max - min + 1));
        for (let attempt = 0; attempt < 8; attempt++, lies++) {
          const tensor = random(plan.graph.tensors.length);
          const witness = liedWitness(plan, input, tensor, random(4096), pick(random, [1, -1, 7, -9]));
          const equalRoots = plan.lookups !== undefined && random(3) === 0;
          const { proof, publicSignals } = await proveForged(keys.provingKey, plan, witness, {
            wrap: equalRoots ? withEqualRoots(koalaBear) : undefined,
          });
          const verdict = verify(keys.verifyingKey, publicSignals, proof);
          if (verdict.ok) {
            // a committed input is whatever was committed to
            expect(isTrueOf(plan, witness, input)).toBe(true);
          } else {
            refused++;
            expect(verdict.code).not.toBe('internal');
          }
        }
      }
      expect(refused).toBeGreaterThan(count / 3);
    },
    120_000,
  );

  it('a network with one looked-up row: its tree of fractions is a root without layers', async () => {
    const network = perceptron({ sizes: [6, 1], shift: 0, activatedOutput: true, seed: 3 });
    const keys = compile(network);
    const plan = keys.provingKey.plan(1);
    expect(plan.lookups?.shape.rowPacking.variables).toBe(0);
    const input = new Int32Array(6).fill(3);
    const { publicSignals, tensors, columns } = makeWitness(plan, input);
    const output = Int32Array.of(publicSignals.output[0] === 7 ? 8 : 7);
    const empty = columns.map((column, index) =>
      plan.lookups?.multiplicities.includes(index) ? column.map(() => 0) : column,
    );
    const witness = { publicSignals: { input, output }, tensors: [...tensors.slice(0, -1), output], columns: empty };
    const verdict = verify(
      keys.verifyingKey,
      witness.publicSignals,
      await proofOfWitness(keys.provingKey, plan, witness, { wrap: withEqualRoots(koalaBear) }),
    );
    expect(verdict).toMatchObject({ ok: false, code: 'claim', where: 'lookup/roots' });
  });
});
