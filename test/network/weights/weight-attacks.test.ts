// Forgeries about committed weights, one test each. Each prover goes on from its lie as an honest one would, so that each
// test names the one check that is there to stop it.

import { describe, expect, it } from 'vitest';
import type { Vector } from '../../../src/field/engine.ts';
import { koalaBear } from '../../../src/field/index.ts';
import type { KoalaElement } from '../../../src/field/koalabear.ts';
import { decodeKey, encodeKey } from '../../../src/network/files/key.ts';
import {
  compile,
  type IntegerNetwork,
  type Layer,
  type NetworkVerdict,
  openRegistered,
  type ProvingKey,
  readKey,
  verify,
} from '../../../src/network/index.ts';
import { boundsOf } from '../../../src/network/model/bounds.ts';
import { makeWitness } from '../../../src/network/proof/witness.ts';
import { type PreparedWeights, prepareWeights } from '../../../src/network/run/prepared-weights.ts';
import { type Workspace, withWorkspace } from '../../../src/network/run/workspace.ts';
import type { WeightLayout } from '../../../src/network/weights/layout.ts';
import { ternaryFromDense } from '../../../src/sparse/ternary-matrix.ts';
import { forEachNonzero, integerFromDense, type WeightMatrix } from '../../../src/sparse/weight-matrix.ts';
import { type Forging, proveForged } from '../../../src/testing/network/forged-proofs.ts';
import type { ProverChannel } from '../../../src/transcript/index.ts';
import { inputsOf, proveBatch } from '../../support/networks.ts';
import { verifyModelFile } from '../../support/registered.ts';
import { outcome, registered } from './support.ts';

// 0 flatten, 1 linear, 2 affine, 3 requantise, 4 linear, 5 affine with one multiplier, 6 requantise, 7 linear of 8 bits
const TERNARY = [
  [1, 0, -1, 1, 0, 1, -1, 0],
  [0, 1, 1, 0, -1, 0, 0, 1],
  [1, 1, 0, -1, 0, -1, 1, 0],
  [-1, 0, 1, 0, 1, 1, 0, 0],
  [0, 0, 1, 1, 0, 0, -1, 1],
  [1, -1, 0, 0, 1, 0, 1, 0],
  [0, 1, 0, 1, -1, 1, 0, 0],
  [1, 0, 0, -1, 1, 0, 0, 1],
];
const BYTES = [
  [100, -7, 0, 3, 55, 0, -128, 1],
  [0, 12, -9, 127, 0, 4, 8, -1],
];
const ternary = (rows: readonly (readonly number[])[]): WeightMatrix => ternaryFromDense(rows.flat(), rows.length, 8);
const bytes = (rows: readonly (readonly number[])[]): WeightMatrix => integerFromDense(rows.flat(), rows.length, 8);
const requantise = { kind: 'requantise', activation: 'relu', shift: 2, min: 0, max: 15 } as const;

function networkOf(changes: Readonly<Record<number, object>> = {}): IntegerNetwork {
  const layers: Layer[] = [
    { kind: 'flatten', name: 'flatten', input: 0 },
    { kind: 'linear', name: 'one', input: 1, weights: ternary(TERNARY) },
    {
      kind: 'affine',
      name: 'scale',
      input: 2,
      multipliers: Int32Array.of(1, 2, 3, 4, -1, -2, 2, 1),
      biases: Int32Array.of(9, 8, 7, 6, 5, -4, 3, 30),
    },
    { ...requantise, name: 'first', input: 3 },
    { kind: 'linear', name: 'two', input: 4, weights: ternary([...TERNARY].reverse()) },
    {
      kind: 'affine',
      name: 'shift',
      input: 5,
      multipliers: new Int32Array(8).fill(3),
      biases: Int32Array.of(3, 1, 4, 1, 5, 9, 2, 6),
    },
    { ...requantise, name: 'second', input: 6 },
    { kind: 'linear', name: 'last', input: 7, weights: bytes(BYTES) },
  ];
  return {
    name: 'attacked',
    input: { shape: [8], min: 0, max: 15, scale: 1, mean: 0 },
    layers: layers.map((layer, k) => ({ ...layer, ...changes[k] }) as Layer),
    outputs: [{ tensor: layers.length, scale: 1 }],
  };
}

/** With two entries of a list exchanged. */
const swap = <T>(list: readonly T[], i: number, j: number): T[] =>
  list.map((_, k) => list[k === i ? j : k === j ? i : k]);
const swapIn = (values: Int32Array, i: number, j: number): Int32Array => Int32Array.from(swap([...values], i, j));

