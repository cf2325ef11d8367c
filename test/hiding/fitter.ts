// Tails that make a row take given values at opened positions: interpolation modulo p.

import type { AnyField } from '../support/fields.ts';

export const coordinatesOf = (field: AnyField, value: unknown): bigint[] => field.toCoefficients(value).map(BigInt);

/** Arithmetic modulo p. */
class Modulo {
  readonly p: bigint;

  constructor(p: bigint) {
    this.p = p;
  }

  of = (x: bigint): bigint => ((x % this.p) + this.p) % this.p;

  power(base: bigint, exponent: bigint): bigint {
    let result = 1n;
    for (let [square, rest] = [this.of(base), exponent]; rest > 0n; rest >>= 1n) {
      if (rest & 1n) result = (result * square) % this.p;
      square = (square * square) % this.p;
    }
    return result;
  }

  inverse = (x: bigint): bigint => this.power(x, this.p - 2n);
}

/** Finds tails with which a row takes given values at the opened positions. */
export class Fitter {
  readonly #modulo: Modulo;
  readonly #xs: bigint[];
  readonly #shifts: bigint[];
  readonly #vanishing: bigint[];
  readonly #inverses = new Map<bigint, bigint>();
  readonly #tail: number;

  constructor(
    field: AnyField,
    level: { columnVariables: number; rateBits: number },
    tail: number,
    positions: readonly number[],
  ) {
    const modulo = new Modulo(field.characteristic);
    this.#modulo = modulo;
    this.#tail = tail;
    const [root] = coordinatesOf(field, field.rootOfUnity(level.columnVariables + level.rateBits));
    this.#xs = positions.map((position) => modulo.power(root, BigInt(position)));
    this.#shifts = this.#xs.map((x) => modulo.inverse(modulo.power(x, 2n ** BigInt(level.columnVariables))));
    let vanishing = [1n];
    for (const x of this.#xs) {
      const next = new Array<bigint>(vanishing.length + 1).fill(0n);
      for (const [k, c] of vanishing.entries()) {
        next[k + 1] = modulo.of(next[k + 1] + c);
        next[k] = modulo.of(next[k] - c * x);
      }
      vanishing = next;
    }
    this.#vanishing = vanishing;
  }

  /** @param free - uniform elements: what the opened positions leave open */
  fit(data: readonly bigint[], targets: readonly bigint[], free: (count: number) => bigint[]): bigint[] {
    const modulo = this.#modulo;
    const xs = this.#xs;
    const q = xs.length;
    if (q >= this.#tail) throw new Error(`${q} positions are opened, the tail has ${this.#tail} coefficients`);
    const differences = xs.map((x, j) => {
      let sum = 0n;
      for (let i = data.length - 1; i >= 0; i--) sum = modulo.of(sum * x + data[i]);
      return modulo.of((targets[j] - sum) * this.#shifts[j]);
    });
    // Newton's form
    for (let order = 1; order < q; order++) {
      for (let i = q - 1; i >= order; i--) {
        differences[i] = modulo.of((differences[i] - differences[i - 1]) * this.#inverseOf(xs[i] - xs[i - order]));
      }
    }
    let coefficients: bigint[] = [];
    for (let i = q - 1; i >= 0; i--) {
      const next = [0n, ...coefficients];
      for (const [k, c] of coefficients.entries()) next[k] = modulo.of(next[k] - c * xs[i]);
      next[0] = modulo.of(next[0] + differences[i]);
      coefficients = next;
    }
    const tail = Array.from({ length: this.#tail }, (_, k) => coefficients[k] ?? 0n);
    for (const [i, s] of free(this.#tail - q).entries()) {
      for (const [k, c] of this.#vanishing.entries()) tail[i + k] = modulo.of(tail[i + k] + s * c);
    }
    return tail;
  }

  #inverseOf(difference: bigint): bigint {
    const key = this.#modulo.of(difference);
    const known = this.#inverses.get(key) ?? this.#modulo.inverse(key);
    this.#inverses.set(key, known);
    return known;
  }
}
