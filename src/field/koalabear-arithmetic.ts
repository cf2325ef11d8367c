// KoalaBear and its quartic extension on plain numbers:
//   F_p,  p = 2³¹ − 2²⁴ + 1        F = F_p[X]/(X⁴ − 3)
// An element of F is a tuple of its four coordinates in [0, p), constant coefficient first. These are the
// canonical values, not the Montgomery form in which engines keep vectors.
//
// Every function assumes canonical operands; encodings are checked where they are read (koalabear.ts).
//
// X⁴ − 3 is irreducible because 3 generates F_p* and 4 divides p − 1. Doubles carry the products: a
// product of a 16-bit half and a coordinate is below 2⁴⁷, and sums of up to 64 of them are exact:
// 64·(2¹⁶ − 1)·(p − 1) < 2⁵³ − 2³¹.

/**
 * p = 2³¹ − 2²⁴ + 1
 *
 * @example
 * ```ts
 * import { KOALABEAR_MODULUS } from 'ternary-gkr/field';
 *
 * console.log(KOALABEAR_MODULUS === 2 ** 31 - 2 ** 24 + 1); // true
 * ```
 */
export const KOALABEAR_MODULUS = 0x7f000001;
const P = KOALABEAR_MODULUS;
/** X⁴ */
const NONRESIDUE = 3;

/**
 * c₀ + c₁·X + c₂·X² + c₃·X³, coordinates in [0, p).
 *
 * @example
 * ```ts
 * import { koalaBear, type KoalaElement } from 'ternary-gkr/field';
 *
 * // 2 + X of F_p[X]/(X⁴ − 3)
 * const element: KoalaElement = [2, 1, 0, 0];
 * console.log(koalaBear.mul(element, element)); // [ 4, 4, 1, 0 ]
 * ```
 */
export type KoalaElement = readonly [number, number, number, number];

// Slightly below 1/p, so that the truncated quotient of 0 ≤ x < 2⁶² is ⌊x/p⌋ or, rarely, one less: the
// shortfall x/p·2⁻⁴⁰ stays below 2⁻⁹, rounding errors below 2⁻²⁰. One conditional subtraction corrects it, and
// its branch is predicted; a branch on random data would cost as much as the multiplication. The remainder
// before it is below p + p/256 < 2³¹.
const INVERSE_BELOW = (1 / P) * (1 - 2 ** -40);

/** a + b in F_p */
export function addMod(a: number, b: number): number {
  const sum = (a - P + b) | 0;
  return sum + (P & (sum >> 31));
}

/** a − b in F_p */
export function subMod(a: number, b: number): number {
  const difference = (a - b) | 0;
  return difference + (P & (difference >> 31));
}

/**
 * a·b in F_p
 *
 * @example
 * ```ts
 * import { koalaBearMultiply } from 'ternary-gkr/field';
 *
 * console.log(koalaBearMultiply(65536, 65536)); // 33554430
 * ```
 */
export function mulMod(a: number, b: number): number {
  const quotient = (a * b * INVERSE_BELOW) | 0;
  const remainder = (Math.imul(a, b) - Math.imul(quotient, P)) | 0;
  return remainder >= P ? remainder - P : remainder;
}

/** x mod p for an integer 0 ≤ x < 2⁵³ held exactly. */
export function reduceUnsigned(x: number): number {
  const remainder = x - Math.floor(x * INVERSE_BELOW) * P;
  return (remainder >= P ? remainder - P : remainder) | 0;
}

/** x mod p, in [0, p), for an integer |x| ≤ 2⁵³ − 2³¹ held exactly; the quotient of a negative x may be one too large. */
export function reduceSigned(x: number): number {
  const remainder = x - Math.floor(x * INVERSE_BELOW) * P;
  if (remainder < 0) return (remainder + P) | 0;
  return (remainder >= P ? remainder - P : remainder) | 0;
}

/** (high·2¹⁶ + low) mod p for |high|, |low| ≤ 2⁵³ − 2³¹: where sums of products with 16-bit halves end. */
export function reduceHalves(high: number, low: number): number {
  return reduceSigned(reduceSigned(high) * 0x10000 + reduceSigned(low));
}

/** base^exponent in F_p, 0 ≤ exponent < 2³¹ */
export function powMod(base: number, exponent: number): number {
  let result = 1;
  for (let square = base, rest = exponent; rest > 0; rest >>>= 1, square = mulMod(square, square)) {
    if ((rest & 1) === 1) result = mulMod(result, square);
  }
  return result;
}

export function addExtension(a: KoalaElement, b: KoalaElement): KoalaElement {
  return [addMod(a[0], b[0]), addMod(a[1], b[1]), addMod(a[2], b[2]), addMod(a[3], b[3])];
}

export function subExtension(a: KoalaElement, b: KoalaElement): KoalaElement {
  return [subMod(a[0], b[0]), subMod(a[1], b[1]), subMod(a[2], b[2]), subMod(a[3], b[3])];
}