const network = networkOf();
const model = await registered(network);
const { provingKey, verifyingKey, keyFile, registration } = model;
const input = inputsOf(network, 1);
const honest = await proveBatch(provingKey, input);
const plan = provingKey.plan(1);
const levels = provingKey.commitment(plan)?.levels.length ?? 0;
/** Where an opening whose message is not the one that was claimed fails. */
const NEXT = levels > 1 ? 'sumcheck at commitment/level 1' : 'opening at commitment/level 0/row';

/** Networks of the same bounds as the registered one, with one thing changed. */
const { multipliers } = network.layers[2] as Extract<Layer, { kind: 'affine' }>;
const { biases } = network.layers[2] as Extract<Layer, { kind: 'affine' }>;
const shiftBiases = (network.layers[5] as Extract<Layer, { kind: 'affine' }>).biases;
const SWAPPED: readonly [string, IntegerNetwork][] = [
  ['two weights of a row', networkOf({ 1: { weights: ternary([swap(TERNARY[0], 0, 2), ...TERNARY.slice(1)]) } })],
  ['two rows', networkOf({ 4: { weights: ternary(swap([...TERNARY].reverse(), 1, 5)) } })],
  ['two weights of 8 bits', networkOf({ 7: { weights: bytes([swap(BYTES[0], 0, 1), BYTES[1]]) } })],
  ['two multipliers', networkOf({ 2: { multipliers: swapIn(multipliers, 0, 1) } })],
  ['two biases', networkOf({ 2: { biases: swapIn(biases, 0, 7) } })],
  ['two biases beside a public multiplier', networkOf({ 5: { biases: swapIn(shiftBiases, 0, 1) } })],
];

async function verdictOf(
  forging: Forging<KoalaElement>,
  key: ProvingKey = provingKey,
  batch = 1,
): Promise<NetworkVerdict> {
  const own = key.plan(batch);
  const witness = makeWitness(own, inputsOf(network, batch));
  const { proof, publicSignals } = await proveForged(key, own, witness, forging);
  return verify(verifyingKey, publicSignals, proof);
}

/** The registered weights as they lie in an engine, changed. */
const withWeights =
  (change: (weights: PreparedWeights, workspace: Workspace<KoalaElement>) => PreparedWeights) =>
  (workspace: Workspace<KoalaElement>): Workspace<KoalaElement> => {
    const { weights } = workspace;
    if (weights === undefined) throw new Error('the weights are committed');
    return { ...workspace, weights: change(weights, workspace) };
  };

describe('weights swapped after registration', () => {
  it('an honest proof is believed, by the forgers of these tests too', async () => {
    expect(outcome(verify(verifyingKey, honest.publicSignals, honest.proof))).toBe('believed');
    expect(outcome(await verdictOf({}))).toBe('believed');
    expect(levels).toBeGreaterThan(0);
  });

  it.each(SWAPPED)('%s: proven honestly, with another commitment', async (_case, swapped) => {
    expect(boundsOf(swapped)).toEqual(boundsOf(network));
    const key = openRegistered(swapped, readKey(keyFile));
    expect(key.digest).toEqual(provingKey.digest);
    const { proof, publicSignals } = await proveBatch(key, input);
    expect(outcome(verify(verifyingKey, publicSignals, proof))).toBe('merkle at commitment/level 0/matrix 0/paths');
  });

  it.each(SWAPPED)('%s: run, and the registered ones are opened', async (_case, swapped) => {
    const key = openRegistered(swapped, readKey(keyFile));
    const verdict = await withWorkspace(provingKey, {}, (kept) => verdictOf({ workspace: () => kept }, key));
    expect(outcome(verdict)).toBe('sumcheck at weights/squares');
  });

  it('other weights than the key has room for are not opened', () => {
    const heavier = networkOf({ 1: { weights: ternary([[1, 1, 1, 1, 1, 1, 1, 1], ...TERNARY.slice(1)]) } });
    expect(() => openRegistered(heavier, readKey(keyFile))).toThrow('the verifying key is of another model');
    const taller = networkOf({ 2: { biases: biases.map((bias) => 100 * bias) } });
    expect(() => openRegistered(taller, readKey(keyFile))).toThrow('the verifying key is of another model');
  });

  it('another output than the registered weights give', async () => {
    const { publicSignals, ...rest } = makeWitness(plan, input);
    publicSignals.output[1] += 1;
    const { proof } = await proveForged(provingKey, plan, { ...rest, publicSignals });
    expect(outcome(verify(verifyingKey, publicSignals, proof))).toBe('sumcheck at layers scale, two, last');
  });
});

