// The statement of a proof and how it enters the transcript: the network's digest, the parameters, the input and the
// output, or commitments to them. Everything a verifier relies on is here or derived from it.

import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, isTyped } from '../bytes.ts';
import { InputError, Rejection } from '../errors.ts';
import type { Field } from '../field/field.ts';
import type { Claim } from '../poly/claim.ts';
import { type Point, suffix } from '../poly/point.ts';
import type { Channel } from '../transcript/channel.ts';
import { sizeOf } from './network.ts';
import type { CommittedTensor, Plan } from './plan.ts';
import { padTensors } from './relations/layout.ts';
import type { GraphTensor, Interval } from './relations/nodes.ts';

/** Bytes of the root of a committed tensor. */
export const ROOT_LENGTH = 26;

/** Name and version of the protocol: the context of every transcript. */
export const PROTOCOL: Uint8Array = new TextEncoder().encode('network proof, version 3');

/**
 * What everybody sees: whole inputs one after the other, and for each of them the network's outputs one after the
 * other, as the integers that they are. A committed input is empty here; committed outputs are left out.
 */
export interface PublicSignals {
  readonly input: Int32Array;
  readonly output: Int32Array;
  /** The tensors that were committed to before the proof, if there are any. */
  readonly committed?: CommittedSignals;
}

/** Commitments that a statement names: they bind, they do not hide. */
export interface CommittedSignals {
  /** How many inputs the proof is about. */
  readonly batch: number;
  /** Ascending; tensor 0 is the input, tensor i + 1 what layer i produces. */
  readonly tensors: readonly TensorRoot[];
}

/** The root of a commitment to one tensor of a whole batch (`commitTensor`). */
export interface TensorRoot {
  readonly tensor: number;
  readonly root: Uint8Array;
}

/** Public signals as plain data for JSON; roots in hexadecimal. */
export interface PublicSignalsJson {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly committed?: {
    readonly batch: number;
    readonly tensors: readonly { readonly tensor: number; readonly root: string }[];
  };
}

/** @throws InputError unless these are the public signals that `prove` returns, or might be */
export function checkSignalTypes(signals: PublicSignals): void {
  const { input, output } = (signals as PublicSignals | null | undefined) ?? {};
  if (isTyped(input, 'Int32Array') && isTyped(output, 'Int32Array')) return;
  throw new InputError(
    `public signals: ${describe(signals)} without an Int32Array as input and output; give the publicSignals that prove returns`,
  );
}

/**
 * For JSON.stringify.
 *
 * @throws InputError unless these are the public signals that `prove` returns
 */
export function publicSignalsToJson(signals: PublicSignals): PublicSignalsJson {
  checkSignalTypes(signals);
  const { input, output, committed } = signals;
  const values = { input: [...input], output: [...output] };
  if (committed === undefined) return values;
  const tensors = committed.tensors.map(({ tensor, root }) => ({ tensor, root: bytesToHex(root) }));
  return { ...values, committed: { batch: committed.batch, tensors } };
}

/**
 * From JSON.parse.
 *
 * @throws InputError unless input and output are lists of 32-bit integers and commitments have a root each
 */
export function publicSignalsFromJson(json: PublicSignalsJson): PublicSignals {
  const read = (name: 'input' | 'output'): Int32Array => {
    if (typeof json === 'string')
      throw new InputError('public signals: they are text; give what JSON.parse makes of it');
    const values: unknown = (json as PublicSignalsJson | null)?.[name];
    if (!Array.isArray(values)) throw new InputError(`public signals: ${name} is not a list of integers`);
    const wrong = values.findIndex((value) => value !== (value | 0));
    if (wrong >= 0) throw new InputError(`public signals: ${name}[${wrong}] is not a 32-bit integer`);
    return Int32Array.from(values);
  };
  const values = { input: read('input'), output: read('output') };
  return json.committed === undefined ? values : { ...values, committed: readCommitted(json.committed) };
}

function readCommitted(json: unknown): CommittedSignals {
  const { batch, tensors } = (json ?? {}) as { readonly batch?: unknown; readonly tensors?: unknown };
  if (!Number.isSafeInteger(batch)) throw new InputError('public signals: committed.batch is not an integer');
  if (!Array.isArray(tensors)) throw new InputError('public signals: committed.tensors is not a list');
  return {
    batch: batch as number,
    tensors: tensors.map((entry: unknown, k) => {
      const { tensor, root } = (entry ?? {}) as { readonly tensor?: unknown; readonly root?: unknown };
      const isRoot = typeof root === 'string' && new RegExp(`^[0-9a-f]{${2 * ROOT_LENGTH}}$`).test(root);
      if (Number.isSafeInteger(tensor) && isRoot) return { tensor: tensor as number, root: hexToBytes(root) };
      throw new InputError(
        `public signals: committed.tensors[${k}] is not a tensor's number and a root of ${2 * ROOT_LENGTH} hexadecimal digits`,
      );
    }),
  };
}

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

/** 32-bit little-endian, two's complement. */
function integerBytes(values: Int32Array): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setInt32(4 * index, value, true);
  });
  return bytes;
}

/** An output that is shown: its tensor in the graph, and where its values begin among those of one input. */
export interface PublicOutput {
  readonly place: number;
  readonly start: number;
}

/** The outputs that are not committed, and how many values one input has of them in all. */
export function publicOutputs({ graph, committed }: Plan): {
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

/** One of the outputs of a batch on its cube. */
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

/** The extension of the public input at a point of its cube. */
export function evaluateInput<E>(field: Field<E>, plan: Plan, input: Int32Array, point: Point<E>): E {
  return field.tables.evaluateIntegers(padTensors(plan.graph.tensors[0].shape, plan.batch, input), point);
}

/** The committed tensors other than the input: of these the prover sends a value each. */
export function committedBesideInput({ committed }: Plan): readonly CommittedTensor[] {
  return hasCommittedInput({ committed }) ? committed.slice(1) : committed;
}

/** The tensors that the statement makes claims on: public outputs, then committed tensors other than the input. */
export function claimedTensors(plan: Plan): number[] {
  return [...publicOutputs(plan).outputs, ...committedBesideInput(plan)].map(({ place }) => place);
}

/** Variables of the cube of the largest of them. */
export function claimedVariables(plan: Plan): number {
  const { tensors } = plan.graph;
  return claimedTensors(plan).reduce(
    (most, place) => Math.max(most, plan.batchVariables + tensors[place].variables),
    0,
  );
}

/**
 * A point for the claims of the statement: the last variables of the lookups' point, with more drawn in front where
 * that is too short. Outputs and roots were absorbed before either was drawn.
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

/** The claims on the outputs that the public outputs give, each at the last variables of the statement's point. */
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

/** The claims on committed tensors other than the input, from the values that the prover sends. */
export function claimCommitted<E>(plan: Plan, statement: Point<E>, values: readonly E[]): TensorClaim<E>[] {
  return committedBesideInput(plan).map(({ place, variables }, k) => ({
    tensor: place,
    claim: { point: suffix(statement, variables), value: values[k] },
  }));
}

/** Refuses public signals that are not integers within the tensors' bounds, or not `batch` of them. */
export function checkSignals(plan: Plan, { input, output }: PublicSignals): void {
  const { graph, batch, network } = plan;
  const length = hasCommittedInput(plan) ? 0 : sizeOf(graph.tensors[0].shape);
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

/** Whether the input is behind a commitment. */
export function hasCommittedInput({ committed }: Pick<Plan, 'committed'>): boolean {
  return committed[0]?.tensor === 0;
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
