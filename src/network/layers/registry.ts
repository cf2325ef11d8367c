// The kinds of layers: one line each.

import type { Layer, LayerKind } from '../network.ts';
import { affineRules } from './affine/rules.ts';
import { flattenRules } from './flatten/rules.ts';
import { linearRules } from './linear/rules.ts';
import { requantiseRules } from './requantise/rules.ts';
import type { LayerRules } from './rules.ts';

/** The rules of every kind. */
export const REGISTRY: { readonly [K in LayerKind]: LayerRules<Extract<Layer, { kind: K }>> } = {
  linear: linearRules,
  affine: affineRules,
  requantise: requantiseRules,
  flatten: flattenRules,
};

/** The rules of a layer's kind. */
export function rulesOf<L extends Layer>(layer: L): LayerRules<L> {
  return REGISTRY[layer.kind] as unknown as LayerRules<L>;
}