describe('keys', () => {
  it('a key of another model', async () => {
    const [, other] = SWAPPED[0];
    const { verifyingKey: key, keyFile: file } = await registered(other);
    expect(outcome(verify(key, honest.publicSignals, honest.proof))).toBe('sumcheck at lookup/layer 1');
    expect(() => readKey(file, { registration })).toThrow('its registration does not prove it');
    expect(outcome(verifyModelFile(file, registration))).not.toBe('believed');
  });

  it('the key of the same network with public weights, and the other way round', async () => {
    const keys = compile(network);
    expect(outcome(verify(keys.verifyingKey, honest.publicSignals, honest.proof))).toMatch(/^(sumcheck|truncated) at /);
    const open = await proveBatch(keys.provingKey, input);
    expect(outcome(verify(verifyingKey, open.publicSignals, open.proof))).toMatch(/^(sumcheck|truncated) at /);
  });

  it('a key whose registration was never proven is said to be unchecked', async () => {
    // weights of 2 under a key that says that they are ternary: its author can prove what he likes about them
    const file = decodeKey(keyFile);
    const bounds = file.bounds.map((own) => (own?.kind === 'matrix' ? { ...own, plus: own.plus + 9 } : own));
    const made = encodeKey({ ...file, bounds });
    expect(() => readKey(made, { registration })).toThrow('its registration does not prove it');
    expect(outcome(verifyModelFile(made, registration))).toMatch(/^(sumcheck|lookup-root) at /);
    expect(readKey(made).weightStatus).toBe('unchecked');
    const verdict = verify(readKey(keyFile), honest.publicSignals, honest.proof);
    expect(verdict).toMatchObject({ ok: true, weights: 'unchecked' });
  });

  it('a key with a smaller bound than a row has: its registration is not that of the row', () => {
    const file = decodeKey(keyFile);
    const bounds = file.bounds.map((own) => (own?.kind === 'matrix' ? { ...own, minus: own.minus - 1 } : own));
    expect(outcome(verifyModelFile(encodeKey({ ...file, bounds }), registration))).not.toBe('believed');
  });

  it('a key with the root of another model', async () => {
    const [, other] = SWAPPED[1];
    const { keyFile: otherFile } = await registered(other);
    const made = encodeKey({ ...decodeKey(keyFile), root: decodeKey(otherFile).root });
    expect(made).toEqual(otherFile);
    expect(outcome(verify(readKey(made), honest.publicSignals, honest.proof))).toBe('sumcheck at lookup/layer 1');
  });
});

describe('values that are sent', () => {
  const { add, mul, sub, inv, one } = koalaBear;
  const two = add(one, one);
  /** The run that scale, two and last share: what it sends are ã, m̃, b̃; ũ, W̃; ũ, W̃. */
  const SHARED = 7;

  /** Lies in the factors of that run. */
  const lieInFactors =
    (lie: (values: KoalaElement[], batch: KoalaElement) => void) =>
    (channel: ProverChannel<KoalaElement>): ProverChannel<KoalaElement> => {
      let batch = one;
      return {
        ...channel,
        draw: (label) => {
          const drawn = channel.draw(label);
          if (label === 'batch') batch = drawn;
          return drawn;
        },
        send: (label, values) => {
          const sent = [...values];
          if (label === 'factors' && values.length === SHARED) lie(sent, batch);
          channel.send(label, sent);
        },
      };
    };

  it('any of them alone', async () => {
    for (let k = 0; k < SHARED; k++) {
      const wrap = lieInFactors((values) => {
        values[k] = add(values[k], one);
      });
      expect(outcome(await verdictOf({ wrap }))).toBe('sumcheck at layers scale, two, last');
    }
  });

  it('a weight W̃ of one layer that another layer balances', async () => {
    const wrap = lieInFactors((values, batch) => {
      const [u, w, v, x] = values.slice(3);
      // λ·u·W + λ²·v·X stays what it is
      values[4] = add(w, one);
      values[6] = sub(x, mul(u, inv(mul(batch, v))));
    });
    expect(outcome(await verdictOf({ wrap }))).toBe('sumcheck at weights/squares');
  });

  it('a weight W̃ that its own input balances', async () => {
    const wrap = lieInFactors((values) => {
      values[3] = mul(values[3], two);
      values[4] = mul(values[4], inv(two));
    });
    expect(outcome(await verdictOf({ wrap }))).toBe('sumcheck at weights/squares');
  });

  it('a multiplier m̃ that a bias b̃ balances', async () => {
    const wrap = lieInFactors((values) => {
      const [a, m, b] = values;
      values[1] = add(m, one);
      values[2] = sub(b, a);
    });
    expect(outcome(await verdictOf({ wrap }))).toBe('sumcheck at weights/squares');
  });

  it('a bias b̃ beside a public multiplier: the claim on what is scaled takes it up', async () => {
    const wrap = (channel: ProverChannel<KoalaElement>): ProverChannel<KoalaElement> => ({
      ...channel,
      send: (label, values) => channel.send(label, label === 'terms' ? values.map((value) => add(value, one)) : values),
    });
    expect(outcome(await verdictOf({ wrap }))).toMatch(/^sumcheck at layers .*two/);
  });
});

