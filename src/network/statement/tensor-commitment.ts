// A commitment to one tensor of a batch, made before any proof: the publisher of data commits to it once, and proofs
// about any network name the root (statement.ts). The root follows from the values and the shape alone: one code for
// each size. It binds; it does not hide.

import type { CodeParameters } from '../../commit/recursive/parameters.ts';
import { ROOT_LENGTH } from './signals.ts';

/** log₂ of the shortest vector: a tensor of fewer values is the first part of one. */
const LEAST_VARIABLES = 9;
/** log₂ of the most rows. */
const ROW_VARIABLES = 5;

/** Returns log₂ of the length of the vector that holds a tensor of 2^variables values. */
export function paddedVariables(variables: number): number {
  return Math.max(LEAST_VARIABLES, variables);
}

/** Returns how a tensor of 2^variables values is encoded and hashed. */
export function tensorCode(variables: number): CodeParameters & { readonly rows: number } {
  const padded = paddedVariables(variables);
  const columnVariables = Math.max(LEAST_VARIABLES, padded - ROW_VARIABLES);
  return { columnVariables, rateBits: 3, digestLength: ROOT_LENGTH, rows: 2 ** (padded - columnVariables) };
}
