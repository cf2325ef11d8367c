// Which networks are measured, what each of them needs of memory, and roughly how long it takes: estimates on the safe
// side, from what measured proofs took. They only decide whether a case is run at all, and how much of a run is left.

import type { MemoryChoice } from '../../src/network/run/engines.ts';
import { overLimit } from '../measure/memory.ts';
import type { NetworkFacts } from './facts.ts';

/** One network and a number of inputs that share one proof. */
export interface NetworkCase extends NetworkFacts {
  readonly name: string;
  /** Synthetic weights on a published shape, a network of the examples, or a model file. */
  readonly source: 'zoo' | 'example' | 'file';
  /** Share of nonzero weights: what was asked for, or what the network has. */
  readonly density: number;
  readonly batch: number;
  /** Whether the verifier holds the weights or a commitment to them. */
  readonly mode: WeightMode;
  /** Whether the prover keeps encoded weights between proofs; `high` where weights are public. */
  readonly memory: MemoryChoice;
}

/** The verifier's data of the weights. */
export type WeightMode = 'public' | 'committed';
export const WEIGHT_MODES: readonly WeightMode[] = ['public', 'committed'];
export const MEMORY_CHOICES: readonly MemoryChoice[] = ['high', 'low'];

/** How each mode is measured: the memory choice only matters where encoded weights are kept. */
export function weightVariants(
  modes: readonly WeightMode[],
  memory: readonly MemoryChoice[],
): Pick<NetworkCase, 'mode' | 'memory'>[] {
  return modes.flatMap((mode) => {
    const kept: readonly MemoryChoice[] = mode === 'public' ? ['high'] : memory;
    return kept.map((choice) => ({ mode, memory: choice }));
  });
}

/** `committed, low memory` */
export const describeWeights = ({ mode, memory }: Pick<NetworkCase, 'mode' | 'memory'>): string =>
  mode === 'public' ? mode : `${mode}, ${memory} memory`;

/** `vgg16, 0.2, batch 4`; how its weights are held unless they are public. */
export const describeNetworkCase = (network: NetworkCase): string => {
  const { name, density, batch, mode } = network;
  const about = `${name}, ${formatShare(density)}, batch ${batch}`;
  return mode === 'public' ? about : `${about}, ${describeWeights(network)}`;
};

/** A share with three digits. */
export const formatShare = (share: number): string => String(Number(share.toPrecision(3)));

/** Node, the library and the kernels; a nonzero weight as data, in the statement and laid out; a value in all columns,
 * encoded, looked up. */
const BASE_BYTES = 150e6;
const BYTES_PER_NONZERO = 40;
const BYTES_PER_VALUE = 800;
/** A committed weight, zeros too: encoded at rate 1/4 or 1/8 once, with what encodes it. */
const BYTES_PER_COMMITTED = 64;

/** Weights that are committed. */
const committedWeights = ({ mode, weights }: NetworkCase): number => (mode === 'public' ? 0 : weights);

/** An estimate of the peak of resident memory; a batch is padded to a power of two. */
export function estimateNetworkBytes(network: NetworkCase): number {
  const { nnz, activations, batch } = network;
  const values = activations * 2 ** Math.ceil(Math.log2(batch));
  const committed = BYTES_PER_COMMITTED * committedWeights(network);
  return BASE_BYTES + BYTES_PER_NONZERO * nnz + BYTES_PER_VALUE * values + committed;
}

/** Why a case is not run; undefined if it is. */
export const reasonToSkipNetwork = (network: NetworkCase, limit: number): string | undefined =>
  overLimit(estimateNetworkBytes(network), limit);

/** Setting up, warming up, verifying and running; a nonzero weight and a value in one proof; proofs of a case. */
const FIXED_MS = 4000;
const NS_PER_NONZERO = 20;
const NS_PER_VALUE = 1000;
const EXPECTED_PROOFS = 12;
/** A nonzero weight that is encoded again for a proof; a committed weight that is laid out, encoded and hashed. */
const NS_PER_NONZERO_ENCODED = 40;
const NS_PER_COMMITTED = 500;

/** A rough duration of a case in milliseconds. */
export function estimateNetworkMs(network: NetworkCase): number {
  const { nnz, activations, batch, memory } = network;
  const perNonzero = NS_PER_NONZERO + (memory === 'low' ? NS_PER_NONZERO_ENCODED : 0);
  const proofMs = (perNonzero * nnz + NS_PER_VALUE * activations * batch) / 1e6;
  return FIXED_MS + EXPECTED_PROOFS * proofMs + (NS_PER_COMMITTED * committedWeights(network)) / 1e6;
}
