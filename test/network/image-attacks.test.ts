// Forgeries that networks of images invite: windows, pools, channels, branches and batches that are not the network's.
// Each prover runs another computation than the key's from some point on, honestly, and proves it under the key.

import { describe, expect, it } from 'vitest';
import { koalaBear } from '../../src/field/index.ts';
import { countMultiplicities } from '../../src/lookup/index.ts';
import {
  compile,
  type IntegerNetwork,
  type NetworkVerdict,
  type Plan,
  verify,
  type Window,
} from '../../src/network/index.ts';
import { quotient } from '../../src/network/model/requantisation.ts';
import { lookedUpColumns, makeWitness, type Witness } from '../../src/network/proof/witness.ts';
import type { AxisMap } from '../../src/network/relations/axis-map.ts';
import type { RelationNode, RequantiseNode } from '../../src/network/relations/nodes.ts';
import { limbValues } from '../../src/network/relations/requantise/tables.ts';
import { paddedPlaces, padTensors } from '../../src/poly/cube.ts';
import { ternaryFromDense } from '../../src/sparse/index.ts';
import { runCubes } from '../../src/testing/network/cubes.ts';
import { proofOfWitness } from '../../src/testing/network/forged-proofs.ts';
import { seeded } from '../support/fields.ts';
import { proveBatch } from '../support/networks.ts';

const random = seeded(21);
const signs = (rows: number, columns: number) =>
  ternaryFromDense(
    Array.from({ length: rows * columns }, () => random(3) - 1),
    rows,
    columns,
  );
const window = (kernel: number, stride: number, padding: number): Window => ({
  kernel: [kernel, kernel],
  strides: [stride, stride],
  dilations: [1, 1],
  padding: [padding, padding, padding, padding],
});
const BATCH = 2;
/** Convolution, activation, pool, a residual block, and a linear layer over what is left. */
const network: IntegerNetwork = {
  name: 'images',
  input: { shape: [2, 6, 5], min: 0, max: 15, scale: 1, mean: 0 },
  layers: [
    { kind: 'convolution', name: 'first', input: 0, weights: signs(3, 18), window: window(3, 1, 1) },
    { kind: 'requantise', name: 'activation', input: 1, shift: 2, activation: 'relu', min: 0, max: 15 },
    { kind: 'max-pool', name: 'pool', input: 2, window: window(2, 2, 0) },
    { kind: 'convolution', name: 'second', input: 3, weights: signs(3, 27), window: window(3, 1, 1) },
    { kind: 'add', name: 'sum', inputs: [4, 3], multipliers: Int32Array.of(1, 3) },
    { kind: 'requantise', name: 'after', input: 5, shift: 2, activation: 'relu', min: 0, max: 15 },
    { kind: 'flatten', name: 'flatten', input: 6 },
    { kind: 'linear', name: 'last', input: 7, weights: signs(4, 18) },
  ],
  outputs: [{ tensor: 8, scale: 1 }],
};
const { provingKey, verifyingKey } = compile(network);
const plan = provingKey.plan(BATCH);
const input = Int32Array.from({ length: BATCH * 60 }, () => random(16));
const cube = padTensors(network.input.shape, BATCH, input);

const indexOf = (name: string): number => {
  const index = plan.graph.nodes.findIndex((node) => node.name === name);
  if (index < 0) throw new Error(`no node ${name} among ${plan.graph.nodes.map((node) => node.name).join(', ')}`);
  return index;
};

/** The plan with one node changed; sizes stay. */
function planWith(name: string, change: (node: RelationNode) => object): Plan {
  const index = indexOf(name);
  const nodes = plan.graph.nodes.map((node, k) =>
    k === index ? ({ ...node, ...change(node) } as RelationNode) : node,
  );
  return { ...plan, graph: { ...plan.graph, nodes } };
}