/** c_k = Σ_{i + j = k} aᵢ·bⱼ + 3·Σ_{i + j = k + 4} aᵢ·bⱼ, each with two exact sums over the halves of the aᵢ. */
export function mulExtension(a: KoalaElement, b: KoalaElement): KoalaElement {
  const b0 = b[0];
  const b1 = b[1];
  const b2 = b[2];
  const b3 = b[3];
  const w1 = NONRESIDUE * b1;
  const w2 = NONRESIDUE * b2;
  const w3 = NONRESIDUE * b3;
  const l0 = a[0] & 0xffff;
  const l1 = a[1] & 0xffff;
  const l2 = a[2] & 0xffff;
  const l3 = a[3] & 0xffff;
  const h0 = a[0] >>> 16;
  const h1 = a[1] >>> 16;
  const h2 = a[2] >>> 16;
  const h3 = a[3] >>> 16;
  return [
    reduceUnsigned(
      reduceUnsigned(h0 * b0 + h1 * w3 + h2 * w2 + h3 * w1) * 0x10000 + (l0 * b0 + l1 * w3 + l2 * w2 + l3 * w1),
    ),
    reduceUnsigned(
      reduceUnsigned(h0 * b1 + h1 * b0 + h2 * w3 + h3 * w2) * 0x10000 + (l0 * b1 + l1 * b0 + l2 * w3 + l3 * w2),
    ),
    reduceUnsigned(
      reduceUnsigned(h0 * b2 + h1 * b1 + h2 * b0 + h3 * w3) * 0x10000 + (l0 * b2 + l1 * b1 + l2 * b0 + l3 * w3),
    ),
    reduceUnsigned(
      reduceUnsigned(h0 * b3 + h1 * b2 + h2 * b1 + h3 * b0) * 0x10000 + (l0 * b3 + l1 * b2 + l2 * b1 + l3 * b0),
    ),
  ];
}

/**
 * The same product of the element at `from` of `flat` and b, written at `to` of it: without an array for each
 * product, of which a verifier's tables have many.
 */
export function scaleFlat(flat: Int32Array, from: number, b: KoalaElement, to: number): void {
  const b0 = b[0];
  const b1 = b[1];
  const b2 = b[2];
  const b3 = b[3];
  const w1 = NONRESIDUE * b1;
  const w2 = NONRESIDUE * b2;
  const w3 = NONRESIDUE * b3;
  const l0 = flat[from] & 0xffff;
  const l1 = flat[from + 1] & 0xffff;
  const l2 = flat[from + 2] & 0xffff;
  const l3 = flat[from + 3] & 0xffff;
  const h0 = flat[from] >>> 16;
  const h1 = flat[from + 1] >>> 16;
  const h2 = flat[from + 2] >>> 16;
  const h3 = flat[from + 3] >>> 16;
  const high0 = reduceUnsigned(h0 * b0 + h1 * w3 + h2 * w2 + h3 * w1);
  const high1 = reduceUnsigned(h0 * b1 + h1 * b0 + h2 * w3 + h3 * w2);
  const high2 = reduceUnsigned(h0 * b2 + h1 * b1 + h2 * b0 + h3 * w3);
  const high3 = reduceUnsigned(h0 * b3 + h1 * b2 + h2 * b1 + h3 * b0);
  flat[to] = reduceUnsigned(high0 * 0x10000 + (l0 * b0 + l1 * w3 + l2 * w2 + l3 * w1));
  flat[to + 1] = reduceUnsigned(high1 * 0x10000 + (l0 * b1 + l1 * b0 + l2 * w3 + l3 * w2));
  flat[to + 2] = reduceUnsigned(high2 * 0x10000 + (l0 * b2 + l1 * b1 + l2 * b0 + l3 * w3));
  flat[to + 3] = reduceUnsigned(high3 * 0x10000 + (l0 * b3 + l1 * b2 + l2 * b1 + l3 * b0));
}

/**
 * 1/a for a ≠ 0. With Y = X² and K = F_p[Y]/(Y² − 3), a = A + B·X, A = a₀ + a₂·Y, B = a₁ + a₃·Y:
 *   1/a = (A − B·X)/N,  N = A² − Y·B² = n₀ + n₁·Y ∈ K,  1/N = (n₀ − n₁·Y)/(n₀² − 3·n₁²).
 */
export function invExtension(a: KoalaElement): KoalaElement {
  const [a0, a1, a2, a3] = a;
  const n0 = subMod(addMod(mulMod(a0, a0), triple(mulMod(a2, a2))), mulMod(6, mulMod(a1, a3)));
  const n1 = subMod(mulMod(2, mulMod(a0, a2)), addMod(mulMod(a1, a1), triple(mulMod(a3, a3))));
  const norm = powMod(subMod(mulMod(n0, n0), triple(mulMod(n1, n1))), P - 2);
  const i0 = mulMod(n0, norm);
  const i1 = subMod(0, mulMod(n1, norm));
  return [
    addMod(mulMod(a0, i0), triple(mulMod(a2, i1))),
    subMod(0, addMod(mulMod(a1, i0), triple(mulMod(a3, i1)))),
    addMod(mulMod(a0, i1), mulMod(a2, i0)),
    subMod(0, addMod(mulMod(a1, i1), mulMod(a3, i0))),
  ];
}

function triple(a: number): number {
  return mulMod(NONRESIDUE, a);
}
