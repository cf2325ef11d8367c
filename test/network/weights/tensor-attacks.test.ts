// Forgeries about committed inputs, outputs and tensors between them, one test each. Each prover goes on from its lie as
// an honest one would, so that each test names the one check that is there to stop it.

import { describe, expect, it } from 'vitest';
import { koalaBear } from '../../../src/field/index.ts';
import type { KoalaElement } from '../../../src/field/koalabear.ts';
import { compile, type NetworkVerdict, type PublicSignals, verify } from '../../../src/network/index.ts';
import { makeWitness, type Witness } from '../../../src/network/proof/witness.ts';
import { absorbStatement, PROTOCOL } from '../../../src/network/statement/statement.ts';
import { padTensors } from '../../../src/poly/cube.ts';
import { type Forging, proveForged } from '../../../src/testing/network/forged-proofs.ts';
import { withEqualRoots, witnessWith } from '../../../src/testing/network/witnesses.ts';
import { createProverChannel } from '../../../src/transcript/index.ts';
import { commitBatch, convolutional, inputsOf, perceptron, proveBatch } from '../../support/networks.ts';
import { outcome } from './support.ts';

// tensors: 0 the input, 2 the first linear layer's output, 4 the activations, 6 the output
const network = perceptron({ sizes: [6, 5, 3], seed: 11 });
const { provingKey, verifyingKey } = compile(network);
const [LINEAR, ACTIVATION, OUTPUT] = [2, 4, 6];
const BATCH = 3;
const input = inputsOf(network, BATCH);
const COMMITTED = [0, ACTIVATION, OUTPUT];
const plan = provingKey.plan(BATCH, COMMITTED);
const witness = makeWitness(plan, input);
const honest = await proveBatch(provingKey, input, { commit: COMMITTED });
const { shape } = network.input;

/** Another input within the range. */
const otherInput = input.map((value, k) => (k === 1 ? 15 - value : value));

async function verdictOf(forged: Witness, forging: Forging<KoalaElement> = {}, own = plan): Promise<NetworkVerdict> {
  const { proof, publicSignals } = await proveForged(provingKey, own, forged, forging);
  return verify(verifyingKey, publicSignals, proof);
}

/** The level of the opening at which the committed tensors stand. */
const level = provingKey.commitment(plan)?.places[1];
const OPENING = `sumcheck at commitment/level ${level}`;

