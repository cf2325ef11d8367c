// The values of every kind of layer, one line each.

import type { Layer, LayerKind } from '../network.ts';
import { addValues } from './add/values.ts';
import { affineValues } from './affine/values.ts';
import { averagePoolValues } from './average-pool/values.ts';
import { concatenateValues } from './concatenate/values.ts';
import { convolutionValues } from './convolution/values.ts';
import { flattenValues } from './flatten/values.ts';
import { linearValues } from './linear/values.ts';
import { maxPoolValues } from './max-pool/values.ts';
import { requantiseValues } from './requantise/values.ts';
import type { LayerValues } from './values-contract.ts';

const VALUES: { readonly [K in LayerKind]: LayerValues<Extract<Layer, { kind: K }>> } = {
  linear: linearValues,
  convolution: convolutionValues,
  affine: affineValues,
  requantise: requantiseValues,
  'max-pool': maxPoolValues,
  'average-pool': averagePoolValues,
  add: addValues,
  concatenate: concatenateValues,
  flatten: flattenValues,
};

/** Returns the values of a layer's kind. */
export function valuesOf<L extends Layer>(layer: L): LayerValues<L> {
  return VALUES[layer.kind] as unknown as LayerValues<L>;
}
