// What both sides derive from a network and a batch size before any proof: tensors with bounds, committed
// columns, lookups, and whether the statement can be proven at all. Nothing here comes from a prover.
//
// Overflow rule. z = q·2^shift + ρ is checked modulo p, so it must have one solution over the integers
// among all (q, ρ) that the tables admit: max|z| + 2^shift·(max|q| over the padded table + 1) < p.

import { InputError, UsageError } from '../errors.ts';
import { type LookupShape, lookupShape } from '../lookup/protocol.ts';
import { type Packing, pack } from '../poly/packing.ts';
import { logCeil } from '../poly/point.ts';
import { inputLength } from './evaluate.ts';
import { rulesOf } from './layers/registry.ts';
import { type Limb, largestRow, limbsOf, requantiseTables } from './layers/requantise/tables.ts';
import { hull, type Interval } from './layers/rules.ts';
import type { IntegerNetwork, RequantiseLayer } from './network.ts';

/** One tensor for one input; with a batch it has batch variables in front. */
export interface TensorPlan {
  readonly length: number;
  /** log₂ of the padded length. */
  readonly variables: number;
  readonly interval: Interval;
}

/** A committed vector of 2^variables small integers. */
export interface ColumnPlan {
  readonly name: string;
  readonly variables: number;
}

/** Where one requantisation keeps its witness, as indices of columns and lookups. */
export interface RequantisePlan {
  /** Index of the layer. */
  readonly layer: number;
  readonly limbs: readonly Limb[];
  readonly quotient: number;
  readonly limbColumns: readonly number[];
  /** The column of y; undefined if y is the network's public output. */
  readonly output: number | undefined;
  /** Lookup of (q, y), then those of the limbs. */
  readonly lookups: readonly number[];
}

/** The part of a plan that exists only if something is requantised. */
export interface LookupPlan {
  readonly shape: LookupShape;
  readonly requantised: readonly RequantisePlan[];
  /** The column of a committed tensor. */
  readonly columnOfTensor: ReadonlyMap<number, number>;
  /** Columns of the tables' multiplicities. */
  readonly multiplicities: readonly number[];
  readonly columns: readonly ColumnPlan[];
  /** All columns in one vector: what is committed. */
  readonly packing: Packing;
}

/** Everything that both sides know of a proof's shape. */
export interface Plan {
  readonly network: IntegerNetwork;
  readonly batch: number;
  readonly batchVariables: number;
  /** Tensor 0 is the input, tensor i + 1 layer i's output. */
  readonly tensors: readonly TensorPlan[];
  readonly lookups: LookupPlan | undefined;
}

/**
 * Plans a proof about `batch` inputs over a field of characteristic p.
 *
 * @throws InputError that names the layer that is malformed or breaks the overflow rule
 */
export function planNetwork(network: IntegerNetwork, batch: number, characteristic: bigint): Plan {
  try {
    return makePlan(network, batch, characteristic);
  } catch (error) {
    // too many rows or values for the protocols underneath: a matter of the network, here
    if (error instanceof UsageError) throw new InputError(`network ${network.name}: ${error.message}`);
    throw error;
  }
}

function makePlan(network: IntegerNetwork, batch: number, characteristic: bigint): Plan {
  const tensors = planTensors(network);
  checkValues(network, tensors, characteristic);
  const batchVariables = logCeil(batch);
  const requantised = network.layers.flatMap((layer, index) =>
    layer.kind === 'requantise' ? [{ layer, index, input: tensors[layer.input].interval }] : [],
  );
  const lookups = requantised.length === 0 ? undefined : planLookups(network, tensors, batchVariables, requantised);
  if (lookups !== undefined) checkDecompositions(network, tensors, lookups, characteristic);
  return { network, batch, batchVariables, tensors, lookups };
}