describe('a committed input', () => {
  it('is believed when nothing is forged: the forgers of these tests prove what is true', async () => {
    expect(await proveForged(provingKey, plan, witness)).toEqual(honest);
    expect(outcome(await verdictOf(witnessWith(plan, input, () => undefined)))).toBe('believed');
  });

  it('the commitment of another input in the statement of an honest proof', () => {
    const tensors = honest.publicSignals.committed?.tensors ?? [];
    const other = [{ tensor: 0, root: commitBatch(shape, otherInput) }, ...tensors.slice(1)];
    const signals = { ...honest.publicSignals, committed: { batch: BATCH, tensors: other } };
    expect(outcome(verify(verifyingKey, signals, honest.proof))).toBe('sumcheck at lookup/layer 1');
  });

  it('another input is committed to than the one that was run', async () => {
    const commitTo = (place: number) => (place === 0 ? padTensors(shape, BATCH, otherInput) : undefined);
    expect(outcome(await verdictOf(witness, { commitTo }))).toBe(OPENING);
  });

  it('another input is named than the one that is opened', async () => {
    const nameRoot = (k: number) => (k === 0 ? commitBatch(shape, otherInput) : undefined);
    expect(outcome(await verdictOf(witness, { nameRoot }))).toMatch(
      new RegExp(`^merkle at commitment/level ${level}/matrix \\d/paths$`),
    );
  });

  it('a value above its range, and one below', async () => {
    for (const change of [16, -16]) {
      const forged = witnessWith(plan, input, (tensor, cube) => {
        if (tensor === 0) cube[2] += change;
      });
      expect(outcome(await verdictOf(forged))).toBe('lookup-root at lookup');
      // with numerators that make the sums of fractions equal all the same
      expect(outcome(await verdictOf(forged, { wrap: withEqualRoots(koalaBear) }))).toMatch(
        /^(sumcheck|claim) at lookup/,
      );
    }
  });

  it('padding that is not zero: beyond the shape, and beyond the batch', async () => {
    // [1, 6] lies on 1 × 8, three of them on a cube of four
    for (const place of [6, 7, 14, 23, 24, 29, 31]) {
      for (const own of [plan, provingKey.plan(BATCH, [0])]) {
        const forged = witnessWith(own, input, (tensor, cube) => {
          if (tensor === 0) cube[place] += 1;
        });
        expect(outcome(await verdictOf(forged, {}, own)), `place ${place}`).toMatch(
          /^sumcheck at (commitment\/level \d|layers .*)$/,
        );
      }
    }
  });

  it('padding that is not zero, where nothing else reads it', async () => {
    // one input on 8 places; weights are zero on padded columns, so that every relation of the network holds
    const own = provingKey.plan(1, [0]);
    for (const place of [6, 7]) {
      const forged = witnessWith(own, input.subarray(0, 6), (tensor, cube) => {
        if (tensor === 0) cube[place] = 3;
      });
      expect(forged.publicSignals.output).toEqual(makeWitness(own, input.subarray(0, 6)).publicSignals.output);
      expect(outcome(await verdictOf(forged, {}, own))).toMatch(/^sumcheck at commitment\/level \d$/);
    }
  });

  it('padding of rows, columns and channels of images that is not zero', async () => {
    const images = convolutional({ seed: 2 });
    const keys = compile(images);
    const own = keys.provingKey.plan(1, [0]);
    const { shape: extents, axes } = own.graph.tensors[0];
    const strides = axes.map((_, axis) => 2 ** axes.slice(axis + 1).reduce((a, b) => a + b, 0));
    const padded = extents.flatMap((extent, axis) => (extent < 2 ** axes[axis] ? [extent * strides[axis]] : []));
    expect(padded.length).toBeGreaterThan(1);
    for (const place of padded) {
      const forged = witnessWith(own, inputsOf(images, 1), (tensor, cube) => {
        if (tensor === 0) cube[place] = 1;
      });
      const { proof, publicSignals } = await proveForged(keys.provingKey, own, forged);
      expect(outcome(verify(keys.verifyingKey, publicSignals, proof))).toMatch(
        /^sumcheck at (commitment\/level \d|layers .*)$/,
      );
    }
  });

  it('padding that only the commitment has', async () => {
    for (const place of [6, 23, 31]) {
      const cube = padTensors(shape, BATCH, input);
      cube[place] = 1;
      const commitTo = (of: number) => (of === 0 ? cube : undefined);
      expect(outcome(await verdictOf(witness, { commitTo }))).toBe(OPENING);
    }
  });

  it('what lies beyond the tensor in the vector that is committed to', async () => {
    // 3 × 6 values on 2^5 places, in a vector of 2^9: the root of sixteen times as many inputs is another one
    for (const tensor of COMMITTED) {
      const own = plan.graph.places[tensor];
      for (const at of [witness.tensors[own].length, 300, 511]) {
        const vector = new Int32Array(512);
        vector.set(witness.tensors[own]);
        vector[at] = 1;
        const commitTo = (place: number) => (place === own ? vector : undefined);
        expect(outcome(await verdictOf(witness, { commitTo })), `place ${at} of ${tensor}`).toBe(OPENING);
      }
    }
  });

  it('a root of more inputs than the statement has', async () => {
    const more = inputsOf(network, 2 * BATCH);
    expect(more.subarray(0, input.length)).toEqual(input);
    const vector = padTensors(shape, 2 * BATCH, more);
    const own = provingKey.plan(4, [0]);
    const forged = makeWitness(own, more.subarray(0, 24));
    expect(vector.subarray(0, 32)).toEqual(forged.tensors[0]);
    const commitTo = (place: number) => (place === 0 ? vector : undefined);
    const { proof, publicSignals } = await proveForged(provingKey, own, forged, { commitTo });
    expect(publicSignals.committed?.tensors[0].root).toEqual(commitBatch(shape, more));
    expect(outcome(verify(verifyingKey, publicSignals, proof))).toMatch(/^sumcheck at commitment\/level \d$/);
  });
});

