// The statement of a proof and how it enters the transcript: the network's digest, the parameters, the
// input and the output. Everything a verifier relies on is here or derived from it.

import { InputError, Rejection } from '../errors.ts';
import type { Field } from '../field/field.ts';
import type { Claim } from '../poly/claim.ts';
import type { Point } from '../poly/point.ts';
import type { Channel } from '../transcript/channel.ts';
import type { Plan, TensorPlan } from './plan.ts';

/** Name and version of the protocol: the context of every transcript. */
export const PROTOCOL: Uint8Array = new TextEncoder().encode('network proof, version 1');

/** What everybody sees: whole inputs and outputs, one after the other, as the integers that they are. */
export interface PublicSignals {
  readonly input: Int32Array;
  readonly output: Int32Array;
}

/** Public signals as plain data for JSON. */
export interface PublicSignalsJson {
  readonly input: readonly number[];
  readonly output: readonly number[];
}

/** For JSON.stringify. */
export function publicSignalsToJson({ input, output }: PublicSignals): PublicSignalsJson {
  return { input: [...input], output: [...output] };
}

/**
 * From JSON.parse.
 *
 * @throws InputError unless input and output are lists of 32-bit integers
 */
export function publicSignalsFromJson(json: PublicSignalsJson): PublicSignals {
  const read = (name: 'input' | 'output'): Int32Array => {
    const values: unknown = (json as PublicSignalsJson | null)?.[name];
    if (!Array.isArray(values)) throw new InputError(`public signals: ${name} is not a list of integers`);
    const wrong = values.findIndex((value) => value !== (value | 0));
    if (wrong >= 0) throw new InputError(`public signals: ${name}[${wrong}] is not a 32-bit integer`);
    return Int32Array.from(values);
  };
  return { input: read('input'), output: read('output') };
}

/** Absorbs the statement; before anything of the proof. */
export function absorbStatement(
  channel: Channel<unknown>,
  digest: Uint8Array,
  plan: Plan,
  parameters: string,
  { input, output }: PublicSignals,
): void {
  channel.absorb('network', digest);
  channel.absorb('parameters', new TextEncoder().encode(`batch ${plan.batch}; ${parameters}`));
  channel.absorb('input', integerBytes(input));
  channel.absorb('output', integerBytes(output));
}

/** 32-bit little-endian, two's complement. */
function integerBytes(values: Int32Array): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setInt32(4 * index, value, true);
  });
  return bytes;
}

/** Lays one tensor of a batch on its cube: 2^(batch variables + tensor variables) values, zero on padding. */
export function padBatch(plan: Plan, tensor: number, values: Int32Array): Int32Array {
  const { length, variables } = plan.tensors[tensor];
  const width = 2 ** variables;
  if (values.length === width * 2 ** plan.batchVariables) return values;
  const padded = new Int32Array(width * 2 ** plan.batchVariables);
  for (let b = 0; b < plan.batch; b++) padded.set(values.subarray(b * length, (b + 1) * length), b * width);
  return padded;
}

/** The extension of a public tensor at a point of its cube. */
export function evaluatePublic<E>(field: Field<E>, plan: Plan, tensor: number, values: Int32Array, point: Point<E>): E {
  return field.tables.evaluateIntegers(padBatch(plan, tensor, values), point);
}

/** Variables of the output's cube. */
export function outputVariables(plan: Plan): number {
  return plan.batchVariables + plan.tensors[plan.tensors.length - 1].variables;
}

/**
 * A point for the claim on the public output: the last variables of the lookups' point, with more drawn in
 * front where that is too short. The output was absorbed before either was drawn.
 */
export function outputPoint<E>(channel: Channel<E>, plan: Plan, rowPoint: Point<E>): Point<E> {
  const missing = outputVariables(plan) - rowPoint.length;
  if (missing <= 0) return rowPoint.slice(-missing);
  return [...channel.drawMany('output', missing), ...rowPoint];
}

/** The claim on the output that the public output gives. */
export function claimOutput<E>(
  field: Field<E>,
  channel: Channel<E>,
  plan: Plan,
  rowPoint: Point<E>,
  { output }: PublicSignals,
): Claim<E> {
  const point = outputPoint(channel, plan, rowPoint);
  return { point, value: evaluatePublic(field, plan, plan.tensors.length - 1, output, point) };
}

/** Refuses public signals that are not integers within the tensors' bounds, or not `batch` of them. */
export function checkSignals(plan: Plan, { input, output }: PublicSignals): void {
  const last = plan.tensors[plan.tensors.length - 1];
  checkTensor('input', input, plan.batch, { ...plan.tensors[0], interval: plan.network.input }, 'input-range');
  checkTensor('output', output, plan.batch, last, 'statement');
}

function checkTensor(
  name: string,
  values: Int32Array,
  batch: number,
  { length, interval }: Pick<TensorPlan, 'length' | 'interval'>,
  code: 'input-range' | 'statement',
): void {
  if (values.length !== batch * length) {
    throw new Rejection('statement', name, `${values.length} values; ${batch} times ${length} are expected`);
  }
  const wrong = values.findIndex((value) => value < interval.min || value > interval.max);
  if (wrong >= 0) {
    throw new Rejection(
      code,
      `${name}[${wrong}]`,
      `the value is ${values[wrong]}; it lies between ${interval.min} and ${interval.max} for every valid input`,
    );
  }
}
