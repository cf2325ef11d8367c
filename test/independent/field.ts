/** KoalaBear^4 of section 2 over bigint, an element being its four coordinates, and the polynomials of section 3. */

/** Thrown wherever the page says "refuse". */
export class Refusal extends Error {}

export function check(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new Refusal(rule);
}

export type Element = readonly bigint[];
export type Point = readonly Element[];

export const P = 2130706433n;
const mod = (value: bigint): bigint => ((value % P) + P) % P;
export const of = (value: bigint | number): Element => [mod(BigInt(value)), 0n, 0n, 0n];
export const [zero, one] = [of(0), of(1)];
export const add = (a: Element, b: Element): Element => a.map((x, k) => mod(x + b[k]!));
export const sub = (a: Element, b: Element): Element => a.map((x, k) => mod(x - b[k]!));
export const times = (a: Element, n: bigint): Element => a.map((x) => mod(x * n));
export const equal = (a: Element, b: Element): boolean => a.every((x, k) => x === b[k]);
export const sum = (terms: readonly Element[]): Element => terms.reduce(add, zero);

export function mul(a: Element, b: Element): Element {
  const product = [0n, 0n, 0n, 0n, 0n, 0n, 0n];
  for (const [i, x] of a.entries()) {
    if (x !== 0n) for (const [j, y] of b.entries()) product[i + j]! += x * y;
  }
  return [0, 1, 2, 3].map((k) => mod(product[k]! + 3n * (product[k + 4] ?? 0n)));
}

export const product = (terms: readonly Element[]): Element => terms.reduce(mul, one);

/** Sum of x^j·terms_j. */
export const combine = (terms: readonly Element[], x: Element): Element =>
  terms.reduceRight<Element>((total, term) => add(mul(total, x), term), zero);

export function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, mod(base)];
  for (let e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

export const inverse = (n: bigint): bigint => power(n, P - 2n);

/** The root of unity of order 2^k. */
export const root = (k: number): bigint => power(3n, (P - 1n) >> BigInt(k));

/** Elements of the prime field from their encodings. */
export const integers = (bytes: Uint8Array): bigint[] =>
  Array.from({ length: bytes.length / 4 }, (_, k) => {
    const value = BigInt(new DataView(bytes.buffer, bytes.byteOffset).getUint32(4 * k, true));
    check(value < P, 'an element is not canonical');
    return value;
  });

export const elements = (bytes: Uint8Array): Element[] => {
  const all = integers(bytes);
  return Array.from({ length: all.length / 4 }, (_, k) => all.slice(4 * k, 4 * k + 4));
};

/** eq(point, i) for all i: the most significant variable comes first. */
export const expand = (point: Point): Element[] =>
  point.reduce<Element[]>(
    (table, x) =>
      table.flatMap((value) => {
        const high = mul(value, x);
        return [sub(value, high), high];
      }),
    [one],
  );

export const eq = (a: Point, b: Point): Element =>
  product(a.map((x, k) => sub(add(one, times(mul(x, b[k]!), 2n)), add(x, b[k]!))));

export const eqIndex = (a: Point, index: number): Element =>
  product(a.map((x, k) => (Math.floor(index / 2 ** (a.length - 1 - k)) % 2 ? x : sub(one, x))));

export const below = (a: Point, n: number): Element => sum(expand(a).slice(0, n));

export function eqBelow(a: Point, b: Point, n: number): Element {
  const other = expand(b);
  return sum(expand(a).flatMap((x, i) => (i < n ? [mul(x, other[i]!)] : [])));
}

/** The extension at the point of integers, which are zero after the last. */
export function extension(values: readonly bigint[], point: Point): Element {
  const table = expand(point);
  return sum(values.map((value, i) => times(table[i]!, value)));
}

/** The last n variables. */
export const suffix = (point: Point, n: number): Point => point.slice(point.length - n);

/** The least k with 2^k >= n. */
export const log2 = (n: number): number => (n <= 1 ? 0 : 1 + log2(n / 2));

/** Where the blocks lie in a packed vector. */
export function pack(sizes: readonly number[]) {
  const starts = sizes.map(() => 0);
  let used = 0;
  for (const [block, size] of [...sizes.entries()].sort((a, b) => b[1] - a[1])) {
    starts[block] = used;
    used += 2 ** size;
  }
  const select = (point: Point, block: number): Element =>
    eqIndex(point.slice(0, point.length - sizes[block]!), starts[block]! / 2 ** sizes[block]!);
  return { used, variables: log2(used), select };
}
