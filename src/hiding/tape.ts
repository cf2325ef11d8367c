// A record of what a verifier computes from values that it does not see. A hidden value has a degree, and stands for a
// polynomial in z of that degree whose leading coefficient is the value:
//
//   the i-th element sent    −N_i + z·x_i        degree 1
//   a value that is known    itself              degree 0
//   a sum                    the sum of both, the one of lower degree times a power of z
//   a product                the product
//
// The tape is played over numbers once z is known (the verifier), or over polynomials (the prover). An equation between
// hidden values holds if the leading coefficient of its polynomial is zero. QuickSilver (ePrint 2021/076), section 4.

import type { Field } from '../field/field.ts';

/** The highest degree of a hidden value: an inverse is checked by a product of three. */
export const MAX_DEGREE = 3;

/** A value that the verifier computes with: known, or recorded. */
export type Masked<E> = Known<E> | Hidden;

export interface Known<E> {
  readonly degree: 0;
  readonly value: E;
}

export interface Hidden {
  /** From 1 to MAX_DEGREE. */
  readonly degree: number;
  /** Its place on the tape. */
  readonly node: number;
}

/** Returns a value that is known. */
export const known = <E>(value: E): Known<E> => ({ degree: 0, value });

/** Whether a value is known. */
export function isKnown<E>(value: Masked<E>): value is Known<E> {
  return value.degree === 0;
}

type Operation = 'sent' | 'sum' | 'difference' | 'product';

interface Node<E> {
  readonly operation: Operation;
  readonly degree: number;
  readonly left: Masked<E>;
  readonly right: Masked<E>;
}

/** The arithmetic that a tape is played over: of numbers, or of polynomials in z. */
interface Arithmetic<E, T> {
  /** The i-th element sent. */
  sent(index: number): T;
  known(value: E): T;
  /** Returns the value times z^power. */
  shift(value: T, power: number): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
}

/** The values after a play. */
export interface Play<E, T> {
  /** Of left − right of each equation, in order. */
  readonly equations: readonly { readonly degree: number; readonly value: T }[];
  /** Returns what a value stands for. */
  of(value: Masked<E>): T;
  /** Returns Σ_i θ^i·z^(MAX_DEGREE − degree_i)·(equation i). */
  combine(field: Field<E>, theta: E): T;
}

export class Tape<E> {
  readonly #nodes: Node<E>[] = [];
  readonly #equations: Masked<E>[] = [];
  #sent = 0;
  #isClosed = false;

  /** Whether the line has been drawn: nothing is hidden from there on. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** The number of elements sent so far. */
  get sentCount(): number {
    return this.#sent;
  }

  get equationCount(): number {
    return this.#equations.length;
  }

  /** Records the next element that is sent. */
  send(): Hidden {
    this.#sent++;
    const none: Masked<E> = { degree: 1, node: -1 };
    return this.#record('sent', 1, none, none);
  }

  sum(left: Masked<E>, right: Masked<E>): Hidden {
    return this.#record('sum', Math.max(left.degree, right.degree), left, right);
  }

  difference(left: Masked<E>, right: Masked<E>): Hidden {
    return this.#record('difference', Math.max(left.degree, right.degree), left, right);
  }

  product(left: Masked<E>, right: Masked<E>): Hidden {
    return this.#record('product', left.degree + right.degree, left, right);
  }

  /** Records that a value is zero. */
  equate(value: Masked<E>): void {
    this.#requireOpen();
    this.#equations.push(value);
  }

  /**
   * Plays over numbers.
   *
   * @param z - the point at which the polynomials are taken
   * @param sent - the numbers z·x_i − N_i of the elements sent, in order
   */
  playNumbers(field: Field<E>, z: E, sent: readonly E[]): Play<E, E> {
    const powers = [field.one];
    for (let power = 1; power <= MAX_DEGREE; power++) powers.push(field.mul(powers[power - 1], z));
    return this.#play<E>({
      sent: (index) => sent[index],
      known: (value) => value,
      shift: (value, power) => field.mul(value, powers[power]),
      add: (a, b) => field.add(a, b),
      sub: (a, b) => field.sub(a, b),
      mul: (a, b) => field.mul(a, b),
    });
  }

  /**
   * Plays over polynomials in z, constant coefficient first.
   *
   * @param noise - N_i of each element sent
   * @param values - x_i of each
   */
  playPolynomials(field: Field<E>, noise: readonly E[], values: readonly E[]): Play<E, readonly E[]> {
    const { zero } = field;
    const combined = (a: readonly E[], b: readonly E[], join: (a: E, b: E) => E): E[] =>
      Array.from({ length: Math.max(a.length, b.length) }, (_, k) => join(a[k] ?? zero, b[k] ?? zero));
    return this.#play<readonly E[]>({
      sent: (index) => [field.neg(noise[index]), values[index]],
      known: (value) => [value],
      shift: (value, power) => [...new Array<E>(power).fill(zero), ...value],
      add: (a, b) => combined(a, b, (x, y) => field.add(x, y)),
      sub: (a, b) => combined(a, b, (x, y) => field.sub(x, y)),
      mul(a, b) {
        const product = new Array<E>(a.length + b.length - 1).fill(zero);
        for (const [i, x] of a.entries()) {
          for (const [j, y] of b.entries()) product[i + j] = field.add(product[i + j], field.mul(x, y));
        }
        return product;
      },
    });
  }

  #record(operation: Operation, degree: number, left: Masked<E>, right: Masked<E>): Hidden {
    this.#requireOpen();
    // the protocol gives every degree, so that no proof leads here
    if (degree > MAX_DEGREE) throw new Error(`a hidden value has degree ${degree}, at most ${MAX_DEGREE}`);
    return { degree, node: this.#nodes.push({ operation, degree, left, right }) - 1 };
  }

  /** Nobody would check a hidden value that came after the line. */
  #requireOpen(): void {
    if (this.#isClosed) throw new Error('a hidden value after the line');
  }

  #play<T>(over: Arithmetic<E, T>): Play<E, T> {
    const values: T[] = [];
    const of = (value: Masked<E>): T => (isKnown(value) ? over.known(value.value) : values[value.node]);
    const raised = (value: Masked<E>, degree: number): T =>
      value.degree === degree ? of(value) : over.shift(of(value), degree - value.degree);
    let sent = 0;
    for (const { operation, degree, left, right } of this.#nodes) {
      if (operation === 'sent') values.push(over.sent(sent++));
      else if (operation === 'sum') values.push(over.add(raised(left, degree), raised(right, degree)));
      else if (operation === 'difference') values.push(over.sub(raised(left, degree), raised(right, degree)));
      else values.push(over.mul(of(left), of(right)));
    }
    return {
      equations: this.#equations.map((equation) => ({ degree: equation.degree, value: of(equation) })),
      of,
      combine: (field, theta) => {
        // Horner's scheme
        const step = (sum: T, equation: Masked<E>): T =>
          over.add(over.mul(over.known(theta), sum), raised(equation, MAX_DEGREE));
        return this.#equations.reduceRight(step, over.known(field.zero));
      },
    };
  }
}
