// The one encoding of a public value. Arithmetic modulo p takes x and x + p for the same; a statement that took both
// would be a statement about neither. An integer stands for its residue if it lies in (−p/2, p/2), an element if its
// coordinates lie in [0, p); any other value that is equal to them modulo p is rejected, not reduced.

import { Rejection } from '../errors.ts';
import type { Field } from './field.ts';

/**
 * Returns the greatest absolute value of an integer that is the encoding of its residue: it lies below p/2 and is
 * exact.
 */
export function greatestInteger({ characteristic }: Pick<Field<unknown>, 'characteristic'>): number {
  const half = characteristic / 2n;
  return half < BigInt(Number.MAX_SAFE_INTEGER) ? Number(half) : Number.MAX_SAFE_INTEGER;
}

/**
 * Returns the index of the first value that is not the encoding of its residue; −1 if all are.
 *
 * @param values - numbers; anything but an integer is found too
 */
export function findNonCanonical(field: Pick<Field<unknown>, 'characteristic'>, values: ArrayLike<number>): number {
  const greatest = greatestInteger(field);
  // 32-bit integers all are, in a field that is large enough
  if (values instanceof Int32Array && greatest >= 2 ** 31) return -1;
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    if (!Number.isInteger(value) || value > greatest || value < -greatest) return k;
  }
  return -1;
}

/** Returns why an integer is rejected. */
export function integerFault(field: Pick<Field<unknown>, 'name' | 'characteristic'>, value: number): string {
  const greatest = greatestInteger(field);
  return `${value} is not an integer from −${greatest} to ${greatest}, of which no two are equal in ${field.name}`;
}

/**
 * Rejects integers that are not the encodings of their residues.
 *
 * @param name - of the list: `input`
 * @throws Rejection `non-canonical` at the first of them
 */
export function checkIntegers(field: Field<unknown>, name: string, values: ArrayLike<number>): void {
  const wrong = findNonCanonical(field, values);
  if (wrong >= 0) throw new Rejection('non-canonical', `${name}[${wrong}]`, integerFault(field, values[wrong]));
}

/**
 * Rejects a caller's claim on a sum or a vector if it is not of canonical elements.
 *
 * @throws Rejection `non-canonical` at the place
 */
export function checkElements<E>(field: Field<E>, where: string, elements: readonly E[]): void {
  const bytes = new Uint8Array(field.byteLength);
  if (elements.every((element) => canonicalElement(field, element, bytes) !== undefined)) return;
  throw new Rejection('non-canonical', where, `the claim is not of canonical elements of ${field.name}`);
}

/**
 * Returns an element as its encoding gives it: without further coordinates, each an integer below p.
 *
 * @param bytes - room for one element
 * @returns undefined for anything but an element
 */
export function canonicalElement<E>(
  field: Field<E>,
  value: E,
  bytes = new Uint8Array(field.byteLength),
): E | undefined {
  try {
    field.write(value, bytes, 0);
  } catch {
    return undefined;
  }
  const read = field.read(bytes, 0);
  if (read === undefined || !field.equal(read, value)) return undefined;
  if (!Array.isArray(read)) return read;
  return Array.isArray(value) && value.length === read.length ? read : undefined;
}
