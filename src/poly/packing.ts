// Several tables of power-of-two lengths in one vector: each an aligned block, larger ones first, the rest
// zero. The extension of the whole is Σ_b select_b(point)·block_b(suffix of the point), where select_b is
// eq of the leading variables with the block's number; a claim about a block is a claim about the whole.

import { UsageError } from '../errors.ts';
import type { Field } from '../field/field.ts';
import { evaluateEqAtIndex } from './eq.ts';
import { logCeil, type Point, prefixBefore } from './point.ts';

/**
 * Where one table lies: 2^variables values from `start`, a multiple of its length.
 *
 * @example
 * ```ts
 * import { type Block, pack } from 'ternary-gkr/poly';
 *
 * const block: Block = pack([3, 1]).blocks[1];
 * console.log(block); // { start: 8, variables: 1 }
 * ```
 */
export interface Block {
  readonly start: number;
  readonly variables: number;
}

/**
 * The layout of a packed vector of 2^variables values.
 *
 * @example
 * ```ts
 * import { pack, type Packing } from 'ternary-gkr/poly';
 *
 * const packing: Packing = pack([2, 4, 2]);
 * console.log(packing.variables, packing.used); // 5 24
 * ```
 */
export interface Packing {
  readonly variables: number;
  /** In the order in which the tables were given. */
  readonly blocks: readonly Block[];
  /** Values in use; those from here on are zero. */
  readonly used: number;
}

/**
 * Lays out tables of 2^variables[j] values each.
 *
 * @example
 * ```ts
 * import { pack } from 'ternary-gkr/poly';
 *
 * console.log(pack([1, 3]).blocks); // [ { start: 8, variables: 1 }, { start: 0, variables: 3 } ]
 * ```
 */
export function pack(variables: readonly number[]): Packing {
  if (variables.length === 0) throw new UsageError('a packed vector holds at least one table');
  const order = variables.map((_, index) => index).sort((a, b) => variables[b] - variables[a] || a - b);
  const blocks = new Array<Block>(variables.length);
  let used = 0;
  for (const index of order) {
    blocks[index] = { start: used, variables: variables[index] };
    used += 2 ** variables[index];
  }
  return { variables: logCeil(used), blocks, used };
}

/**
 * select_b(point): eq of the leading variables with the block's number.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { evaluateSelector, pack } from 'ternary-gkr/poly';
 *
 * const { blocks } = pack([1, 1]);
 * // the point (1, 0) lies in the second block of two entries
 * console.log(blocks.map((block) => evaluateSelector(bn254, block, [1n, 0n]))); // [ 0n, 1n ]
 * ```
 */
export function evaluateSelector<E>(field: Field<E>, block: Block, point: Point<E>): E {
  return evaluateEqAtIndex(field, prefixBefore(point, block.variables), block.start / 2 ** block.variables);
}
