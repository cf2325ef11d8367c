// Type checks for untrusted values. An object with only a `length` must not pass as an array: it would be read as
// zeros, or made into a list of that length.

import { InputError } from './errors.ts';

const typedArrayTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get;

/** The typed arrays that this library takes. */
interface TypedArrays {
  readonly Uint8Array: Uint8Array;
  readonly Uint32Array: Uint32Array;
  readonly Int32Array: Int32Array;
}

/** Whether a value is a typed array of this kind, whatever its prototype or realm say; a Node Buffer is a Uint8Array. */
export function isTyped<K extends keyof TypedArrays>(value: unknown, kind: K): value is TypedArrays[K] {
  return typedArrayTag?.call(value) === kind;
}

/** Whether two lists of bytes are equal; in time that depends on both. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, k) => byte === b[k]);
}

/** Returns the lists one after the other, in a new one of this kind. */
export function concatenate<T extends Uint8Array | Uint32Array | Int32Array | Float64Array>(
  kind: new (length: number) => T,
  lists: readonly T[],
): T {
  const all = new kind(lists.reduce((length, list) => length + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

/** Returns `string`, `number`, `array`, `object`, `null`, `undefined`, or the name of a typed array. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return ArrayBuffer.isView(value) ? Object.prototype.toString.call(value).slice(8, -1) : typeof value;
}

/**
 * Returns a property of an untrusted value; undefined if it cannot be read. The exception is dropped: it could throw
 * again.
 */
export function readField(holder: unknown, name: string | number): unknown {
  try {
    return (holder as Readonly<Record<string | number, unknown>>)[name];
  } catch {
    return undefined;
  }
}

/** Returns a value in the words of a message. */
export function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return `'${value.slice(0, 40)}'`;
  if (typeof value === 'bigint') return `the bigint ${value}`.slice(0, 40);
  if (value === null || !/object|function/.test(typeof value)) return String(value);
  const kind = kindOf(value);
  const name = /^(Array|Object)$/.test(kind) ? kind.toLowerCase() : kind;
  return `${/^[aeio]/i.test(name) ? 'an' : 'a'} ${name}`;
}

/** `Array`, `Object`, `Uint8Array`, …; `Object` too for a value that cannot be asked. */
function kindOf(value: unknown): string {
  try {
    return Object.prototype.toString.call(value).slice(8, 40).replace(']', '');
  } catch {
    return 'Object';
  }
}

/**
 * Rejects anything but bytes, before its first bytes are read.
 *
 * @param what - the noun of the message: `model file`
 * @throws InputError
 */
export function checkBytes(what: string, value: unknown): asserts value is Uint8Array {
  if (isTyped(value, 'Uint8Array')) return;
  throw new InputError(`${what}: it is ${describe(value)}, not a Uint8Array`);
}

/**
 * Rejects anything but a list of values.
 *
 * @param what - the noun of the message: `the input`
 * @throws InputError
 */
export function checkList(what: string, value: unknown): asserts value is ArrayLike<unknown> {
  const advice = 'give an array or a typed array of integers';
  if (typeof value !== 'object' || value === null || !Number.isInteger((value as ArrayLike<unknown>).length)) {
    throw new InputError(`${what} is ${describe(value)}; ${advice}`);
  }
  const first = (value as ArrayLike<unknown>)[0];
  if (typeof first === 'object' && first !== null) {
    throw new InputError(`${what} is a list of lists or objects; ${advice}`);
  }
}

/** A list of values, or a list of such lists. */
export type OneOrMany = ArrayLike<number> | readonly ArrayLike<number>[];

/**
 * The lists of values that one list, or a list of lists, is. A flat list is always one: that it is several times as long
 * as one does not say that it is meant as several.
 *
 * @param what - the noun of the message: `the input`
 * @throws InputError for what is neither
 */
export function listsOf(what: string, value: unknown): readonly ArrayLike<number>[] {
  const isMany = Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null;
  if (!isMany) {
    checkList(what, value);
    return [value as ArrayLike<number>];
  }
  return Array.from(value as readonly unknown[], (list, k) => {
    checkList(`${what} ${k}`, list);
    return list as ArrayLike<number>;
  });
}
