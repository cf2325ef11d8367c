// What callers give besides data: keys and options. Those without the types that a compiler would check learn by name
// what is wrong, where a field that is not there would be read. Nothing here is a part of the protocol.

import { describe } from '../bytes.ts';
import { UsageError } from '../errors.ts';

/** Why a value is no key at all, with what to give; undefined for a key. */
export function keyFault(role: 'proving key' | 'verifying key', key: unknown): string | undefined {
  const fields = (typeof key === 'object' && key !== null ? key : {}) as Readonly<Record<string, unknown>>;
  if (typeof fields['plan'] === 'function') return undefined;
  const isProver = role === 'proving key';
  const holder = isProver ? 'provingKey' : 'verifyingKey';
  const found = describe(key);
  if (holder in fields) return `the ${role} is the object that holds it; give its ${holder}`;
  if (isProver) return `the ${role} is ${found}; give that of compile, register, openRegistered or openProver`;
  return `the ${role} is ${found}; give that of compile, or what readKey makes of a key's bytes`;
}

/** @throws UsageError unless this is a key that proofs can be made with */
export function checkProvingKey(key: { readonly hasWeights: boolean }): void {
  const fault = keyFault('proving key', key);
  if (fault !== undefined) throw new UsageError(fault);
  if (key.hasWeights) return;
  throw new UsageError(
    'the key is for verifying: it was read without the weights; prove with that of register, openRegistered or openProver',
  );
}

const FUNCTIONS = ['onProgress', 'trace'];
const CHOICES: Readonly<Record<string, readonly string[]>> = { engine: ['wasm', 'js'], memory: ['high', 'low'] };

/**
 * Refuses options that would be read as if they were not there, or fail later on.
 *
 * @param call - whose options they are: `prove`
 * @param example - what to give
 * @throws UsageError that names the option
 */
export function checkOptions(call: string, given: unknown, example = 'an object'): void {
  if (given === undefined) return;
  const fail = (what: string, advice: string): never => {
    throw new UsageError(`${call}: ${what}; give ${advice}`);
  };
  if (typeof given === 'function') fail('the options are a function', 'an object: { onProgress }');
  if (given instanceof AbortSignal) fail('the options are a signal', 'an object: { signal }');
  if (typeof given !== 'object' || given === null || Array.isArray(given) || ArrayBuffer.isView(given)) {
    fail(`the options are ${describe(given)}`, example);
  }
  const options = given as Readonly<Record<string, unknown>>;
  for (const [name, choices] of Object.entries(CHOICES)) {
    const value = options[name];
    if (value === undefined || choices.includes(value as string)) continue;
    fail(`the option ${name} is ${describe(value)}`, choices.map((choice) => `'${choice}'`).join(' or '));
  }
  for (const name of FUNCTIONS) {
    const value = options[name];
    if (value !== undefined && typeof value !== 'function') {
      fail(`the option ${name} is ${describe(value)}`, 'a function');
    }
  }
  const { signal, commit, field } = options as {
    readonly [name: string]: Readonly<Record<string, unknown>> | undefined;
  };
  if (signal !== undefined && typeof signal?.['throwIfAborted'] !== 'function') {
    const isController = typeof signal?.['abort'] === 'function';
    fail(
      `the option signal is ${isController ? 'an AbortController' : describe(signal)}`,
      isController ? "the controller's signal" : 'an AbortSignal',
    );
  }
  if (commit !== undefined && !Array.isArray(commit)) {
    fail(`the option commit is ${describe(commit)}`, 'a list of tensors, such as [0] for the input');
  }
  if (field !== undefined && typeof field?.['characteristic'] !== 'bigint') {
    fail(
      `the option field is ${describe(field)}`,
      'koalaBear or bn254 of ternary-gkr/field, or one with their contract',
    );
  }
}
