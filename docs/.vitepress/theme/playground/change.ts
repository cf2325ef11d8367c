// Changes to a statement, a proof or a model after a proof was made.

import type { IntegerNetwork, PublicSignals } from 'ternary-gkr';
import { forEachNonzero, ternaryFromEntries } from 'ternary-gkr/sparse';
import type { Change } from './messages.ts';

/** A verifier's input: a network, and the claim about it. */
export interface Claimed {
  readonly network: IntegerNetwork;
  readonly publicSignals: PublicSignals;
  readonly proof: Uint8Array;
}

/** The same with one thing changed; what was not changed is shared. */
export function applyChange(claimed: Claimed, change: Change): Claimed {
  switch (change.kind) {
    case 'none':
      return claimed;
    case 'output':
    case 'input': {
      const { publicSignals } = claimed;
      const values = publicSignals[change.kind].with(change.at, change.value);
      return { ...claimed, publicSignals: { ...publicSignals, [change.kind]: values } };
    }
    case 'proof':
      return { ...claimed, proof: claimed.proof.with(change.at, change.value) };
    case 'weight':
      return { ...claimed, network: negateWeight(claimed.network, change.layer, change.at) };
  }
}

/** The network with the sign of one nonzero weight turned. */
function negateWeight(network: IntegerNetwork, place: number, at: number): IntegerNetwork {
  const layers = network.layers.map((layer, k) => {
    if (k !== place || (layer.kind !== 'linear' && layer.kind !== 'convolution')) return layer;
    const { weights } = layer;
    if (!('plusEnds' in weights)) return { ...layer, weights: { ...weights, weights: turned(weights.weights, at) } };
    const entries: { row: number; column: number; sign: 1 | -1 }[] = [];
    forEachNonzero(weights, (row, column, weight) => {
      const sign = (entries.length === at ? -weight : weight) as 1 | -1;
      entries.push({ row, column, sign });
    });
    return { ...layer, weights: ternaryFromEntries(entries, weights.rowCount, weights.columnCount) };
  });
  return { ...network, layers };
}

/** −128 has no opposite among 8-bit integers. */
function turned(weights: Int8Array, at: number): Int8Array {
  return weights.with(at, Math.min(127, -weights[at]));
}
