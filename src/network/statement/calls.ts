// Checks of arguments besides data: keys and options. JavaScript callers get an error that names the bad argument,
// instead of a crash on an undefined property. Nothing here is a part of the protocol. run/options.ts checks the
// arguments of provers only.

import { describe, readField } from '../../bytes.ts';
import { UsageError } from '../../errors.ts';
import { requireField } from '../../field/field.ts';

/** Whether a value is a key, of any kind. */
export const isKey = (key: unknown): boolean => typeof readField(key, 'plan') === 'function';

/** @throws UsageError unless a value is a verifying key */
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
 * Returns the field of options, or the usual one.
 *
 * @throws UsageError for options or a field of another kind
 */
export function fieldOf<F extends object>(options: { readonly field?: F } | undefined, usual: F): F {
  checkObject(options);
  const field = options?.field ?? usual;
  requireField(field);
  return field;
}
