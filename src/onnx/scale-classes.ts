// Classes of tensors that must share a scale: those that meet in a concatenation, through pools of maxima, renamings
// and further concatenations, all of which keep scales.

import { type FloatNetwork, inputsOfFloat } from './float-network.ts';

/**
 * Returns, for each tensor, the members of its class whose scale can be chosen, ascending; undefined if it is alone.
 * Tensors of one class have the same list.
 */
export function scaleClasses({ layers, shapes }: FloatNetwork): (readonly number[] | undefined)[] {
  const parents = shapes.map((_, tensor) => tensor);
  const root = (tensor: number): number => {
    let at = tensor;
    while (parents[at] !== at) at = parents[at];
    return at;
  };
  const keepsScale = new Set<number>();
  const meeting = new Set<number>();
  layers.forEach((layer, index) => {
    if (layer.kind !== 'concatenate' && layer.kind !== 'max-pool' && layer.kind !== 'flatten') return;
    keepsScale.add(index + 1);
    for (const tensor of inputsOfFloat(layer)) parents[root(tensor)] = root(index + 1);
    if (layer.kind === 'concatenate') meeting.add(index + 1);
  });
  const roots = new Set([...meeting].map(root));
  const members = new Map([...roots].map((each) => [each, [] as number[]]));
  for (let tensor = 0; tensor < shapes.length; tensor++) {
    if (!keepsScale.has(tensor)) members.get(root(tensor))?.push(tensor);
  }
  return shapes.map((_, tensor) => members.get(root(tensor)));
}
