// The statement of a proof and its absorption by the transcript: the network's digest, the parameters, the input and
// the output, or commitments to them. A verifier relies only on these and on values derived from them.

import { Rejection } from '../../errors.ts';
import type { Field } from '../../field/field.ts';
import type { Claim } from '../../poly/claim.ts';
import { padTensors } from '../../poly/cube.ts';
import { type Point, suffix } from '../../poly/point.ts';
import type { Channel } from '../../transcript/channel.ts';
import type { Interval } from '../model/interval.ts';
import { sizeOf } from '../model/network.ts';
import type { GraphTensor } from '../relations/nodes.ts';
import type { CommittedTensor, Plan } from './plan.ts';
import type { PublicSignals } from './signals.ts';

/** Name and version of the protocol: the context of every transcript. */
export const PROTOCOL: Uint8Array = new TextEncoder().encode('network proof, version 3');

/** Absorbs the statement; before anything of the proof. */
export function absorbStatement(
  channel: Channel<unknown>,
  digest: Uint8Array,
  plan: Plan,
  parameters: string,
  { input, output, committed }: PublicSignals,
): void {
  channel.absorb('network', digest);
  channel.absorb('parameters', new TextEncoder().encode(`batch ${plan.batch}; ${parameters}`));
  channel.absorb('input', integerBytes(input));
  channel.absorb('output', integerBytes(output));
  for (const { tensor, root } of committed?.tensors ?? []) {
    channel.absorb('committed tensor', integerBytes(Int32Array.of(tensor)));
    channel.absorb('committed root', root);
  }
}

/** Returns the values as 32-bit little-endian bytes, two's complement. */
function integerBytes(values: Int32Array): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setInt32(4 * index, value, true);
  });
  return bytes;
}

/** A public output: its tensor in the graph, and the index at which its values begin among those of one input. */
export interface PublicOutput {
  readonly place: number;
  readonly start: number;
}

/** Returns the outputs that are not committed, and the number of their values for one input. */
export function publicOutputs({ graph, committed }: Pick<Plan, 'graph' | 'committed'>): {
  readonly outputs: readonly PublicOutput[];
  readonly length: number;
} {
  const outputs: PublicOutput[] = [];
  let length = 0;
  for (const place of graph.outputs) {
    if (committed.some((tensor) => tensor.tensor > 0 && tensor.place === place)) continue;
    outputs.push({ place, start: length });
    length += sizeOf(graph.tensors[place].shape);
  }
  return { outputs, length };
}

/** Returns one of the outputs of a batch on its cube. */
function paddedOutput(plan: Plan, { place, start }: PublicOutput, length: number, values: Int32Array): Int32Array {
  const { shape } = plan.graph.tensors[place];
  const each = sizeOf(shape);
  const own = new Int32Array(plan.batch * each);
  for (let b = 0; b < plan.batch; b++) {
    const first = b * length + start;
    own.set(values.subarray(first, first + each), b * each);
  }
  return padTensors(shape, plan.batch, own);
}

/** Returns the extension of the public input at a point of its cube. */
export function evaluateInput<E>(field: Field<E>, plan: Plan, input: Int32Array, point: Point<E>): E {
  return field.tables.evaluateIntegers(padTensors(plan.graph.tensors[0].shape, plan.batch, input), point);
}

/** Returns the committed tensors other than the input: the prover sends a value of each. */
export function committedBesideInput({ committed }: Plan): readonly CommittedTensor[] {
  return hasCommittedInput({ committed }) ? committed.slice(1) : committed;
}

/** Returns the tensors that the statement makes claims on: public outputs, then committed ones other than the input. */
export function claimedTensors(plan: Plan): number[] {
  return [...publicOutputs(plan).outputs, ...committedBesideInput(plan)].map(({ place }) => place);
}

/** Returns the variables of the cube of the largest of them. */
export function claimedVariables(plan: Plan): number {
  const { tensors } = plan.graph;
  return claimedTensors(plan).reduce(
    (most, place) => Math.max(most, plan.batchVariables + tensors[place].variables),
    0,
  );
}

/**
 * Returns a point for the claims of the statement: the last variables of the lookups' point, with more drawn in front
 * if there are too few. Outputs and roots were absorbed before either was drawn.
 */
export function statementPoint<E>(channel: Channel<E>, plan: Plan, rowPoint: Point<E>): Point<E> {
  const missing = claimedVariables(plan) - rowPoint.length;
  if (missing <= 0) return suffix(rowPoint, rowPoint.length + missing);
  return [...channel.drawMany('output', missing), ...rowPoint];
}

/** A claim on a tensor of the graph. */
export interface TensorClaim<E> {
  readonly tensor: number;
  readonly claim: Claim<E>;
}

/** Returns the claims of the public outputs, each at the last variables of the statement's point. */
export function claimOutputs<E>(
  field: Field<E>,
  plan: Plan,
  statement: Point<E>,
  { output }: PublicSignals,
): TensorClaim<E>[] {
  const { outputs, length } = publicOutputs(plan);
  return outputs.map((each) => {
    const point = suffix(statement, plan.batchVariables + plan.graph.tensors[each.place].variables);
    const value = field.tables.evaluateIntegers(paddedOutput(plan, each, length, output), point);
    return { tensor: each.place, claim: { point, value } };
  });
}

/** Returns the claims on committed tensors other than the input, from the values that the prover sends. */
export function claimCommitted<E>(plan: Plan, statement: Point<E>, values: readonly E[]): TensorClaim<E>[] {
  return committedBesideInput(plan).map(({ place, variables }, k) => ({
    tensor: place,
    claim: { point: suffix(statement, variables), value: values[k] },
  }));
}

/** Rejects public signals that are not integers within the tensors' bounds, or not `batch` of them. */
export function checkSignals(plan: Plan, { input, output }: PublicSignals): void {
  const { graph, batch, network } = plan;
  const length = hasPublicInput(plan) ? sizeOf(graph.tensors[0].shape) : 0;
  checkLength('input', input, batch * length);
  checkRange('input', input, 0, input.length, network.input, 'input-range');
  const { outputs, length: each } = publicOutputs(plan);
  checkLength('output', output, batch * each);
  for (let b = 0; b < batch; b++) {
    for (const { place, start } of outputs) {
      const first = b * each + start;
      const { shape, interval }: GraphTensor = graph.tensors[place];
      checkRange('output', output, first, first + sizeOf(shape), interval, 'statement');
    }
  }
}

/** Whether the statement shows the input. */
export function hasPublicInput(plan: Pick<Plan, 'committed' | 'lookups'>): boolean {
  return !hasCommittedInput(plan) && plan.lookups?.columnOfTensor.has(0) !== true;
}

/** Whether the input is committed. */
export function hasCommittedInput({ committed }: Pick<Plan, 'committed'>): boolean {
  return committed[0]?.tensor === 0;
}

/** Rejects public values that are more or fewer than expected. */
export function checkLength(name: string, values: Int32Array, expected: number): void {
  if (values.length === expected) return;
  throw new Rejection('statement', name, `${values.length} values; ${expected} are expected`);
}

function checkRange(
  name: string,
  values: Int32Array,
  start: number,
  end: number,
  { min, max }: Interval,
  code: 'input-range' | 'statement',
): void {
  for (let i = start; i < end; i++) {
    if (values[i] >= min && values[i] <= max) continue;
    throw new Rejection(
      code,
      `${name}[${i}]`,
      `the value is ${values[i]}; it lies between ${min} and ${max} for every valid input`,
    );
  }
}