describe('the opening of committed weights', () => {
  /** Rows combined by other weights than those of the claim. */
  const combinedBy = (change: (values: KoalaElement[]) => KoalaElement[]): Forging<KoalaElement> => ({
    workspace: withWeights(({ matrix, ...rest }, { engine }) => ({
      ...rest,
      matrix: {
        ...matrix,
        combineRows: (by: Vector) => matrix.combineRows(engine.fromElements(change(engine.toElements(by)))),
      },
    })),
  });

  it('a linear form exchanged: of other rows, of no rows, of one row more', async () => {
    for (const change of [
      (values: KoalaElement[]) => [...values.slice(1), values[0]],
      (values: KoalaElement[]) => values.map(() => koalaBear.zero),
      (values: KoalaElement[]) => values.map((value, k) => (k === 0 ? koalaBear.add(value, koalaBear.one) : value)),
    ]) {
      expect(outcome(await verdictOf(combinedBy(change)))).toBe(NEXT);
    }
  });

  it('columns of other positions, and paths of others', async () => {
    const shifted = (positions: readonly number[]): number[] => positions.map((_, k) => k);
    for (const changed of ['columns', 'paths'] as const) {
      const workspace = withWeights(({ matrix, ...rest }) => ({
        ...rest,
        matrix: { ...matrix, [changed]: (positions: readonly number[]) => matrix[changed](shifted(positions)) },
      }));
      expect(outcome(await verdictOf({ workspace }))).toMatch(
        /^(merkle|truncated|non-canonical|sumcheck) at commitment\/level/,
      );
    }
  });

  it('a column with one value changed', async () => {
    const workspace = withWeights(({ matrix, ...rest }) => ({
      ...rest,
      matrix: {
        ...matrix,
        columns: (positions: readonly number[]) => {
          const columns = matrix.columns(positions);
          columns[0] ^= 1;
          return columns;
        },
      },
    }));
    expect(outcome(await verdictOf({ workspace }))).toBe('merkle at commitment/level 0/matrix 0/paths');
  });

  it('two layers’ blocks exchanged: of ternary weights, of multipliers and biases, of both signs', async () => {
    const exchanged = (change: (layout: WeightLayout) => WeightLayout): Forging<KoalaElement> => ({
      workspace: withWeights(({ vectors, ...rest }) => ({
        ...rest,
        vectors: { ...vectors, layout: change(vectors.layout) },
      })),
    });
    const { squares, dense } = provingKey.weights?.layout ?? { squares: [], dense: undefined };
    expect(squares).toHaveLength(2);
    expect(dense?.blocks).toHaveLength(5);
    expect(outcome(await verdictOf(exchanged((own) => ({ ...own, squares: swap(own.squares, 0, 1) }))))).toBe(
      'sumcheck at weights/squares',
    );
    const pairs = dense?.blocks.flatMap(({ role }, i) =>
      dense.blocks.flatMap((other, j) => {
        const isAlike = dense.packing.blocks[i].variables === dense.packing.blocks[j].variables;
        return j > i && isAlike && role !== other.role ? [[i, j]] : [];
      }),
    );
    expect(pairs?.length).toBeGreaterThan(1);
    for (const [i, j] of pairs ?? []) {
      const change = (own: WeightLayout): WeightLayout =>
        own.dense === undefined ? own : { ...own, dense: { ...own.dense, blocks: swap(own.dense.blocks, i, j) } };
      expect(outcome(await verdictOf(exchanged(change)))).toBe('sumcheck at weights/squares');
    }
  });

  it('two layers’ matrices exchanged in the commitment', async () => {
    // what the author of a key could register is another model, of another root
    const other = networkOf({ 1: { weights: ternary([...TERNARY].reverse()) }, 4: { weights: ternary(TERNARY) } });
    const key = openRegistered(other, readKey(keyFile));
    expect(nonzeros(key)).toEqual(nonzeros(provingKey));
    const verdict = await withWorkspace(key, {}, (kept) => verdictOf({ workspace: () => kept }));
    expect(outcome(verdict)).toBe('sumcheck at weights/squares');
    const { weights } = key;
    if (weights === undefined) throw new Error('the weights are committed');
    const workspace = withWeights((own, { engine, hasher }) => {
      return { ...own, matrix: prepareWeights(engine, hasher, key.graph, weights).matrix };
    });
    const whole = await verdictOf({ workspace });
    expect(outcome(whole)).toBe('merkle at commitment/level 0/matrix 0/paths');
  });
});

/** Of all matrices. */
function nonzeros({ graph }: ProvingKey): number {
  return graph.nodes.reduce((sum, node) => {
    let own = 0;
    if (node.kind === 'matrix') forEachNonzero(node.weights, () => own++);
    return sum + own;
  }, 0);
}
