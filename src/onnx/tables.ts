// The cost of lookup tables in a proof. Requantised tensors with one clamp share a table of (q, y), those with one
// shift a table of remainders; so a choice costs only the rows that it adds to those of the layers before it.

/** The lookups of a requantisation. */
export interface TableUse {
  readonly activation: 'relu' | 'identity';
  readonly min: number;
  readonly max: number;
  readonly shift: number;
  /** The range of q over all inputs in range: the rows of the table of (q, y). */
  readonly quotients: { readonly min: number; readonly max: number };
}

/** The widest remainder that is one column of the proof. */
export const LIMB_BITS = 12;
/** Nanoseconds of a prover per row of a table, per requantised value, and per limb of its remainder. */
export const ROW_COST = 55;
export const VALUE_COST = 300;
const LIMB_COST = 150;

/** Half of p: a proof accepts z = q·2^shift + ρ if |z| + 2^shift·(|q| + 1) < p for every row q of the table. */
const MAX_REACH = 2 ** 30;

interface Range {
  readonly min: number;
  readonly max: number;
}

interface Use {
  readonly shift: number;
  /** The greatest |z|. */
  readonly magnitude: number;
}

export class Tables {
  readonly #quotients = new Map<string, Range>();
  readonly #uses = new Map<string, Use[]>();
  readonly #shifts = new Set<number>();

  add(use: TableUse, magnitude: number): void {
    const key = keyOf(use);
    this.#quotients.set(key, this.#rangeWith(use));
    this.#uses.set(key, [...(this.#uses.get(key) ?? []), { shift: use.shift, magnitude }]);
    this.#shifts.add(use.shift);
  }

  /** Whether everything that would share the table has unique quotients: all rows are open to each of them. */
  accepts(use: TableUse, magnitude: number): boolean {
    const range = this.#rangeWith(use);
    const most = Math.max(-range.min, range.min + paddedRows(range) - 1);
    const all = [...(this.#uses.get(keyOf(use)) ?? []), { shift: use.shift, magnitude }];
    return all.every(({ shift, magnitude: greatest }) => greatest + 2 ** shift * (most + 1) <= MAX_REACH);
  }

  /** Number of rows of all tables, as padded. */
  get rows(): number {
    let rows = 0;
    for (const range of this.#quotients.values()) rows += paddedRows(range);
    for (const shift of this.#shifts) rows += remainderRows(shift);
    return rows;
  }

  /** Returns the cost of one more requantisation of `values` values, without the fixed cost of each value. */
  costOf(use: TableUse, values: number): number {
    const known = this.#quotients.get(keyOf(use));
    const rows = paddedRows(this.#rangeWith(use)) - (known === undefined ? 0 : paddedRows(known));
    const remainders = this.#shifts.has(use.shift) ? 0 : remainderRows(use.shift);
    return ROW_COST * (rows + remainders) + LIMB_COST * limbCount(use.shift) * values;
  }

  #rangeWith(use: TableUse): Range {
    const known = this.#quotients.get(keyOf(use)) ?? use.quotients;
    return { min: Math.min(known.min, use.quotients.min), max: Math.max(known.max, use.quotients.max) };
  }
}

const keyOf = ({ activation, min, max }: TableUse): string => `${activation} ${min} ${max}`;

/** Returns the rows of a table of (q, y) as padded. */
export function paddedRows({ min, max }: Range): number {
  return 2 ** Math.ceil(Math.log2(max - min + 1));
}

/** Returns the rows for remainders of this many bits: wide ones are cut into equal limbs, each a committed column. */
function remainderRows(shift: number): number {
  const limbs = limbCount(shift);
  return limbs === 0 ? 0 : limbs * 2 ** Math.ceil(shift / limbs);
}

const limbCount = (shift: number): number => Math.ceil(shift / LIMB_BITS);
