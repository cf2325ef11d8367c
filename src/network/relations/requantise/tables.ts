// Lookup tables of requantisation: per activation a table of (q, clamp(f(q))) that covers every quotient within
// the bounds, and per limb of the remainder a range of exactly 2^bits integers. Layers share tables.
//
// A remainder of many bits is cut into limbs ρ = Σ_j limb_j·2^(low bits): the top one centred, the others
// from 0, so that ρ covers [−2^(shift−1), 2^(shift−1)) exactly once and zero is zero in every limb.

import { InputError } from '../../../errors.ts';
import { MAX_LOOKUP_VARIABLES } from '../../../lookup/protocol.ts';
import { functionTable, type LookupTable, rangeTable } from '../../../lookup/table.ts';
import { logCeil } from '../../../poly/point.ts';
import { hull, type Interval } from '../../model/interval.ts';
import { activate, quotientInterval } from '../../model/requantisation.ts';
import type { RequantiseNode } from '../nodes.ts';

/** Largest tables: 2^LIMB_BITS rows for a limb, 2^ACTIVATION_BITS for an activation. */
const LIMB_BITS = 12;
const ACTIVATION_BITS = 20;

/** One limb of a remainder: limb·2^place, limb ∈ [start, start + 2^bits). */
export interface Limb {
  readonly bits: number;
  readonly place: number;
  readonly start: number;
}

/** Returns the limbs of a remainder of `shift` bits, lowest first; an empty list for shift 0. */
export function limbsOf(shift: number): Limb[] {
  const count = Math.ceil(shift / LIMB_BITS);
  const limbs: Limb[] = [];
  let place = 0;
  for (let j = 0; j < count; j++) {
    const bits = Math.ceil((shift - place) / (count - j));
    const isTop = j === count - 1;
    limbs.push({ bits, place, start: isTop ? -(2 ** (bits - 1)) : 0 });
    place += bits;
  }
  return limbs;
}

/** Returns the values of one limb for all remainders. */
export function limbValues({ bits, place, start }: Limb, remainders: Int32Array): Int32Array {
  // an arithmetic shift: floor division, also for negative remainders
  const mask = 2 ** bits - 1;
  return remainders.map((remainder) => (start === 0 ? (remainder >> place) & mask : remainder >> place));
}

/** The tables of several layers, and which of them each layer uses. */
export interface RequantiseTables {
  readonly tables: LookupTable[];
  /** For each layer: its activation table, and the table of each of its limbs. */
  readonly uses: readonly { readonly activation: number; readonly limbs: readonly number[] }[];
}

/** Returns the tables; layers with the same function and clamp share one over the union of their quotients. */
export function requantiseTables(
  layers: readonly { readonly layer: RequantiseNode; readonly input: Interval }[],
): RequantiseTables {
  const functions = new Map<string, { layer: RequantiseNode; quotients: Interval }>();
  for (const { layer, input } of layers) {
    const own = quotientInterval(layer, input);
    const known = functions.get(functionKey(layer))?.quotients ?? own;
    functions.set(functionKey(layer), { layer, quotients: hull([own.min, own.max, known.min, known.max]) });
  }
  const rows = [...functions.values()].reduce((sum, { quotients }) => sum + 2 ** tableVariables(quotients), 0);
  if (rows > 2 ** MAX_LOOKUP_VARIABLES) {
    throw new InputError(
      `the activations need tables of ${rows} rows in all; at most 2^${MAX_LOOKUP_VARIABLES}; use larger shifts or fewer clamps`,
    );
  }
  const names = [...functions.keys()];
  const tables = [...functions.values()].map(({ layer, quotients }) => activationTable(layer, quotients));
  const uses = layers.map(({ layer }) => ({
    activation: names.indexOf(functionKey(layer)),
    limbs: limbsOf(layer.shift).map(({ bits, start }) => {
      const name = `range of ${bits} bits from ${start}`;
      const known = tables.findIndex((table) => table.name === name);
      return known >= 0 ? known : tables.push(rangeTable(name, bits, start)) - 1;
    }),
  }));
  return { tables, uses };
}

function functionKey({ activation, min, max }: RequantiseNode): string {
  return `${activation} clamped to [${min}, ${max}]`;
}

function tableVariables({ min, max }: Interval): number {
  return logCeil(max - min + 1);
}

function activationTable(layer: RequantiseNode, quotients: Interval): LookupTable {
  const variables = tableVariables(quotients);
  if (variables > ACTIVATION_BITS) {
    throw new InputError(
      `layer ${layer.name}: its quotients span [${quotients.min}, ${quotients.max}], a table of 2^${variables} rows; ` +
        `at most 2^${ACTIVATION_BITS}; use a larger shift`,
    );
  }
  return functionTable(functionKey(layer), variables, quotients.min, (q) => activate(layer, q));
}

/** Returns max|q| over all 2^variables rows of a table, including those beyond the quotients' bounds. */
export function largestRow(table: LookupTable): number {
  return Math.max(Math.abs(table.start), Math.abs(table.start + 2 ** table.variables - 1));
}
