// Checks of arguments besides data: keys and options. JavaScript callers get an error that names the bad argument,
// instead of a crash on an undefined property. Nothing here is a part of the protocol. run/options.ts checks the
// arguments of provers only.

import { describe } from '../../bytes.ts';
import { UsageError } from '../../errors.ts';

/** Whether a value is a key, of any kind. */
export const isKey = (key: unknown): boolean =>
  typeof (key as { readonly plan?: unknown } | undefined)?.plan === 'function';

/** Returns the reason why a value is not a verifying key; undefined if it is one. */
export const keyFault = (key: unknown): string | undefined =>
  isKey(key) ? undefined : `the verifying key is ${describe(key)}; give that of compile or readKey`;

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
  if (typeof (field as { readonly characteristic?: unknown }).characteristic === 'bigint') return field;
  throw new UsageError(`the field is ${describe(field)}; give one of ternary-gkr/field`);
}
