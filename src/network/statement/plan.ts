// The plan that both sides derive from a network and a batch size before any proof: tensors with bounds, committed
// columns, lookups, and whether the statement can be proven. Nothing here comes from a prover.
//
// Overflow rule. z = q·2^shift + ρ is checked modulo p, so it must have one solution over the integers
// among all (q, ρ) that the tables admit: max|z| + 2^shift·(max|q| over the padded table + 1) < p.

import { InputError, UsageError } from '../../errors.ts';
import { type LookupShape, lookupShape } from '../../lookup/protocol.ts';
import { intervalTable } from '../../lookup/table.ts';
import { type Packing, pack } from '../../poly/packing.ts';
import { logCeil } from '../../poly/point.ts';
import type { LayerBounds } from '../model/bounds.ts';
import type { Interval } from '../model/interval.ts';
import type { IntegerNetwork } from '../model/network.ts';
import { expandNetwork } from '../relations/expand.ts';
import { type RelationGraph, type RequantiseNode, readBy } from '../relations/nodes.ts';
import { type Limb, largestRow, limbsOf, requantiseTables } from '../relations/requantise/tables.ts';

/** A committed vector of 2^variables small integers. */
export interface ColumnPlan {
  readonly name: string;
  readonly variables: number;
}

/** Where one requantisation keeps its witness, as indices of columns and lookups. */
export interface RequantisePlan {
  /** Index of the node. */
  readonly node: number;
  readonly limbs: readonly Limb[];
  /** The column of q; undefined with shift 0, where q is the input itself. */
  readonly quotient: number | undefined;
  readonly limbColumns: readonly number[];
  /** The column of y. */
  readonly output: number;
  /** Lookup of (q, y), then those of the limbs. */
  readonly lookups: readonly number[];
}

/** A tensor that was committed to by itself before the proof: the statement names the root. */
export interface CommittedTensor {
  /** Index of the tensor in the network. */
  readonly tensor: number;
  /** Index of the tensor in the graph. */
  readonly place: number;
  /** Variables of its cube, batch included. */
  readonly variables: number;
}

/** The part of a plan that exists only if something is requantised or an input is looked up in its range. */
export interface LookupPlan {
  readonly shape: LookupShape;
  readonly requantised: readonly RequantisePlan[];
  /** The lookup of the input in its range, where the input is committed or hidden. */
  readonly input: number | undefined;
  /** The column of a tensor that requantisation produces, and of a hidden input. */
  readonly columnOfTensor: ReadonlyMap<number, number>;
  /** Columns of the tables' multiplicities. */
  readonly multiplicities: readonly number[];
  readonly columns: readonly ColumnPlan[];
  /** All columns in one vector, which is committed. */
  readonly packing: Packing;
}

/**
 * The shape of a proof, known to both sides.
 *
 * @example
 * ```ts
 * import type { VerifyingKey } from 'ternary-gkr';
 * import type { Plan } from 'ternary-gkr/network';
 *
 * const lookupsOf = (key: VerifyingKey, batch: number): number => {
 *   const plan: Plan = key.plan(batch);
 *   return plan.lookups?.shape.lookups.length ?? 0;
 * };
 * ```
 */
export interface Plan {
  readonly network: IntegerNetwork;
  /** The network as relations; tensors are those of one input. */
  readonly graph: RelationGraph;
  readonly batch: number;
  readonly batchVariables: number;
  readonly lookups: LookupPlan | undefined;
  /** Ascending. */
  readonly committed: readonly CommittedTensor[];
}

/**
 * Returns the relations of a network over a field of characteristic p, if its integers stay distinct modulo p.
 *
 * @param bounds - of each layer with weights, where the weights are committed
 * @throws InputError that names the layer that is malformed or whose values are too large
 */
