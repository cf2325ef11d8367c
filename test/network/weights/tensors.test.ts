// Statements about committed inputs, outputs and tensors between them, with public and with committed weights.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bn254, koalaBear } from '../../../src/field/index.ts';
import {
  commitTensor,
  compile,
  evaluate,
  type IntegerNetwork,
  type Layer,
  type ProvingKey,
  type PublicSignals,
  publicSignalsFromJson,
  publicSignalsToJson,
  type VerifyingKey,
  verify,
} from '../../../src/network/index.ts';
import { runs } from '../../support/depth.ts';
import { seeded } from '../../support/fields.ts';
import { commitBatch, convolutional, inputsOf, perceptron, proveBatch } from '../../support/networks.ts';
import { mixedChain, outcome, registered } from './support.ts';

const network = perceptron({ sizes: [6, 5, 4, 3], seed: 3 });
/** After the first activation, and after the first linear layer. */
const [ACTIVATION, LINEAR] = [4, 2];
const LAST = network.layers.length;

type Keys = { provingKey: ProvingKey; verifyingKey: VerifyingKey };

/** The values of tensors, whole batches one after the other: 0 is the input. */
function tensorValues(of: IntegerNetwork, input: Int32Array, tensor: number): number[] {
  const length = of.input.shape.reduce((a, b) => a * b, 1);
  return Array.from({ length: input.length / length }, (_, b) => {
    const own = input.subarray(b * length, (b + 1) * length);
    return tensor === 0 ? [...own] : [...evaluate(of, own)[tensor - 1]];
  }).flat();
}

async function roundTrip({ provingKey, verifyingKey }: Keys, batch: number, commit: readonly number[]): Promise<void> {
  const { network: own, graph } = provingKey;
  const input = inputsOf(own, batch);
  const { proof, publicSignals } = await proveBatch(provingKey, input, { commit });
  expect(outcome(verify(verifyingKey, publicSignals, proof)), `batch ${batch}, ${commit}`).toBe('believed');
  expect(publicSignals.committed?.batch).toBe(batch);
  expect(publicSignals.input).toHaveLength(commit[0] === 0 ? 0 : input.length);
  for (const { tensor, root } of publicSignals.committed?.tensors ?? []) {
    const { shape } = graph.tensors[graph.places[tensor]];
    expect(commitBatch(shape, tensorValues(own, input, tensor)), `root of ${tensor}`).toEqual(root);
  }
}

