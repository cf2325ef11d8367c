// The answer of a verifier, and the one catch that produces it.
//
// A verifier is total. Its arguments are of two kinds:
//   - given, from anywhere: proofs, files, public signals, inputs, outputs, samples and labels. Any value
//     gives a verdict, of any type, with getters that throw or traps;
//   - its own, from the program that calls it: the key, the field, a method, a circuit, a matrix, options. One that its
//     type forbids is a mistake in that program: it throws a UsageError before anything given is looked at.
// Nothing else is thrown. A check of the first kind stands inside `toVerdict`, one of the second before it.

import { InputError, Rejection, type RejectionCode, UsageError } from './errors.ts';

/**
 * A rejection: the rule broken, the place, and one sentence for people.
 *
 * @example
 * ```ts
 * import type { Refusal } from 'ternary-gkr';
 *
 * const line = ({ code, where, message }: Refusal): string => `${code} at ${where}: ${message}`;
 * ```
 */
export interface Refusal {
  readonly ok: false;
  readonly code: RejectionCode;
  /** Protocol, layer and round, e.g. `lookup/layer 3/round 1`. */
  readonly where: string;
  readonly message: string;
}

/**
 * Accepted, with the facts that this verifier has found; or rejected.
 *
 * @example
 * ```ts
 * import type { Verdict } from 'ternary-gkr';
 *
 * const summary = (verdict: Verdict): string => (verdict.ok ? 'valid' : `invalid: ${verdict.message}`);
 * ```
 */
export type Verdict<Facts = unknown> = ({ readonly ok: true } & Facts) | Refusal;

/**
 * Returns the verdict of a run: its facts, or why it threw. It never throws, whatever the run does.
 *
 * @param place - the place of the data that an InputError of the run is about
 * @param run - the checks; a Rejection is a broken rule, an InputError data that cannot be used, anything else internal
 */
export function toVerdict<Facts extends object>(place: string, run: () => Facts): Verdict<Facts> {
  try {
    return { ok: true, ...run() };
  } catch (error) {
    return refusalOf(place, error);
  }
}

/** Returns why a run threw. The value may come from a caller's getter, so that looking at it can throw too. */
function refusalOf(place: string, error: unknown): Refusal {
  try {
    if (error instanceof Rejection) {
      return { ok: false, code: error.code, where: error.where, message: error.message };
    }
    if (error instanceof InputError) return { ok: false, code: 'statement', where: place, message: error.message };
    if (error instanceof Error) return { ok: false, code: 'internal', where: 'verify', message: error.message };
  } catch {
    // not an error of this library: the sentence below says what is known of it
  }
  return { ok: false, code: 'internal', where: 'verify', message: 'something that is not an error was thrown' };
}

/**
 * Returns what a check of a verifier's own argument returns.
 *
 * @param what - the subject of the message: `the circuit`
 * @throws UsageError whatever the check throws: a circuit or a matrix may have getters of its own
 */
export function checkOwn<T>(what: string, check: () => T): T {
  let fault: UsageError | undefined;
  try {
    return check();
  } catch (error) {
    try {
      if (error instanceof UsageError) fault = error;
    } catch {
      // a value that cannot be asked
    }
    throw fault ?? new UsageError(`${what} cannot be read`, { cause: error });
  }
}