export function planGraph(
  network: IntegerNetwork,
  characteristic: bigint,
  bounds?: readonly (LayerBounds | undefined)[],
): RelationGraph {
  const { min, max } = network.input;
  if (network.layers.length === 0) throw new InputError(`network ${network.name} has no layers`);
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max) {
    throw new InputError(`network ${network.name}: the input range [${min}, ${max}] is not one of integers`);
  }
  const graph = naming(network, () => expandNetwork(network, bounds));
  checkReaders(network, graph);
  checkValues(graph, characteristic);
  return graph;
}

/**
 * Returns the plan of a proof about `batch` inputs.
 *
 * @param graph - the network's, by `planGraph`
 * @param committed - the network's tensors that were committed to before
 * @param isHidden - whether the input is a column, which nobody sees
 * @throws InputError that names the layer that breaks the overflow rule, or says that the batch is too large
 *
 * @example
 * ```ts
 * import { compile, type IntegerNetwork } from 'ternary-gkr';
 * import { planNetwork } from 'ternary-gkr/network';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const { graph, field } = compile(network).verifyingKey;
 * const plan = planNetwork(network, graph, 3, field.characteristic);
 * // three inputs in a cube of two variables
 * console.log(plan.batch, plan.batchVariables); // 3 2
 * ```
 */
export function planNetwork(
  network: IntegerNetwork,
  graph: RelationGraph,
  batch: number,
  characteristic: bigint,
  committed: readonly number[] = [],
  isHidden = false,
): Plan {
  return naming(network, () => {
    const batchVariables = logCeil(batch);
    const tensors = planCommitted(network, graph, batchVariables, committed);
    const isLookedUp = isHidden || tensors.some(({ tensor }) => tensor === 0);
    const lookups = planLookups(graph, batchVariables, isLookedUp, isHidden);
    if (lookups !== undefined) checkDecompositions(graph, lookups, characteristic);
    return { network, graph, batch, batchVariables, lookups, committed: tensors };
  });
}

/** Variables of the columns of a proof that hides, at least: a row is as long as its tail. */
const HIDDEN_VARIABLES = 9;

function planCommitted(
  { input: { min, max } }: IntegerNetwork,
  { places, tensors }: RelationGraph,
  batchVariables: number,
  committed: readonly number[],
): CommittedTensor[] {
  return committed.map((tensor, k) => {
    const isKnown = Number.isInteger(tensor) && tensor >= 0 && tensor < places.length;
    if (!isKnown) throw new UsageError(`tensor ${tensor} is committed to, but there are ${places.length}`);
    // its values and the zeros that pad them are looked up in one range
    if (tensor === 0 && (min > 0 || max < 0)) {
      throw new UsageError(
        `the input range [${min}, ${max}] does not contain 0, so that the input cannot be committed to`,
      );
    }
    if (k > 0 && committed[k - 1] >= tensor) throw new UsageError('committed tensors ascend, each of them once');
    return { tensor, place: places[tensor], variables: batchVariables + tensors[places[tensor]].variables };
  });
}

/** The number of plans that are kept; a verifier may be asked about any batch. */
const MAX_KEPT_PLANS = 16;

/** Returns the plan of this name, which is made unless it is among those that are kept. */
export function keptPlan<T>(plans: Map<string, T>, name: string, make: () => T): T {
  const known = plans.get(name);
  if (known !== undefined) return known;
  const made = make();
  if (plans.size >= MAX_KEPT_PLANS) plans.clear();
  plans.set(name, made);
  return made;
}

/** Names the network in errors about too many rows or values in the protocols underneath. */
export function naming<T>(network: IntegerNetwork, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof UsageError) throw new InputError(`network ${network.name}: ${error.message}`);
    throw error;
  }
}

/** Checks that every tensor is read or given out: any other would be committed for nothing. */
function checkReaders(network: IntegerNetwork, { nodes, tensors, outputs }: RelationGraph): void {
  const used = new Set([...nodes.flatMap(readBy), ...outputs]);
  tensors.forEach((_, tensor) => {
    if (used.has(tensor)) return;
    const name = tensor === 0 ? 'the input' : `layer ${nodes[tensor - 1].name}`;
    throw new InputError(`network ${network.name}: nothing reads what ${name} produces`);
  });
}

