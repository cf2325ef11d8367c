// The kinds of layers, one line each.

import type { Layer, LayerKind } from '../network.ts';
import { addRules } from './add/rules.ts';
import { affineRules } from './affine/rules.ts';
import { averagePoolRules } from './average-pool/rules.ts';
import { concatenateRules } from './concatenate/rules.ts';
import { convolutionRules } from './convolution/rules.ts';
import { flattenRules } from './flatten/rules.ts';
import { linearRules } from './linear/rules.ts';
import { maxPoolRules } from './max-pool/rules.ts';
import { requantiseRules } from './requantise/rules.ts';
import type { LayerRules } from './rules.ts';

/** The rules of every kind. */
export const REGISTRY: { readonly [K in LayerKind]: LayerRules<Extract<Layer, { kind: K }>> } = {
  linear: linearRules,
  convolution: convolutionRules,
  affine: affineRules,
  requantise: requantiseRules,
  'max-pool': maxPoolRules,
  'average-pool': averagePoolRules,
  add: addRules,
  concatenate: concatenateRules,
  flatten: flattenRules,
};

/** Returns the rules of a layer's kind. */
export function rulesOf<L extends Layer>(layer: L): LayerRules<L> {
  return REGISTRY[layer.kind] as unknown as LayerRules<L>;
}
