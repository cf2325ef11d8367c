// Arithmetic of the JavaScript kernels: canonical words of KoalaBear, one lane at a time, branch-free.
//
// A sum of products S is reduced by its quotient in floating point: q = ⌊S/p⌉ from the rounded sum, then
// S − q·p exactly modulo 2³². For |S| < 2⁶⁶ the double is off by less than 2¹⁵, q by less than 1/2 + 2⁻¹⁵, so
// that the remainder lies within p/2 + p·2⁻¹⁵ < 2³¹. Factors need not be reduced, nor be non-negative.
//
// Constants stand in the functions: a module's constants are loaded from its scope at each use, which takes as
// long again as the multiplication.

/** a + b for a, b in [0, p) */
export function add(a: number, b: number): number {
  const sum = (a + b - 0x7f000001) | 0;
  return (sum + (0x7f000001 & (sum >> 31))) | 0;
}

/** a − b for a, b in [0, p) */
export function sub(a: number, b: number): number {
  const difference = (a - b) | 0;
  return (difference + (0x7f000001 & (difference >> 31))) | 0;
}

/** (approximate S, S mod 2³²) to S mod p in [0, p) */
function remainder(approximate: number, low: number): number {
  // Adding and subtracting 1.5·2⁵² rounds |x| < 2⁵¹ to the nearest integer.
  const quotient = approximate * (1 / 0x7f000001) + 6755399441055744 - 6755399441055744;
  const rest = (low - Math.imul(quotient, 0x7f000001)) | 0;
  return (rest + (0x7f000001 & (rest >> 31))) | 0;
}

/** a·b */
export function mul(a: number, b: number): number {
  return remainder(a * b, Math.imul(a, b));
}

/** a·b + c */
export function mulAdd(a: number, b: number, c: number): number {
  return remainder(a * b + c, (Math.imul(a, b) + c) | 0);
}

/** a0·b0 + a1·b1 + a2·b2 + a3·b3 + c: a coefficient of a product in the extension, plus c */
export function mul4Add(
  a0: number,
  b0: number,
  a1: number,
  b1: number,
  a2: number,
  b2: number,
  a3: number,
  b3: number,
  c: number,
): number {
  return remainder(
    a0 * b0 + a1 * b1 + a2 * b2 + a3 * b3 + c,
    (((Math.imul(a0, b0) + Math.imul(a1, b1)) | 0) + ((Math.imul(a2, b2) + Math.imul(a3, b3)) | 0) + c) | 0,
  );
}

/** x mod p in [0, p) for an integer |x| < 2⁵³. */
export function modulo(x: number): number {
  const rest = x % 0x7f000001;
  return rest < 0 ? rest + 0x7f000001 : rest;
}