function planTensors(network: IntegerNetwork): TensorPlan[] {
  const { min, max } = network.input;
  if (network.layers.length === 0) throw new InputError(`network ${network.name} has no layers`);
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max) {
    throw new InputError(`network ${network.name}: the input range [${min}, ${max}] is not one of integers`);
  }
  const tensor = (length: number, interval: Interval): TensorPlan => ({
    length,
    variables: logCeil(length),
    interval,
  });
  const tensors = [tensor(inputLength(network), hull([min, max]))];
  network.layers.forEach((layer, index) => {
    if (!(Number.isInteger(layer.input) && layer.input >= 0 && layer.input <= index)) {
      throw new InputError(`layer ${layer.name}: it reads tensor ${layer.input}, which no earlier layer produces`);
    }
    const { length, interval } = tensors[layer.input];
    const rules = rulesOf(layer);
    tensors.push(tensor(rules.outputLength(layer, length), rules.bound(layer, interval)));
  });
  const read = new Set(network.layers.map((layer) => layer.input));
  tensors.slice(0, -1).forEach((_, index) => {
    if (!read.has(index)) {
      const name = index === 0 ? 'the input' : `layer ${network.layers[index - 1].name}`;
      throw new InputError(`network ${network.name}: nothing reads what ${name} produces`);
    }
  });
  return tensors;
}

interface Requantised {
  readonly layer: RequantiseLayer;
  readonly index: number;
  readonly input: Interval;
}

function planLookups(
  network: IntegerNetwork,
  tensors: readonly TensorPlan[],
  batchVariables: number,
  requantised: readonly Requantised[],
): LookupPlan {
  const { tables, uses } = requantiseTables(requantised);
  const columns: ColumnPlan[] = [];
  const lookups: { table: number; variables: number }[] = [];
  const plans = requantised.map(({ layer, index }, k): RequantisePlan => {
    const variables = batchVariables + tensors[index + 1].variables;
    const column = (name: string): number => columns.push({ name: `${layer.name}/${name}`, variables }) - 1;
    const lookup = (table: number): number => lookups.push({ table, variables }) - 1;
    const limbs = limbsOf(layer.shift);
    return {
      layer: index,
      limbs,
      quotient: column('quotient'),
      limbColumns: limbs.map((_, j) => column(`remainder limb ${j}`)),
      output: index === network.layers.length - 1 ? undefined : column('output'),
      lookups: [lookup(uses[k].activation), ...uses[k].limbs.map(lookup)],
    };
  });
  const multiplicities = tables.map(
    ({ name, variables }) => columns.push({ name: `multiplicities of ${name}`, variables }) - 1,
  );
  return {
    shape: lookupShape(tables, lookups),
    requantised: plans,
    columnOfTensor: new Map(plans.flatMap(({ layer, output }) => (output === undefined ? [] : [[layer + 1, output]]))),
    multiplicities,
    columns,
    packing: pack(columns.map((column) => column.variables)),
  };
}

function magnitude({ min, max }: Interval): number {
  return Math.max(-min, max);
}

function refuse(name: string, bound: number, characteristic: bigint): never {
  throw new InputError(
    `layer ${name}: its values reach ${bound}, too much for arithmetic modulo ${characteristic}; ` +
      'use smaller multipliers, biases or activations',
  );
}

/** Distinct integers within bounds must stay distinct modulo p, and fit 32 bits. */
function checkValues(network: IntegerNetwork, tensors: readonly TensorPlan[], characteristic: bigint): void {
  const limit = characteristic < 2n ** 31n ? Number((characteristic - 1n) / 2n) : 2 ** 30;
  tensors.forEach(({ interval }, index) => {
    const name = index === 0 ? 'input' : network.layers[index - 1].name;
    if (magnitude(interval) > limit) refuse(name, magnitude(interval), characteristic);
  });
}

/** The overflow rule. */
function checkDecompositions(
  network: IntegerNetwork,
  tensors: readonly TensorPlan[],
  { requantised, shape }: LookupPlan,
  characteristic: bigint,
): void {
  for (const { layer: index, lookups: rows } of requantised) {
    const layer = network.layers[index] as RequantiseLayer;
    const quotients = largestRow(shape.tables[shape.lookups[rows[0]].table]);
    const bound = magnitude(tensors[layer.input].interval) + 2 ** layer.shift * (quotients + 1);
    if (BigInt(bound) >= characteristic) refuse(layer.name, bound, characteristic);
  }
}
