// The opened positions of a code word, drawn by both sides.

import type { Channel } from '../../transcript/channel.ts';
import type { CodeShape } from '../query-errors.ts';
import { codeVariables } from './parameters.ts';

/**
 * Returns the positions to open, ascending: a uniform set of `queries` distinct ones; all of them without a draw if
 * there are not more. To be drawn after the nonce has been absorbed.
 *
 * The first different values of a uniform sequence are a uniform set, since renaming positions renames
 * such sets. If more than half of all positions are opened, the others are drawn instead.
 */
export function drawPositions(
  channel: Pick<Channel<unknown>, 'drawIndices'>,
  code: CodeShape & { readonly queries: number },
): number[] {
  const bits = codeVariables(code);
  const count = 2 ** bits;
  if (code.queries >= count) return Array.from({ length: count }, (_, position) => position);
  if (code.queries <= count / 2) {
    return [...drawDistinct(channel, code.queries, bits)].sort((a, b) => a - b);
  }
  const leftOut = drawDistinct(channel, count - code.queries, bits);
  return Array.from({ length: count }, (_, position) => position).filter((position) => !leftOut.has(position));
}

/** At most half of all 2^bits values, so that each draw is new with a chance of at least one half. */
function drawDistinct(channel: Pick<Channel<unknown>, 'drawIndices'>, count: number, bits: number): Set<number> {
  const drawn = new Set<number>();
  while (drawn.size < count) {
    for (const position of channel.drawIndices('positions', count - drawn.size, bits)) drawn.add(position);
  }
  return drawn;
}
