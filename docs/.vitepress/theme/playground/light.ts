// Which layers of a network have been proven, from the relations that a prover reports: a layer is proven when the last
// of its relations is.

import type { ProvingKey } from 'ternary-gkr';

/** Phases in which no layer is proven any more: what has no run of its own (a flattening, one multiplier) is done, too. */
const AFTER_LAYERS = ['openings', 'open'];

/** Takes a prover's reports, and answers each with the layers, by their places, that are proven since. */
export type Lights = (phase: string, reported: readonly number[]) => readonly number[];

/** The lights of one proof. */
export function makeLights({ network, graph }: Pick<ProvingKey, 'network' | 'graph'>): Lights {
  // node k makes tensor k + 1, and belongs to the first layer whose values come from that tensor or a later one
  const left = new Map(network.layers.map((_, layer) => [layer, new Set<number>()]));
  graph.nodes.forEach((_, node) => {
    const layer = graph.places.slice(1).findIndex((place) => place > node);
    left.get(layer)?.add(node);
  });
  return (phase, reported) => {
    const isAfter = AFTER_LAYERS.includes(phase);
    const proven: number[] = [];
    for (const [layer, nodes] of left) {
      const had = nodes.size;
      for (const node of reported) nodes.delete(node);
      if (isAfter || (had > 0 && nodes.size === 0)) proven.push(layer);
    }
    for (const layer of proven) left.delete(layer);
    return proven;
  };
}
