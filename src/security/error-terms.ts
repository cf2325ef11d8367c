// The terms of an error, by name, and their sum in bits for reports.

/**
 * One cause of an accepted false statement, with probability at most 2^−bits.
 *
 * @example
 * ```ts
 * import { type ErrorTerm, ofBits } from 'ternary-gkr/commit';
 *
 * const term: ErrorTerm = ofBits('queries of level 0', 108);
 * console.log(term.name, term.bits); // queries of level 0 108
 * ```
 */
export interface ErrorTerm {
  readonly name: string;
  /** For reports. */
  readonly bits: number;
  /** The error in units of 2^−160, rounded up (error-budget.ts), by which decisions are made. */
  readonly error: bigint;
}

/**
 * Returns −log₂ of the sum of the errors, the bits of security of all of them together, for reports.
 *
 * @example
 * ```ts
 * import { sumOfErrors } from 'ternary-gkr/commit';
 *
 * // 2^−101 + 2^−101
 * console.log(sumOfErrors([{ bits: 101 }, { bits: 101 }])); // 100
 * ```
 */
export function sumOfErrors(terms: readonly { readonly name?: string; readonly bits: number }[]): number {
  return -Math.log2(terms.reduce((sum, { bits }) => sum + 2 ** -bits, 0));
}
