// What lookup tables cost a proof. Requantised tensors with one clamp share a table of (q, y), those with one shift a
// table of remainders; so a choice costs only the rows that it adds to those of the layers before it.

/** What a requantisation looks up. */
export interface TableUse {
  readonly activation: 'relu' | 'identity';
  readonly min: number;
  readonly max: number;
  readonly shift: number;
  /** Every q that an input in range can give lies between these: the rows of the table of (q, y). */
  readonly quotients: { readonly min: number; readonly max: number };
}

/** The widest remainder that is one column of the proof. */
export const LIMB_BITS = 12;
/** Nanoseconds of a prover for a row of a table, for a requantised value, and for each limb of its remainder. */
export const ROW_COST = 55;
export const VALUE_COST = 300;
const LIMB_COST = 150;

interface Range {
  readonly min: number;
  readonly max: number;
}

export class Tables {
  readonly #quotients = new Map<string, Range>();
  readonly #shifts = new Set<number>();

  add(use: TableUse): void {
    this.#quotients.set(keyOf(use), this.#rangeWith(use));
    this.#shifts.add(use.shift);
  }

  /** Rows of all tables, as padded. */
  get rows(): number {
    let rows = 0;
    for (const range of this.#quotients.values()) rows += paddedRows(range);
    for (const shift of this.#shifts) rows += remainderRows(shift);
    return rows;
  }

  /** What one more requantisation of so many values costs, apart from what each has to. */
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

/** Rows of a table of (q, y) as padded. */
export function paddedRows({ min, max }: Range): number {
  return 2 ** Math.ceil(Math.log2(max - min + 1));
}

/** Rows for remainders of this many bits: wide ones are cut into limbs of equal widths, each a committed column. */
function remainderRows(shift: number): number {
  const limbs = limbCount(shift);
  return limbs === 0 ? 0 : limbs * 2 ** Math.ceil(shift / limbs);
}

const limbCount = (shift: number): number => Math.ceil(shift / LIMB_BITS);
