// Checks of a prover's arguments besides data (statement/calls.ts): a key that can prove, and options.

import { describe } from '../../bytes.ts';
import { UsageError } from '../../errors.ts';
import { isKey } from '../statement/calls.ts';

/** @throws UsageError unless this is a proving key */
export function checkProvingKey(key: { readonly hasWeights: boolean }): void {
  if (!isKey(key)) {
    const isHolder = typeof key === 'object' && key !== null && 'provingKey' in key;
    throw new UsageError(
      isHolder
        ? 'the proving key is the object that holds it; give its provingKey'
        : `the proving key is ${describe(key)}; give that of compile, register, openRegistered or openProver`,
    );
  }
  if (key.hasWeights) return;
  throw new UsageError(
    'the key is for verifying: it was read without the weights; prove with that of register, openRegistered or openProver',
  );
}

const FUNCTIONS = ['onProgress', 'trace'];
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  engine: ['wasm', 'js'],
  memory: ['high', 'low'],
  hiding: ['input'],
};

/**
 * Rejects options that would be ignored, or fail later on.
 *
 * @param call - the function that was called: `prove`
 * @throws UsageError that names the option
 */
export function checkOptions(call: string, given: unknown): void {
  if (given === undefined) return;
  const fail = (what: string, advice: string): never => {
    throw new UsageError(`${call}: ${what}; give ${advice}`);
  };
  if (typeof given === 'function') fail('the options are a function', 'an object: { onProgress }');
  if (given instanceof AbortSignal) fail('the options are a signal', 'an object: { signal }');
  if (typeof given !== 'object' || given === null || Array.isArray(given) || ArrayBuffer.isView(given)) {
    fail(`the options are ${describe(given)}`, 'an object');
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
  const { signal, commit } = options as {
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
}
