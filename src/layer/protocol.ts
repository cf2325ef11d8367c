// One linear layer a = W·x proven by six methods over the same field, transcript and kernels: what a prover gains
// from knowing that W is sparse, and that its nonzero entries are signs.
// - `ternary`: v(i) = Σ_o eq(r, o)·W(o, i) by one addition for each nonzero entry, then a run of x̃·v over i (sparse).
// - `sparse`: the same v by one multiplication with a small integer for each nonzero entry.
// - `dense`: the same v by one such multiplication for every entry, zero or not.
// - `vanilla-sum`, `vanilla-tree`: a layered circuit with W among its inputs (circuit/), products summed by one gate an
//   output, or by a tree of additions. These provers are specialised for W·x by hand.
// - `circuit`: the circuit of `vanilla-sum` by the prover of any circuit (gkr/circuit, general/), for layers of at most
//   2^22 products.
// The first three differ in how the prover makes v, and are one protocol to the verifier.
//
// A statement: method, shape, digest of W, input and output are absorbed; a point is drawn; both sides evaluate ã
// there from the output; the method reduces that claim to claims on x̃, which the verifier compares with the input.

import type { Field } from '../field/field.ts';
import { logCeil } from '../poly/point.ts';
import type { Channel } from '../transcript/channel.ts';

/**
 * How a layer is proven.
 *
 * @example
 * ```ts
 * import type { LayerMethod } from 'ternary-gkr/layer';
 *
 * const compared: LayerMethod[] = ['ternary', 'dense', 'vanilla-tree'];
 * ```
 */
export type LayerMethod = 'ternary' | 'sparse' | 'dense' | 'vanilla-tree' | 'vanilla-sum' | 'circuit';

/**
 * All methods, the cheapest first; `circuit`, which does not fit every layer, last.
 *
 * @example
 * ```ts
 * import { LAYER_METHODS } from 'ternary-gkr/layer';
 *
 * console.log(LAYER_METHODS.includes('ternary'), LAYER_METHODS.length); // true 6
 * ```
 */
export const LAYER_METHODS: readonly LayerMethod[] = [
  'ternary',
  'sparse',
  'dense',
  'vanilla-sum',
  'vanilla-tree',
  'circuit',
];

/** How a specialised prover's circuit adds its products; undefined for the other methods. */
export function adderOf(method: LayerMethod): 'sum' | 'tree' | undefined {
  if (method === 'vanilla-sum') return 'sum';
  return method === 'vanilla-tree' ? 'tree' : undefined;
}

/** The statement about a layer; input and output are batch-major and not padded. */
export interface LayerStatement {
  readonly method: LayerMethod;
  readonly rowCount: number;
  readonly columnCount: number;
  /** Digest of W, by `ternaryDigest`. */
  readonly digest: Uint8Array;
  readonly input: Int32Array;
  readonly output: Int32Array;
}

/** Returns the largest absolute value of inputs with which sums of `columnCount` of them stay below p/2 and 2³¹. */
export function layerLimit(field: Field<unknown>, columnCount: number): number {
  const half = Math.min(Number(field.characteristic / 2n), 2 ** 31 - 1);
  return Math.floor(half / columnCount);
}

/** Whether all values lie within ±limit. */
export function areWithin(values: Int32Array, limit: number): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] > limit || values[i] < -limit) return false;
  return true;
}

/** Absorbs the statement and draws the point (batch, row) of the claim on the output. */
export function beginStatement<E>(channel: Channel<E>, statement: LayerStatement): E[] {
  const { method, rowCount, columnCount, digest, input, output } = statement;
  const batch = input.length / columnCount;
  channel.absorb('method', new TextEncoder().encode(method));
  channel.absorb('shape', encodeIntegers(Int32Array.of(rowCount, columnCount, batch)));
  channel.absorb('weights', digest);
  channel.absorb('input', encodeIntegers(input));
  channel.absorb('output', encodeIntegers(output));
  return channel.drawMany('output point', logCeil(batch) + logCeil(rowCount));
}

/**
 * Returns the values in one, two or four bytes each, the fewest that hold them all, after a byte with that number: the
 * hash of the statement is a good part of a small layer's proof. One encoding for each sequence of values.
 */
function encodeIntegers(values: Int32Array): Uint8Array {
  let least = 0;
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < least) least = values[i];
    if (values[i] > most) most = values[i];
  }
  const size = least >= -128 && most < 128 ? 1 : least >= -(2 ** 15) && most < 2 ** 15 ? 2 : 4;
  const bytes = new Uint8Array(1 + size * values.length);
  bytes[0] = size;
  for (let byte = 0; byte < size; byte++) {
    const shift = 8 * byte;
    for (let i = 0, at = 1 + byte; i < values.length; i++, at += size) bytes[at] = values[i] >> shift;
  }
  return bytes;
}