/** The witness of a plan's relations on this input, with lies in tensors and then in columns; all that follows fits. */
function witnessOf(
  own: Plan,
  lie: (tensor: number, cube: Int32Array) => void = () => undefined,
  from: Int32Array = cube,
): Witness & { columns: Int32Array[] } {
  const honest = makeWitness(plan, input);
  const cubes = runCubes(own, from, lie);
  const tensors = cubes.map((values, tensor) =>
    honest.tensors[tensor].length === 0 ? honest.tensors[tensor] : values,
  );
  const columns: Int32Array[] = honest.columns.map((column) => column.slice());
  for (const { node: index, limbs, quotient: place, limbColumns, output } of own.lookups?.requantised ?? []) {
    const node = own.graph.nodes[index] as RequantiseNode;
    columns[output] = tensors[index + 1];
    if (place === undefined) continue;
    columns[place] = tensors[node.input].map((z) => quotient(node, z));
    const remainders = tensors[node.input].map((z, k) => z - columns[place][k] * 2 ** node.shift);
    for (const [j, limb] of limbs.entries()) columns[limbColumns[j]] = limbValues(limb, remainders);
  }
  count(own, tensors, columns);
  const last = cubes[cubes.length - 1];
  const { shape, variables } = own.graph.tensors[cubes.length - 1];
  const places = paddedPlaces(shape);
  const output = Int32Array.from({ length: BATCH * places.length }, (_, k) => {
    return last[Math.floor(k / places.length) * 2 ** variables + places[k % places.length]];
  });
  return { publicSignals: { input, output }, tensors, columns };
}

/** Multiplicities that fit, where any do. */
function count(own: Plan, tensors: readonly Int32Array[], columns: Int32Array[]): void {
  if (own.lookups === undefined) return;
  try {
    const counts = countMultiplicities(own.lookups.shape, lookedUpColumns(own, own.lookups, { tensors, columns }));
    for (const [table, column] of own.lookups.multiplicities.entries()) columns[column] = counts[table];
  } catch {
    // a value outside of its table: the honest ones stay
  }
}

async function verdictOf(own: Plan, witness: Witness): Promise<string> {
  const key = {
    ...provingKey,
    describe: () => provingKey.describe(plan),
    commitment: () => provingKey.commitment(plan),
  };
  const proof = await proofOfWitness(key, own, witness, { workspaceOf: provingKey });
  const verdict: NetworkVerdict = verify(verifyingKey, witness.publicSignals, proof);
  return verdict.ok ? 'believed' : `${verdict.code} at ${verdict.where}`;
}

const everywhere = /^(sumcheck|claim|lookup-root|opening) at /;

