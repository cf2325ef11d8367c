// y = clamp(f(q)) with z = q·2^shift + ρ and the centred remainder ρ ∈ [−2^(shift−1), 2^(shift−1)). With
// shift 0, q = z and there is no remainder. f(0) = 0 and the clamp holds 0, so that padding stays zero.

import { InputError } from '../../../errors.ts';
import type { RequantiseLayer } from '../../network.ts';
import type { Interval, LayerRules } from '../rules.ts';

/** Largest shift: beyond it the bound max|z| + 2^shift·(max|q| + 1) < p leaves no room for quotients. */
export const MAX_SHIFT = 24;

export const requantiseRules: LayerRules<RequantiseLayer> = {
  reads: 'input',
  fields: { shift: 'number', activation: ['relu', 'identity'], min: 'number', max: 'number' },
  outputShape({ name, shift, min, max }, [shape]) {
    if (!Number.isInteger(shift) || shift < 0 || shift > MAX_SHIFT) {
      throw new InputError(`layer ${name}: the shift is ${shift}; it lies between 0 and ${MAX_SHIFT}`);
    }
    if (!Number.isInteger(min) || !Number.isInteger(max) || min > 0 || max < 0) {
      throw new InputError(`layer ${name}: the clamp [${min}, ${max}] does not hold 0, which padding needs`);
    }
    return shape;
  },
};

/** ⌊z / 2^shift + 1/2⌋; exact for |z| < 2⁵². */
export function quotient({ shift }: RequantiseLayer, z: number): number {
  return shift === 0 ? z : Math.floor((z + 2 ** (shift - 1)) / 2 ** shift);
}

/** clamp(f(q)); monotone, and 0 at 0. */
export function activate({ activation, min, max }: RequantiseLayer, q: number): number {
  const value = activation === 'relu' ? Math.max(q, 0) : q;
  return Math.min(Math.max(value, min), max);
}

/** The quotients of all z within bounds. */
export function quotientInterval(layer: RequantiseLayer, z: Interval): Interval {
  return { min: quotient(layer, z.min), max: quotient(layer, z.max) };
}