function planLookups(
  { nodes, tensors }: RelationGraph,
  batchVariables: number,
  withInput: boolean,
  isColumn: boolean,
): LookupPlan | undefined {
  const requantised = nodes.flatMap((node, index) =>
    node.kind === 'requantise' ? [{ layer: node, index, input: tensors[node.input].interval }] : [],
  );
  if (requantised.length === 0 && !withInput) return undefined;
  const { tables, uses } = requantiseTables(requantised);
  const columns: ColumnPlan[] = [];
  const lookups: { table: number; variables: number }[] = [];
  const ofInput = batchVariables + tensors[0].variables;
  if (isColumn) columns.push({ name: 'input', variables: ofInput });
  const plans = requantised.map(({ layer, index }, k): RequantisePlan => {
    const variables = batchVariables + tensors[index + 1].variables;
    const column = (name: string): number => columns.push({ name: `${layer.name}/${name}`, variables }) - 1;
    const lookup = (table: number): number => lookups.push({ table, variables }) - 1;
    const limbs = limbsOf(layer.shift);
    return {
      node: index,
      limbs,
      quotient: layer.shift === 0 ? undefined : column('quotient'),
      limbColumns: limbs.map((_, j) => column(`remainder limb ${j}`)),
      output: column('output'),
      lookups: [lookup(uses[k].activation), ...uses[k].limbs.map(lookup)],
    };
  });
  let input: number | undefined;
  if (withInput) {
    const { min, max } = tensors[0].interval;
    const table = tables.push(intervalTable('range of the input', min, max)) - 1;
    input = lookups.push({ table, variables: ofInput }) - 1;
  }
  const multiplicities = tables.map(
    ({ name, variables }) => columns.push({ name: `multiplicities of ${name}`, variables }) - 1,
  );
  const columnOfTensor = new Map(plans.map(({ node, output }) => [node + 1, output]));
  if (isColumn) columnOfTensor.set(0, 0);
  const packing = pack(columns.map((column) => column.variables));
  return {
    shape: lookupShape(tables, lookups),
    requantised: plans,
    input,
    columnOfTensor,
    multiplicities,
    columns,
    packing: { ...packing, variables: Math.max(isColumn ? HIDDEN_VARIABLES : 0, packing.variables) },
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

/** The most variables of a tensor. Each axis is padded by itself, so that many axes multiply its size. */
const MOST_VARIABLES = 26;

/** Checks that distinct integers within bounds stay distinct modulo p, and fit 32 bits. */
function checkValues({ nodes, tensors }: RelationGraph, characteristic: bigint): void {
  const limit = characteristic < 2n ** 31n ? Number((characteristic - 1n) / 2n) : 2 ** 30;
  tensors.forEach(({ interval, variables }, tensor) => {
    const name = tensor === 0 ? 'input' : nodes[tensor - 1].name;
    if (variables > MOST_VARIABLES) {
      throw new InputError(
        `layer ${name}: its axes are padded to 2^${variables} values, at most 2^${MOST_VARIABLES}; use fewer axes`,
      );
    }
    if (!(magnitude(interval) <= limit)) refuse(name, magnitude(interval), characteristic);
  });
}

/** Checks the overflow rule. */
function checkDecompositions(
  { nodes, tensors }: RelationGraph,
  { requantised, shape }: LookupPlan,
  characteristic: bigint,
): void {
  for (const { node: index, lookups: rows } of requantised) {
    const node = nodes[index] as RequantiseNode;
    const quotients = largestRow(shape.tables[shape.lookups[rows[0]].table]);
    const bound = magnitude(tensors[node.input].interval) + 2 ** node.shift * (quotients + 1);
    if (BigInt(bound) >= characteristic) refuse(node.name, bound, characteristic);
  }
}
