/** KoalaBear^4 over bigint (section 2), tables and points (section 3). The most significant variable comes first. */

/** An element by its four coordinates. */
export type F = readonly bigint[];
export type Point = readonly F[];
export const P = 2130706433n;
const mod = (x: bigint): bigint => ((x % P) + P) % P;
export const of = (n: bigint): F => [mod(n), 0n, 0n, 0n];
export const [zero, one] = [of(0n), of(1n)];
export const add = (a: F, b: F): F => a.map((x, k) => mod(x + b[k]));
export const sub = (a: F, b: F): F => a.map((x, k) => mod(x - b[k]));
export const times = (a: F, n: bigint): F => a.map((x) => mod(x * n));
export const equal = (a: F, b: F): boolean => a.every((x, k) => x === b[k]);
export function mul([a, b, c, d]: F, [e, f, g, h]: F): F {
  const [low, high] = [a * e + 3n * (b * h + c * g + d * f), a * f + b * e + 3n * (c * h + d * g)];
  return [low, high, a * g + b * f + c * e + 3n * d * h, a * h + b * g + c * f + d * e].map(mod);
}
export const sum = (terms: readonly F[]): F => terms.reduce(add, zero);
export const product = (terms: readonly F[]): F => terms.reduce(mul, one);
export const dot = (a: readonly F[], b: readonly F[]): F => sum(a.map((x, i) => mul(x, b[i])));
/** Σ x^j·terms_j. */
export const combine = (terms: readonly F[], x: F): F => terms.reduceRight((total, a) => add(mul(total, x), a), zero);
export const power = (x: bigint, n: bigint): bigint => (n ? (power((x * x) % P, n >> 1n) * (n & 1n ? x : 1n)) % P : 1n);

export const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
/** The least k with 2^k ≥ n. */
export const log2 = (n: number): number => (n <= 1 ? 0 : 1 + log2(n / 2));
export const suffix = (point: Point, n: number): Point => point.slice(point.length - n);
/** eq(point, i) for all i. */
export const expand = (point: Point): F[] =>
  point.reduce<F[]>((table, x) => table.flatMap((a) => [sub(a, mul(a, x)), mul(a, x)]), [one]);
export const eq = (a: Point, b: Point): F =>
  product(a.map((x, k) => add(mul(x, b[k]), mul(sub(one, x), sub(one, b[k])))));
/** eq(point, i) for one i. */
const eqAt = (point: Point, i: number): F =>
  product(point.map((x, k) => (Math.floor(i / 2 ** (point.length - 1 - k)) % 2 ? x : sub(one, x))));
/** Where the values of a tensor, in row-major order, lie on its cube. */
export function cubePlaces(shape: readonly number[]): number[] {
  const sizes = shape.map(log2);
  return shape.reduce<number[]>(
    (places, extent, axis) =>
      places.flatMap((place) => Array.from({ length: extent }, (_, i) => place * 2 ** sizes[axis] + i)),
    [0],
  );
}

/** A tensor on its cube. */
export function cube(shape: readonly number[], values: readonly bigint[]): bigint[] {
  const padded = new Array<bigint>(2 ** total(shape.map(log2))).fill(0n);
  for (const [i, place] of cubePlaces(shape).entries()) padded[place] = values[i];
  return padded;
}

/** Π over the axes of Σ eq(a, i)·eq(b, i) for i below the extent; without b of Σ eq(a, i). */
export function box(shape: readonly number[], a: Point, b?: Point): F {
  let start = 0;
  return shape.reduce((result, extent) => {
    const [left, right] = [a, b].map((point) => point && expand(point.slice(start, start + log2(extent))));
    start += log2(extent);
    const terms = (left ?? []).slice(0, extent);
    return mul(result, sum(right ? terms.map((x, i) => mul(x, right[i])) : terms));
  }, one);
}

/** The extension at a point of integers, which are zero after the last. */
export function extension(values: readonly bigint[], point: Point): F {
  const table = expand(point);
  return [0, 1, 2, 3].map((k) => mod(values.reduce((total, value, i) => total + value * table[i][k], 0n)));
}

/** Tables of 2^size values packed in one vector, and the factor that each of them has at a point. */
export function pack(sizes: readonly number[]) {
  const before = (b: number, j: number): boolean => sizes[j] > sizes[b] || (sizes[j] === sizes[b] && j < b);
  const start = (b: number): number => sizes.reduce((at, size, j) => at + (before(b, j) ? 2 ** size : 0), 0);
  const used = sizes.reduce((total, size) => total + 2 ** size, 0);
  const select = (u: Point, b: number): F => eqAt(u.slice(0, u.length - sizes[b]), start(b) / 2 ** sizes[b]);
  return { used, variables: log2(used), select };
}

/** Refuses unless the rule holds: whatever throws, refuses. */
export function check(holds: boolean, rule: string): void {
  if (!holds) throw new Error(rule);
}