describe('a committed output, and tensors between', () => {
  /** The tensor of a place with one value changed. */
  const changed = (tensor: number, at: number): { place: number; cube: Int32Array } => {
    const place = plan.graph.places[tensor];
    const cube = witness.tensors[place].slice();
    cube[at] += 1;
    return { place, cube };
  };

  it('another value is committed to than the one that was made', async () => {
    for (const tensor of [ACTIVATION, OUTPUT]) {
      for (const at of [0, 7]) {
        const { place, cube } = changed(tensor, at % 4);
        const commitTo = (of: number) => (of === place ? cube : undefined);
        expect(outcome(await verdictOf(witness, { commitTo })), `tensor ${tensor}`).toBe(OPENING);
      }
    }
  });

  it('another value is committed to, and its value is sent', async () => {
    for (const tensor of [ACTIVATION, OUTPUT]) {
      const { place, cube } = changed(tensor, 1);
      const tensors = witness.tensors.map((values, k) => (k === place ? cube : values));
      const forged = { ...witness, tensors };
      expect(outcome(await verdictOf(forged)), `tensor ${tensor}`).toMatch(/^sumcheck at (layers|commitment)/);
    }
  });

  it('a tensor that was not requantised, made by another layer than the network has', async () => {
    const own = provingKey.plan(BATCH, [LINEAR]);
    const place = own.graph.places[LINEAR];
    const forged = witnessWith(own, input, (tensor, cube) => {
      if (tensor === place) cube[0] += 1;
    });
    expect(outcome(await verdictOf(forged, {}, own))).toMatch(/^sumcheck at layers .*linear 1/);
  });

  it('the roots of two tensors exchanged', async () => {
    const roots = honest.publicSignals.committed?.tensors.map(({ root }) => root) ?? [];
    const nameRoot = (k: number) => [roots[0], roots[2], roots[1]][k];
    expect(outcome(await verdictOf(witness, { nameRoot }))).toMatch(
      /^merkle at commitment\/level \d\/matrix \d\/paths$/,
    );
  });

  it('values sent for tensors that are not theirs, honestly from there', async () => {
    for (const index of [0, 1]) {
      const verdict = await verdictOf(witness, {
        wrap: (channel) => ({
          ...channel,
          send: (label, values) => {
            const lied = values.map((v, k) =>
              label === 'tensors' && k === index ? koalaBear.add(v, koalaBear.one) : v,
            );
            channel.send(label, lied);
          },
        }),
      });
      expect(outcome(verdict)).toMatch(/^sumcheck at (layers|commitment)/);
    }
  });

  it('another output is shown than the one that goes with the committed input', async () => {
    const own = provingKey.plan(BATCH, [0]);
    const { publicSignals, ...rest } = makeWitness(own, input);
    publicSignals.output[4] += 1;
    expect(outcome(await verdictOf({ ...rest, publicSignals }, {}, own))).toBe('sumcheck at layers affine 1, affine 2');
  });
});

