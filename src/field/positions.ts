// Checks of positions in a codeword, for engines.

import { UsageError } from '../errors.ts';

/**
 * Checks positions of a codeword of length 2^logLength, and the number of its coefficients.
 * @throws UsageError unless positions are integers in [0, 2^logLength) and `length` is a power of two up to 2^logLength
 */
export function requirePositions(positions: readonly number[], logLength: number, length: number): void {
  const count = 2 ** logLength;
  if (!(length >= 1 && length <= count && Number.isInteger(Math.log2(length)))) {
    throw new UsageError(`${length} coefficients of a codeword of length 2^${logLength}`);
  }
  const wrong = positions.find((position) => !(Number.isInteger(position) && position >= 0 && position < count));
  if (wrong !== undefined) throw new UsageError(`no position ${wrong} in a codeword of length 2^${logLength}`);
}