describe('a network of images', () => {
  it('is believed when nothing is forged: the forger of these tests proves what is true', async () => {
    const honest = await proveBatch(provingKey, input);
    const witness = witnessOf(plan);
    expect(witness.publicSignals.output).toEqual(honest.publicSignals.output);
    expect(await verdictOf(plan, witness)).toBe('believed');
  });

  it('a wrong maximum: the lesser of two neighbours, and the greater plus one', async () => {
    for (const change of [-1, 1]) {
      const excess = indexOf('pool columns 1 excess') + 1;
      const witness = witnessOf(plan, (tensor, values) => {
        if (tensor !== excess) return;
        const at = values.findIndex((value) => value > 0);
        values[at] = change < 0 ? 0 : values[at] + 1;
      });
      expect(await verdictOf(plan, witness)).toBe('lookup-root at lookup');
    }
  });

  it('a difference of other neighbours, with the maximum that belongs to it', async () => {
    const own = planWith('pool columns 1 difference', (node) => {
      const { columns } = node as { columns: AxisMap } & RelationNode;
      const entries = columns.entries.map((entry) => (entry.p === 1 ? { ...entry, q: entry.q - 1 } : entry));
      return { columns: { ...columns, entries } };
    });
    expect(await verdictOf(own, witnessOf(own))).toMatch(/^sumcheck at layers .*pool columns 1 difference/);
  });

  it('a shifted window', async () => {
    for (const axis of ['rows', 'columns'] as const) {
      const own = planWith('second windows', (node) => {
        const map = (node as unknown as Record<string, AxisMap>)[axis];
        const entries = map.entries.flatMap((entry) => (entry.q > 0 ? [{ ...entry, q: entry.q - 1 }] : []));
        return { [axis]: { ...map, entries } };
      });
      expect(await verdictOf(own, witnessOf(own))).toMatch(/^sumcheck at layers .*second windows/);
    }
  });

  it('a window that reads beyond the image: the other side, or the next row', async () => {
    const own = planWith('first windows', (node) => {
      const { columns } = node as { columns: AxisMap } & RelationNode;
      const beyond = { k: 2, p: columns.places - 1, q: 0, weight: 1 };
      return { columns: { ...columns, entries: [...columns.entries, beyond] } };
    });
    expect(await verdictOf(own, witnessOf(own))).toMatch(/^sumcheck at layers .*first windows/);
  });

  it('a swapped channel', async () => {
    // the first and the second input channel exchanged before the second convolution
    const own = planWith('second windows', (node) => node);
    const pooled = plan.graph.nodes[indexOf('second windows')] as { input: number };
    const swapped = witnessOf(own, (tensor, values) => {
      if (tensor !== pooled.input) return;
      const { axes } = plan.graph.tensors[tensor];
      const image = 2 ** (axes[1] + axes[2]);
      const first = values.slice(0, image);
      values.copyWithin(0, image, 2 * image);
      values.set(first, image);
    });
    expect(await verdictOf(own, swapped)).toMatch(everywhere);
  });

  it('a residual branch taken twice, or another number of times', async () => {
    for (const change of [{ inputs: [0, 0] }, { multipliers: [1, 4] }, { multipliers: [2, 3] }]) {
      const own = planWith('sum', (node) => {
        const { inputs } = node as { inputs: readonly number[] } & RelationNode;
        return 'inputs' in change ? { inputs: [inputs[1], inputs[1]] } : change;
      });
      expect(await verdictOf(own, witnessOf(own))).toMatch(everywhere);
    }
  });

  it('a requantisation that rounds the other way', async () => {
    const own = witnessOf(plan);
    const [requantised] = plan.lookups?.requantised ?? [];
    own.columns[requantised.quotient as number][3] += 1;
    own.columns[requantised.limbColumns[0]][3] -= 4;
    count(plan, own.tensors, own.columns);
    expect(await verdictOf(plan, own)).toBe('lookup-root at lookup');
  });

  it('a second decomposition of z by wrap-around', async () => {
    const own = witnessOf(plan);
    const [requantised] = plan.lookups?.requantised ?? [];
    const p = Number(koalaBear.characteristic);
    const [quotients, remainders] = [requantised.quotient as number, requantised.limbColumns[0]].map(
      (k) => own.columns[k],
    );
    const z = 4 * quotients[5] + remainders[5];
    remainders[5] = ((((z + p) % 4) + 6) % 4) - 2;
    quotients[5] = (z + p - remainders[5]) / 4;
    count(plan, own.tensors, own.columns);
    expect(await verdictOf(plan, own)).toBe('lookup-root at lookup');
  });

  it('padding that is not zero: of rows, of columns, of channels, of flattened images', async () => {
    // [3, 6, 5] lies on a cube of [4, 8, 8]
    for (const place of [6 * 8, 5, 3 * 64]) {
      for (const name of ['activation', 'first']) {
        const tensor = indexOf(name) + 1;
        const witness = witnessOf(plan, (index, values) => {
          if (index === tensor) values[place] += name === 'first' ? 4 : 1;
        });
        expect(await verdictOf(plan, witness)).toMatch(everywhere);
      }
    }
  });

  it('an element of the batch replaced by another, exchanged, or run on another input', async () => {
    const half = cube.length / 2;
    const repeated = cube.slice();
    repeated.copyWithin(half, 0, half);
    const exchanged = Int32Array.from([...cube.subarray(half), ...cube.subarray(0, half)]);
    const other = cube.map((value, k) => (k === half + 9 ? (value + 1) % 16 : value));
    for (const from of [repeated, exchanged, other]) {
      expect(await verdictOf(plan, witnessOf(plan, undefined, from))).toBe('claim at input');
    }
  });
});
