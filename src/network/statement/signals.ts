// The public signals of a proof: their types, their JSON, and the verifier's own copy of them.

import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, isTyped, readField } from '../../bytes.ts';
import { InputError, Rejection } from '../../errors.ts';

/** Bytes of the root of a committed tensor. */
export const ROOT_LENGTH = 26;

/**
 * The public part of a proof: whole inputs one after the other, and for each of them the network's outputs one after
 * the other, as integers. A committed input is empty here; committed outputs are left out.
 *
 * @example
 * ```ts
 * import type { PublicSignals } from 'ternary-gkr';
 *
 * const signals: PublicSignals = { input: Int32Array.of(5, 3), output: Int32Array.of(2, 3) };
 * ```
 */
export interface PublicSignals {
  readonly input: Int32Array;
  readonly output: Int32Array;
  /** The tensors that were committed to before the proof, if there are any. */
  readonly committed?: CommittedSignals;
  /** In a proof that hides. */
  readonly hidden?: HiddenSignals;
}

/**
 * The statement of a proof that hides: of how many inputs, and whether they are hidden too; their list is empty then.
 *
 * @example
 * ```ts
 * import type { PublicSignals } from 'ternary-gkr';
 * import type { HiddenSignals } from 'ternary-gkr/network';
 *
 * const hidden: HiddenSignals = { batch: 1, input: true };
 * const signals: PublicSignals = { input: new Int32Array(0), output: Int32Array.of(2, 3), hidden };
 * ```
 */
export interface HiddenSignals {
  readonly batch: number;
  readonly input: boolean;
}

/**
 * Commitments that a statement names: they bind, they do not hide.
 *
 * @example
 * ```ts
 * import type { CommittedSignals } from 'ternary-gkr';
 *
 * // one input, behind a root
 * const committed: CommittedSignals = { batch: 1, tensors: [{ tensor: 0, root: new Uint8Array(32) }] };
 * ```
 */
export interface CommittedSignals {
  /** Number of inputs of the proof. */
  readonly batch: number;
  /** Ascending; tensor 0 is the input, tensor i + 1 the output of layer i. */
  readonly tensors: readonly TensorRoot[];
}

/**
 * The root of a commitment to one tensor of a whole batch (`commitTensor`).
 *
 * @example
 * ```ts
 * import { commitTensor, type TensorRoot } from 'ternary-gkr/network';
 *
 * const root: TensorRoot = { tensor: 0, root: commitTensor([2], [5, 3]) };
 * ```
 */
export interface TensorRoot {
  readonly tensor: number;
  readonly root: Uint8Array;
}

/**
 * Public signals as plain data for JSON; roots in hexadecimal.
 *
 * @example
 * ```ts
 * import type { PublicSignalsJson } from 'ternary-gkr/network';
 *
 * const json: PublicSignalsJson = { input: [5, 3], output: [2, 3] };
 * ```
 */
export interface PublicSignalsJson {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly committed?: {
    readonly batch: number;
    readonly tensors: readonly { readonly tensor: number; readonly root: string }[];
  };
  readonly hidden?: HiddenSignals;
}

/** @throws InputError unless these have the types of the public signals that `prove` returns */
export function checkSignalTypes(signals: PublicSignals): void {
  const { input, output } = (signals as PublicSignals | null | undefined) ?? {};
  if (isTyped(input, 'Int32Array') && isTyped(output, 'Int32Array')) return;
  throw new InputError(
    `public signals: ${describe(signals)} without an Int32Array as input and output; give the publicSignals that prove returns`,
  );
}

/**
 * Returns public signals as data for JSON.stringify.
 *
 * @throws InputError unless these are the public signals that `prove` returns
 *
 * @example
 * ```ts
 * import { publicSignalsToJson } from 'ternary-gkr';
 *
 * console.log(publicSignalsToJson({ input: Int32Array.of(5, 3), output: Int32Array.of(2, 3) })); // { input: [ 5, 3 ], output: [ 2, 3 ] }
 * ```
 */
