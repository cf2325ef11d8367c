// The statement of a proof and how it enters the transcript: the network's digest, the parameters, the
// input and the output. Everything a verifier relies on is here or derived from it.

import { InputError, Rejection } from '../errors.ts';
import type { Field } from '../field/field.ts';
import type { Claim } from '../poly/claim.ts';
import { type Point, suffix } from '../poly/point.ts';
import type { Channel } from '../transcript/channel.ts';
import { sizeOf } from './network.ts';
import type { Plan } from './plan.ts';
import { padTensors } from './relations/layout.ts';
import type { GraphTensor, Interval } from './relations/nodes.ts';

/** Name and version of the protocol: the context of every transcript. */
export const PROTOCOL: Uint8Array = new TextEncoder().encode('network proof, version 2');

/**
 * What everybody sees: whole inputs one after the other, and for each of them the network's outputs one after the
 * other, as the integers that they are.
 */
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

/** The values of one input's outputs, one output after the other: where each begins, and how many there are in all. */
export function outputPlaces({ graph }: Plan): { readonly starts: readonly number[]; readonly length: number } {
  const starts: number[] = [];
  let length = 0;
  for (const tensor of graph.outputs) {
    starts.push(length);
    length += sizeOf(graph.tensors[tensor].shape);
  }
  return { starts, length };
}

/** One of the outputs of a batch on its cube. */
function paddedOutput(plan: Plan, output: number, values: Int32Array): Int32Array {
  const { shape } = plan.graph.tensors[plan.graph.outputs[output]];
  const { starts, length } = outputPlaces(plan);
  const each = sizeOf(shape);
  const own = new Int32Array(plan.batch * each);
  for (let b = 0; b < plan.batch; b++) {
    const start = b * length + starts[output];
    own.set(values.subarray(start, start + each), b * each);
  }
  return padTensors(shape, plan.batch, own);
}

/** The extension of the public input at a point of its cube. */
export function evaluateInput<E>(field: Field<E>, plan: Plan, input: Int32Array, point: Point<E>): E {
  return field.tables.evaluateIntegers(padTensors(plan.graph.tensors[0].shape, plan.batch, input), point);
}

/** Variables of the cube of the largest output. */
export function outputVariables({ graph, batchVariables }: Plan): number {
  return batchVariables + Math.max(...graph.outputs.map((tensor) => graph.tensors[tensor].variables));
}

/**
 * A point for the claims on the public outputs: the last variables of the lookups' point, with more drawn in
 * front where that is too short. The outputs were absorbed before either was drawn.
 */
export function outputPoint<E>(channel: Channel<E>, plan: Plan, rowPoint: Point<E>): Point<E> {
  const missing = outputVariables(plan) - rowPoint.length;
  if (missing <= 0) return rowPoint.slice(-missing);
  return [...channel.drawMany('output', missing), ...rowPoint];
}

/** The claims on the outputs that the public outputs give, each at the last variables of one point. */
export function claimOutputs<E>(
  field: Field<E>,
  channel: Channel<E>,
  plan: Plan,
  rowPoint: Point<E>,
  { output }: PublicSignals,
): Claim<E>[] {
  const whole = outputPoint(channel, plan, rowPoint);
  return plan.graph.outputs.map((tensor, k) => {
    const point = suffix(whole, plan.batchVariables + plan.graph.tensors[tensor].variables);
    return { point, value: field.tables.evaluateIntegers(paddedOutput(plan, k, output), point) };
  });
}

/** Refuses public signals that are not integers within the tensors' bounds, or not `batch` of them. */
export function checkSignals(plan: Plan, { input, output }: PublicSignals): void {
  const { graph, batch, network } = plan;
  const length = sizeOf(graph.tensors[0].shape);
  checkLength('input', input, batch * length);
  checkRange('input', input, 0, input.length, network.input, 'input-range');
  const places = outputPlaces(plan);
  checkLength('output', output, batch * places.length);
  for (let b = 0; b < batch; b++) {
    graph.outputs.forEach((tensor, k) => {
      const start = b * places.length + places.starts[k];
      const { shape, interval }: GraphTensor = graph.tensors[tensor];
      checkRange('output', output, start, start + sizeOf(shape), interval, 'statement');
    });
  }
}

function checkLength(name: string, values: Int32Array, expected: number): void {
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
