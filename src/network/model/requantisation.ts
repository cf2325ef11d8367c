import type { Interval } from './interval.ts';
import type { RequantiseLayer } from './network.ts';

/** Returns ⌊z / 2^shift + 1/2⌋; exact for |z| < 2⁵². */

export function quotient({ shift }: RequantiseLayer, z: number): number {
  return shift === 0 ? z : Math.floor((z + 2 ** (shift - 1)) / 2 ** shift);
}
/** Returns clamp(f(q)); monotone, and 0 at 0. */

export function activate({ activation, min, max }: RequantiseLayer, q: number): number {
  const value = activation === 'relu' ? Math.max(q, 0) : q;
  return Math.min(Math.max(value, min), max);
}
/** Returns the quotients of all z within bounds. */

export function quotientInterval(layer: RequantiseLayer, z: Interval): Interval {
  return { min: quotient(layer, z.min), max: quotient(layer, z.max) };
}
/** Largest shift: beyond it the bound max|z| + 2^shift·(max|q| + 1) < p leaves no room for quotients. */

export const MAX_SHIFT = 24;
