// What callers give besides data: keys and options. Those without the types that a compiler would check learn by name
// what is wrong, where a field that is not there would be read. Nothing here is a part of the protocol. What only
// provers are given is checked in prover-calls.ts.

import { describe } from '../bytes.ts';
import { UsageError } from '../errors.ts';

/**
 * Why a value is no key at all, with what to give; undefined for a key.
 *
 * @param role - `proving` or `verifying`
 * @param source - where such a key comes from
 */
export function keyFault(role: string, key: unknown, source: string): string | undefined {
  const fields = (typeof key === 'object' && key !== null ? key : {}) as Readonly<Record<string, unknown>>;
  if (typeof fields['plan'] === 'function') return undefined;
  const holder = `${role}Key`;
  if (holder in fields) return `the ${role} key is the object that holds it; give its ${holder}`;
  return `the ${role} key is ${describe(key)}; give that of ${source}`;
}

/** The same for verifiers. */
export function verifyingKeyFault(key: unknown): string | undefined {
  return keyFault('verifying', key, "compile, or what readKey makes of a key's bytes");
}

/**
 * Refuses options that would be read as if there were none, and a field that is none.
 *
 * @param call - whose options they are: `readKey`
 * @param example - what to give
 * @throws UsageError
 */
export function checkOptionsObject(call: string, given: unknown, example = 'an object'): void {
  if (given === undefined) return;
  if (typeof given !== 'object' || given === null || Array.isArray(given) || ArrayBuffer.isView(given)) {
    throw new UsageError(`${call}: the options are ${describe(given)}; give ${example}`);
  }
  const { field } = given as { readonly field?: Readonly<Record<string, unknown>> };
  if (field !== undefined && typeof field?.['characteristic'] !== 'bigint') {
    const fields = 'koalaBear or bn254 of ternary-gkr/field, or one with their contract';
    throw new UsageError(`${call}: the option field is ${describe(field)}; give ${fields}`);
  }
}