describe('committed tensors', () => {
  it.each([
    ['the input', [0]],
    ['a tensor that was requantised', [ACTIVATION]],
    ['a tensor that was not', [LINEAR]],
    ['the output', [LAST]],
    ['input and output', [0, LAST]],
    ['the input, and what flattening makes of it', [0, 1]],
    ['what flattening makes of a public input', [1]],
    ['everything', [0, LINEAR, ACTIVATION, LAST]],
  ])('%s, with public weights and with committed ones', async (_case, commit) => {
    const models: Keys[] = [compile(network), await registered(network)];
    for (const keys of models) for (const batch of [1, 3]) await roundTrip(keys, batch, commit);
  });

  it('of any network (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(100_000),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 1, max: 3 }),
        fc.infiniteStream(fc.boolean()),
        async (seed, isImage, isCommitted, batch, chosen) => {
          const own = isImage ? convolutional({ seed }) : mixedChain(seeded(seed));
          const keys = isCommitted ? await registered(own) : compile(own);
          const all = Array.from({ length: own.layers.length + 1 }, (_, tensor) => tensor);
          const commit = all.filter(() => chosen.next().value).slice(0, 3);
          if (commit.length > 0) await roundTrip(keys, batch, commit);
        },
      ),
      { numRuns: runs(25) },
    );
  });

  it('one output of several: the others are shown', async () => {
    const own: IntegerNetwork = {
      ...network,
      outputs: [
        { tensor: LAST, scale: 1 },
        { tensor: ACTIVATION, scale: 1 },
      ],
    };
    const { provingKey, verifyingKey } = compile(own);
    const input = inputsOf(own, 2);
    const { proof, publicSignals } = await proveBatch(provingKey, input, { commit: [LAST] });
    expect([...publicSignals.output]).toEqual(tensorValues(own, input, ACTIVATION));
    expect(outcome(verify(verifyingKey, publicSignals, proof))).toBe('believed');
  });

  it('has the same bytes by both engines, whether encoded weights are kept or not', async () => {
    const { provingKey } = await registered(network);
    const commit = [0, LINEAR, LAST];
    const input = inputsOf(network, 3);
    const first = await proveBatch(provingKey, input, { commit, engine: 'wasm' });
    for (const options of [{ engine: 'js' }, { engine: 'js', memory: 'low' }, { memory: 'low' }] as const) {
      expect(await proveBatch(provingKey, input, { commit, ...options })).toEqual(first);
    }
  });

  it('over BN254', async () => {
    const { provingKey, verifyingKey } = compile(perceptron({ sizes: [5, 4, 3] }), { field: bn254 });
    const input = inputsOf(provingKey.network, 2);
    const { proof, publicSignals } = await proveBatch(provingKey, input, { commit: [0] });
    expect(verify(verifyingKey, publicSignals, proof).ok).toBe(true);
    expect(publicSignals.committed?.tensors[0].root).toEqual(commitBatch([1, 5], input, bn254));
  });

  it('keeps a statement through JSON', async () => {
    const { provingKey, verifyingKey } = compile(network);
    const { proof, publicSignals } = await proveBatch(provingKey, inputsOf(network, 2), { commit: [0, LAST] });
    const read = publicSignalsFromJson(JSON.parse(JSON.stringify(publicSignalsToJson(publicSignals))));
    expect(read).toEqual(publicSignals);
    expect(verify(verifyingKey, read, proof).ok).toBe(true);
  });

  it('refuses tensors that are not there, or not in order', async () => {
    const { provingKey } = compile(network);
    const input = inputsOf(network, 1);
    await expect(proveBatch(provingKey, input, { commit: [LAST + 1] })).rejects.toThrow('tensor 10 is committed to');
    await expect(proveBatch(provingKey, input, { commit: [-1] })).rejects.toThrow('tensor -1 is committed to');
    await expect(proveBatch(provingKey, input, { commit: [0.5] })).rejects.toThrow('tensor 0.5 is committed to');
    await expect(proveBatch(provingKey, input, { commit: [LAST, 0] })).rejects.toThrow('committed tensors ascend');
    await expect(proveBatch(provingKey, input, { commit: [0, 0] })).rejects.toThrow('committed tensors ascend');
    await expect(proveBatch(provingKey, input, { commit: [0, 2, 3, 4, 5, 6, 7] })).rejects.toThrow(
      'an opening of 8 vectors',
    );
  });

  it('refuses an input whose range does not hold the zeros that pad it', async () => {
    for (const [min, max] of [
      [2, 9],
      [-9, -2],
    ]) {
      const own = { ...network, input: { ...network.input, min, max } };
      const { provingKey, verifyingKey } = compile(own);
      const input = inputsOf(own, 1);
      const message = `the input range [${min}, ${max}] does not contain 0`;
      await expect(proveBatch(provingKey, input, { commit: [0] })).rejects.toThrow(message);
      const { proof, publicSignals } = await proveBatch(provingKey, input, { commit: [LAST] });
      expect(outcome(verify(verifyingKey, publicSignals, proof))).toBe('believed');
      const committed = { batch: 1, tensors: [{ tensor: 0, root: new Uint8Array(26) }] };
      const signals = { input: new Int32Array(0), output: new Int32Array(3), committed };
      expect(verify(verifyingKey, signals, proof)).toMatchObject({ ok: false, code: 'statement', where: 'input' });
    }
  });
});

describe('a root', () => {
  it('follows from shape and values alone, and from each of them', () => {
    const values = [3, 1, 4, 1, 5, 9];
    const root = commitTensor([6], values);
    expect(root).toHaveLength(26);
    expect(commitTensor([6], values)).toEqual(root);
    for (let k = 0; k < values.length; k++) {
      const other = values.map((value, i) => (i === k ? value + 1 : value));
      expect(commitTensor([6], other)).not.toEqual(root);
    }
    // 2 × 3 lies on a cube of 2 × 4
    expect(commitTensor([2, 3], values)).not.toEqual(root);
    expect(commitTensor([6], values, bn254)).not.toEqual(commitTensor([6], values, koalaBear));
  });

  it('is of whole tensors of 32-bit integers', () => {
    expect(() => commitTensor([3], [1, 2])).toThrow('2 values are not one tensor of 3');
    expect(() => commitTensor([3], [])).toThrow('0 values are not one tensor of 3');
    expect(() => commitTensor([3], [[1, 2, 3], [4]])).toThrow('tensor 1: 1 values are not one tensor of 3');
    expect(() =>
      commitTensor(
        [3],
        [
          [1, 2, 3],
          [4, 0.5, 6],
        ],
      ),
    ).toThrow('tensor 1: value 1 is 0.5');
    expect(() => commitTensor([2], [1, 2 ** 31])).toThrow('value 1 is 2147483648');
    expect(() => commitTensor([2], [0.5, 2])).toThrow('value 0 is 0.5');
    expect(() => commitTensor([2], [Number.NaN, 2])).toThrow('value 0 is NaN');
  });
});

