// y = clamp(f(q)) with z = q·2^shift + ρ and the centred remainder ρ ∈ [−2^(shift−1), 2^(shift−1)). With
// shift 0, q = z without a remainder. f(0) = 0 and the clamp contains 0, so that padding stays zero.

import { InputError } from '../../../../errors.ts';
import type { RequantiseLayer } from '../../network.ts';
import { MAX_SHIFT } from '../../requantisation.ts';
import type { LayerRules } from '../rules.ts';

export const requantiseRules: LayerRules<RequantiseLayer> = {
  reads: 'input',
  fields: { shift: 'number', activation: ['relu', 'identity'], min: 'number', max: 'number' },
  outputShape({ name, shift, min, max }, [shape]) {
    if (!Number.isInteger(shift) || shift < 0 || shift > MAX_SHIFT) {
      throw new InputError(`layer ${name}: the shift is ${shift}; give an integer from 0 to ${MAX_SHIFT}`);
    }
    if (!Number.isInteger(min) || !Number.isInteger(max) || min > 0 || max < 0) {
      throw new InputError(`layer ${name}: the clamp [${min}, ${max}] does not contain 0, which padding needs`);
    }
    return shape;
  },
};
