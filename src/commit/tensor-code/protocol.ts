// The tensor code (Ligero, ACM CCS 2017; Brakedown, ePrint 2021/1043; with Reed–Solomon rows): a vector of
// 2^n elements of F_p as a matrix M of rows (most significant variables) and columns; the rows are encoded,
// the columns of the encoded matrix are the leaves of a Merkle tree.
//
// Commit: send "root". Open at a form (u, w), with a value that is known by then: send "row",
// t = Σ_row eq(u, row)·M[row, ·]; draw "work", send "nonce", a proof of work on it; draw "positions"; hint
// "columns", the encoded columns at these positions in ascending order; hint "paths", their Merkle
// multi-proof. The verifier checks ⟨t, w⟩ = value, and Σ_row eq(u, row)·column[row] = Enc(t)[position] at
// every position.
//
// u must have been drawn after the root was absorbed: it is the proximity test too (parameters.ts). That
// is the caller's part; neither side can check it here.

import type { Channel } from '../../transcript/channel.ts';
import type { TensorCodeParameters } from './parameters.ts';

/** What the positions are drawn from. */
type CodeShape = Pick<TensorCodeParameters, 'columnVariables' | 'rateBits' | 'queries'>;

/** log₂ of the codeword length. */
export function codeVariables({ columnVariables, rateBits }: Pick<CodeShape, 'columnVariables' | 'rateBits'>): number {
  return columnVariables + rateBits;
}

/**
 * The positions to open, ascending: a uniform set of `queries` distinct ones; all of them without a draw if
 * there are no more. To be drawn after the nonce has been absorbed.
 *
 * The first different values of a uniform sequence are a uniform set, since renaming positions renames
 * such sets. If more than half of all positions are due, those left out are drawn instead.
 */
export function drawPositions(channel: Channel<unknown>, parameters: CodeShape): number[] {
  const bits = codeVariables(parameters);
  const count = 2 ** bits;
  if (parameters.queries >= count) return Array.from({ length: count }, (_, position) => position);
  if (parameters.queries <= count / 2) {
    return [...drawDistinct(channel, parameters.queries, bits)].sort((a, b) => a - b);
  }
  const leftOut = drawDistinct(channel, count - parameters.queries, bits);
  return Array.from({ length: count }, (_, position) => position).filter((position) => !leftOut.has(position));
}

/** At most half of all 2^bits values, so that each draw is new with a chance of at least one half. */
function drawDistinct(channel: Channel<unknown>, count: number, bits: number): Set<number> {
  const drawn = new Set<number>();
  while (drawn.size < count) {
    for (const position of channel.drawIndices('positions', count - drawn.size, bits)) drawn.add(position);
  }
  return drawn;
}