describe('signals with commitments', () => {
  const { committed } = honest.publicSignals;
  if (committed === undefined) throw new Error('tensors are committed');
  const tensors = committed.tensors;
  const check = (changed: unknown, more: object = {}): string =>
    outcome(
      verify(verifyingKey, { ...honest.publicSignals, committed: changed, ...more } as PublicSignals, honest.proof),
    );

  it.each([
    ['a root is missing', tensors.slice(1), 'statement at input'],
    ['the last root is missing', tensors.slice(0, 2), 'statement at output'],
    ['a root twice', [tensors[0], tensors[0], ...tensors.slice(1)], 'statement at input'],
    ['roots in another order', [tensors[1], tensors[0], tensors[2]], 'statement at input'],
    ['a tensor that is not there', [...tensors, { tensor: 7, root: tensors[0].root }], 'statement at input'],
    ['a negative tensor', [{ tensor: -1, root: tensors[0].root }, ...tensors], 'statement at input'],
    ['another tensor', [tensors[0], { tensor: 5, root: tensors[1].root }, tensors[2]], 'sumcheck at lookup/layer 1'],
    ['no tensors', [], 'statement at committed'],
    ['more than anyone commits to', new Array(65).fill(tensors[0]), 'statement at committed'],
    ['a list that is none', { ...tensors }, 'statement at committed'],
    ['a tensor that is not a number', [{ tensor: '0', root: tensors[0].root }], 'statement at committed[0]'],
    ['a tensor that is not an integer', [{ tensor: 0.5, root: tensors[0].root }], 'statement at committed[0]'],
    ['an entry that is missing', [tensors[0], undefined], 'statement at committed[1]'],
    ['holes', new Array(3), 'statement at committed[0]'],
    ['a root that is too short', [{ tensor: 0, root: tensors[0].root.subarray(1) }], 'statement at committed[0]'],
    [
      'a root that is too long',
      [{ tensor: 0, root: Uint8Array.of(...tensors[0].root, 0) }],
      'statement at committed[0]',
    ],
    ['a root that is not bytes', [{ tensor: 0, root: [...tensors[0].root] }], 'statement at committed[0]'],
    ['a root that only has a length', [{ tensor: 0, root: { length: 26 } }], 'statement at committed[0]'],
  ])('%s', (_case, changed, expected) => {
    expect(check({ batch: BATCH, tensors: changed })).toBe(expected);
  });

  it('every byte of every root', () => {
    tensors.forEach((entry, index) => {
      for (let at = 0; at < entry.root.length; at++) {
        const root = entry.root.map((byte, k) => (k === at ? byte ^ 1 : byte));
        const changed = tensors.map((other, k) => (k === index ? { ...entry, root } : other));
        expect(check({ batch: BATCH, tensors: changed })).toBe('sumcheck at lookup/layer 1');
      }
    });
  });

  it('another batch', () => {
    for (const batch of [0, -1, 1.5, Number.NaN, '3', undefined, null]) {
      expect(check({ batch, tensors })).toMatch(/^statement at (input|committed)$/);
    }
    // 3 lie on a cube of 4
    for (const batch of [1, 2, 4, 5]) expect(check({ batch, tensors })).toMatch(/^(sumcheck|truncated) at /);
    for (const batch of [2 ** 20, 2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
      expect(check({ batch, tensors })).toBe('statement at input');
    }
  });

  it('a batch other than that of the public input', async () => {
    const { proof, publicSignals } = await proveBatch(provingKey, input, { commit: [OUTPUT] });
    for (const batch of [1, 2, 4]) {
      const signals = { ...publicSignals, committed: { batch, tensors: publicSignals.committed?.tensors ?? [] } };
      expect(outcome(verify(verifyingKey, signals, proof))).toBe('statement at input');
    }
  });

  it('a committed input that is shown too, or an output', () => {
    expect(check(committed, { input })).toBe('statement at input');
    expect(check(committed, { output: new Int32Array(9) })).toBe('statement at output');
  });

  it('commitments left out', () => {
    expect(check(undefined)).toBe('statement at input');
    expect(check(undefined, { input })).toBe('statement at output');
    expect(check(null)).toBe('statement at committed');
    const { output } = makeWitness(provingKey.plan(BATCH), input).publicSignals;
    expect(check(undefined, { input, output })).toMatch(/^(sumcheck|truncated|non-canonical) at /);
  });

  it('getters that throw, and proxies that are revoked', () => {
    const trap = (): never => {
      throw new Error('a trap');
    };
    const thrower = (name: string): object => Object.defineProperty({}, name, { get: trap });
    const proxy = new Proxy({}, { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap });
    for (const changed of [thrower('batch'), { batch: 3, ...{} }, proxy]) {
      expect(check(changed)).toBe('statement at committed');
    }
    const throwing = Object.defineProperty({ batch: 3 }, 'tensors', { get: trap });
    expect(check(throwing)).toBe('statement at committed');
    for (const entry of [thrower('tensor'), thrower('root'), proxy]) {
      expect(check({ batch: 3, tensors: [entry] })).toBe('statement at committed[0]');
    }
    const { proxy: revoked, revoke } = Proxy.revocable([], {});
    revoke();
    expect(check({ batch: 3, tensors: revoked })).toMatch(/^(statement|internal) at /);
    const signals = Object.defineProperty({ ...honest.publicSignals }, 'committed', { get: trap });
    expect(outcome(verify(verifyingKey, signals as PublicSignals, honest.proof))).toBe('statement at input');
  });

  it('a getter that gives another root each time: one is read, and bound', async () => {
    let reads = 0;
    const entry = {
      tensor: 0,
      get root(): Uint8Array {
        return reads++ === 0 ? tensors[0].root : commitBatch(shape, otherInput);
      },
    };
    expect(check({ batch: BATCH, tensors: [entry, ...tensors.slice(1)] })).toBe('believed');
    expect(reads).toBe(1);
  });

  it('every part of them changes the first challenge', () => {
    const first = (signals: PublicSignals, own = plan): string => {
      const channel = createProverChannel(koalaBear, { context: PROTOCOL });
      absorbStatement(channel, provingKey.digest, own, provingKey.describe(own), signals);
      return String(channel.draw('first'));
    };
    const withTensors = (changed: typeof tensors): PublicSignals => ({
      ...honest.publicSignals,
      committed: { batch: BATCH, tensors: changed },
    });
    const { committed: _, ...without } = honest.publicSignals;
    const challenges = [
      first(honest.publicSignals),
      first(without),
      first(withTensors(tensors.slice(0, 2))),
      first(withTensors([tensors[0], tensors[2], tensors[1]])),
      first(withTensors(tensors.map((entry) => ({ ...entry, root: tensors[0].root })))),
      first(withTensors(tensors.map((entry) => ({ ...entry, tensor: entry.tensor + 1 })))),
      first(honest.publicSignals, { ...plan, batch: BATCH + 1 }),
    ];
    expect(new Set(challenges).size).toBe(challenges.length);
  });
});
