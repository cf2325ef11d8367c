// Which networks are measured, what each of them needs of memory, and roughly how long it takes: estimates on the safe
// side, from what measured proofs took. They only decide whether a case is run at all, and how much of a run is left.

import { overLimit } from './layer-cases.ts';
import type { NetworkFacts } from './network-facts.ts';

/** One network and a number of inputs that share one proof. */
export interface NetworkCase extends NetworkFacts {
  readonly name: string;
  /** Synthetic weights on a published shape, a network of the examples, or a model file. */
  readonly source: 'zoo' | 'example' | 'file';
  /** Share of nonzero weights: what was asked for, or what the network has. */
  readonly density: number;
  readonly batch: number;
}

/** `vgg16, 0.2, batch 4` */
export const describeNetworkCase = ({ name, density, batch }: NetworkCase): string =>
  `${name}, ${formatShare(density)}, batch ${batch}`;

/** A share with three digits. */
export const formatShare = (share: number): string => String(Number(share.toPrecision(3)));

/** Node, the library and the kernels; a nonzero weight as data, in the statement and laid out; a value in all columns,
 * encoded, looked up. */
const BASE_BYTES = 150e6;
const BYTES_PER_NONZERO = 40;
const BYTES_PER_VALUE = 800;

/** An estimate of the peak of resident memory; a batch is padded to a power of two. */
export function estimateNetworkBytes({ nnz, activations, batch }: NetworkCase): number {
  return BASE_BYTES + BYTES_PER_NONZERO * nnz + BYTES_PER_VALUE * activations * 2 ** Math.ceil(Math.log2(batch));
}

/** Why a case is not run; undefined if it is. */
export const reasonToSkipNetwork = (network: NetworkCase, limit: number): string | undefined =>
  overLimit(estimateNetworkBytes(network), limit);

/** Setting up, warming up, verifying and running; a nonzero weight and a value in one proof; proofs of a case. */
const FIXED_MS = 4000;
const NS_PER_NONZERO = 20;
const NS_PER_VALUE = 1000;
const EXPECTED_PROOFS = 12;

/** A rough duration of a case in milliseconds. */
export function estimateNetworkMs({ nnz, activations, batch }: NetworkCase): number {
  const proofMs = (NS_PER_NONZERO * nnz + NS_PER_VALUE * activations * batch) / 1e6;
  return FIXED_MS + EXPECTED_PROOFS * proofMs;
}