export function publicSignalsToJson(signals: PublicSignals): PublicSignalsJson {
  checkSignalTypes(signals);
  const { input, output, committed, hidden } = signals;
  const tensors = committed?.tensors.map(({ tensor, root }) => ({ tensor, root: bytesToHex(root) }));
  return {
    ...{ input: [...input], output: [...output] },
    ...(committed !== undefined && tensors !== undefined && { committed: { batch: committed.batch, tensors } }),
    ...(hidden !== undefined && { hidden: { ...hidden } }),
  };
}

/**
 * Returns the public signals in the result of JSON.parse.
 *
 * @throws InputError unless input and output are lists of 32-bit integers and commitments have a root each
 *
 * @example
 * ```ts
 * import { publicSignalsFromJson } from 'ternary-gkr';
 *
 * console.log(publicSignalsFromJson({ input: [5, 3], output: [2, 3] }).output); // Int32Array(2) [ 2, 3 ]
 * ```
 */
export function publicSignalsFromJson(json: PublicSignalsJson): PublicSignals {
  const read = (name: 'input' | 'output'): Int32Array => {
    if (typeof json === 'string') throw new InputError('public signals: they are text; give the result of JSON.parse');
    const values: unknown = (json as PublicSignalsJson | null)?.[name];
    if (!Array.isArray(values)) throw new InputError(`public signals: ${name} is not a list of integers`);
    const wrong = values.findIndex((value) => value !== (value | 0));
    if (wrong >= 0) throw new InputError(`public signals: ${name}[${wrong}] is not a 32-bit integer`);
    return Int32Array.from(values);
  };
  const values = { input: read('input'), output: read('output') };
  return {
    ...values,
    ...(json.committed !== undefined && { committed: readCommitted(json.committed) }),
    ...(json.hidden !== undefined && { hidden: readHidden(json.hidden) }),
  };
}

function readHidden(json: unknown): HiddenSignals {
  const { batch, input } = (json ?? {}) as { readonly batch?: unknown; readonly input?: unknown };
  if (!Number.isSafeInteger(batch)) throw new InputError('public signals: hidden.batch is not an integer');
  if (input !== true) throw new InputError('public signals: hidden.input is not true');
  return { batch: batch as number, input };
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

/** The most tensors that a proof may commit to. */
const MOST_COMMITTED = 64;

/** Returns copies, so that a caller's later change cannot affect a verdict; rejects all but integers and roots. */
export function copySignals(signals: PublicSignals): PublicSignals {
  const copy = (name: 'input' | 'output'): Int32Array => {
    const values: unknown = readField(signals, name);
    if (!isTyped(values, 'Int32Array')) {
      throw new Rejection('statement', name, `the public ${name} is not an Int32Array`);
    }
    return new Int32Array(values as Int32Array);
  };
  const values = { input: copy('input'), output: copy('output') };
  const committed = readField(signals, 'committed');
  return committed === undefined ? values : { ...values, committed: copyCommitted(committed) };
}

function copyCommitted(committed: unknown): CommittedSignals {
  const batch = readField(committed, 'batch');
  const list = readField(committed, 'tensors');
  const count = Array.isArray(list) ? readField(list, 'length') : undefined;
  if (!Number.isSafeInteger(batch) || !(typeof count === 'number' && count >= 1 && count <= MOST_COMMITTED)) {
    throw new Rejection(
      'statement',
      'committed',
      `commitments are a batch and a list of 1 to ${MOST_COMMITTED} tensors`,
    );
  }
  const tensors = Array.from({ length: count }, (_, k) => {
    const entry = readField(list, k);
    const [tensor, bytes] = [readField(entry, 'tensor'), readField(entry, 'root')];
    // the copy's length is the number of its bytes, whatever length the given array reports
    const root = isTyped(bytes, 'Uint8Array') ? new Uint8Array(bytes) : undefined;
    if (!Number.isSafeInteger(tensor) || root?.length !== ROOT_LENGTH) {
      throw new Rejection('statement', `committed[${k}]`, `it is not a tensor and a root of ${ROOT_LENGTH} bytes`);
    }
    return { tensor: tensor as number, root };
  });
  return { batch: batch as number, tensors };
}
