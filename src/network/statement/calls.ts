// What callers give besides data: keys and options. Those without the types that a compiler would check learn by name
// what is wrong, where a field that is not there would be read. Nothing here is a part of the protocol. What only
// provers are given is checked in run/options.ts.

import { describe, readField } from '../../bytes.ts';
import { UsageError } from '../../errors.ts';
import { requireField } from '../../field/field.ts';

/** Whether a value is a key of some kind. */
export const isKey = (key: unknown): boolean => typeof readField(key, 'plan') === 'function';

/** @throws UsageError unless a value is a key to verify with */
export function requireKey(key: unknown): void {
  if (isKey(key)) return;
  throw new UsageError(`the verifying key is ${describe(key)}; give that of compile or readKey`);
}

/** @throws UsageError for options that are not an object: a typed array is a registration or a key in their place */
export function checkObject(options: unknown): void {
  if (options === undefined) return;
  if (typeof options === 'object' && options !== null && !Array.isArray(options) && !ArrayBuffer.isView(options))
    return;
  throw new UsageError(`the options are ${describe(options)}; give an object`);
}

/**
 * The field of options, or the one that is meant without any.
 *
 * @throws UsageError for options or a field of another kind
 */
export function fieldOf<F extends object>(options: { readonly field?: F } | undefined, usual: F): F {
  checkObject(options);
  const field = options?.field ?? usual;
  requireField(field);
  return field;
}