describe('a root of several tensors', () => {
  it('is of a list of them: a flat list is one tensor, and never several', () => {
    const [first, second] = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    const root = commitTensor([3], [first, second]);
    expect(root).not.toEqual(commitTensor([3], first));
    expect(commitTensor([3], [first])).toEqual(commitTensor([3], first));
    expect(commitTensor([3], [Uint8Array.from(first), Int32Array.from(second)])).toEqual(root);
    expect(() => commitTensor([3], [...first, ...second])).toThrow(
      '6 values are not one tensor of 3 = 3; several are a list: [first, second, …]',
    );
  });
});

describe('statements over one root', () => {
  const layersFrom = (first: number, end: number): Layer[] =>
    network.layers.slice(first, end).map((layer): Layer => {
      if (layer.kind === 'add' || layer.kind === 'concatenate') throw new Error('a chain is expected');
      return { ...layer, input: layer.input - first };
    });
  const input = inputsOf(network, 2);
  const rootOf = ({ committed }: PublicSignals, tensor: number): Uint8Array | undefined =>
    committed?.tensors.find((entry) => entry.tensor === tensor)?.root;

  it('two networks that share a backbone: what it makes of a committed input is the same tensor', async () => {
    const other: IntegerNetwork = {
      ...network,
      layers: [
        ...layersFrom(0, ACTIVATION),
        {
          kind: 'affine',
          name: 'head',
          input: ACTIVATION,
          multipliers: Int32Array.of(1, 2, 3, 4, 5),
          biases: Int32Array.of(5, 4, 3, 2, 1),
        },
      ],
      outputs: [{ tensor: ACTIVATION + 1, scale: 1 }],
    };
    const [one, two] = [await registered(network), await registered(other)];
    const signals: PublicSignals[] = [];
    for (const { provingKey, verifyingKey } of [one, two]) {
      const { proof, publicSignals } = await proveBatch(provingKey, input, { commit: [0, ACTIVATION] });
      expect(outcome(verify(verifyingKey, publicSignals, proof))).toBe('believed');
      signals.push(publicSignals);
    }
    for (const tensor of [0, ACTIVATION]) expect(rootOf(signals[0], tensor)).toEqual(rootOf(signals[1], tensor));
  });

  it('a network in two halves: the tensor that one gives out is the input of the other', async () => {
    const { shape, interval } =
      compile(network).verifyingKey.graph.tensors[compile(network).verifyingKey.graph.places[ACTIVATION]];
    const first: IntegerNetwork = {
      ...network,
      layers: layersFrom(0, ACTIVATION),
      outputs: [{ tensor: ACTIVATION, scale: 1 }],
    };
    const second: IntegerNetwork = {
      ...network,
      input: { ...network.input, shape, ...interval },
      layers: layersFrom(ACTIVATION, LAST),
      outputs: [{ tensor: LAST - ACTIVATION, scale: 1 }],
    };
    const [one, two] = [await registered(first), compile(second)];
    const half = await proveBatch(one.provingKey, input, { commit: [0, ACTIVATION] });
    const rest = await proveBatch(two.provingKey, Int32Array.from(tensorValues(network, input, ACTIVATION)), {
      commit: [0],
    });
    expect(verify(one.verifyingKey, half.publicSignals, half.proof).ok).toBe(true);
    expect(verify(two.verifyingKey, rest.publicSignals, rest.proof).ok).toBe(true);
    expect(rootOf(half.publicSignals, ACTIVATION)).toEqual(rootOf(rest.publicSignals, 0));
    expect([...rest.publicSignals.output]).toEqual(tensorValues(network, input, LAST));
  });

  it('an inference that shows its output and one that commits to it', async () => {
    const { provingKey, verifyingKey } = await registered(network);
    const shown = await proveBatch(provingKey, input, { commit: [0] });
    const hidden = await proveBatch(provingKey, input, { commit: [0, LAST] });
    for (const { proof, publicSignals } of [shown, hidden]) {
      expect(outcome(verify(verifyingKey, publicSignals, proof))).toBe('believed');
    }
    expect(rootOf(shown.publicSignals, 0)).toEqual(rootOf(hidden.publicSignals, 0));
    expect(rootOf(hidden.publicSignals, LAST)).toEqual(commitBatch([3], shown.publicSignals.output));
  });
});
