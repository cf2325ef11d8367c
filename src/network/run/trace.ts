// The instrument: the exact cost of each phase of a proof in field operations (field/counting.ts defines which
// operation counts as what) and in hashed bytes. It wraps the engine and the hasher of a proof, so that a proof without
// it runs the same code. The proof's bytes are the same either way. transcript/counting.ts defines the counted bytes.
//
// Witness generation is integer arithmetic and counts nothing; in its phase tensors are committed to, and the statement
// is absorbed. Layouts shared by many proofs count nothing either. bench/costs/proof.ts has the formulas of all phases.

import { noOperations, type OperationCounts } from '../../field/counting.ts';
import { countingEngine } from '../../field/counting-engine.ts';
import type { Field } from '../../field/field.ts';
import { planWeights } from '../../sparse/prove.ts';
import { countingHasher, countingTranscript, type HashedBytes, noBytes } from '../../transcript/counting.ts';
import type { ChannelOptions } from '../../transcript/transcript.ts';
import type { Workspace } from './workspace.ts';

/**
 * The phases of a proof, in order.
 *
 * @example
 * ```ts
 * import type { Phase } from 'ternary-gkr/network';
 *
 * const phases: Phase[] = ['witness', 'commit', 'lookup', 'layers', 'openings', 'open'];
 * ```
 */
export type Phase = 'witness' | 'commit' | 'lookup' | 'layers' | 'openings' | 'open';

/**
 * The cost of one phase.
 *
 * @example
 * ```ts
 * import type { PhaseCounts } from 'ternary-gkr/network';
 *
 * const line = ({ phase, operations }: PhaseCounts): string => `${phase}: ${operations.extensionMultiplications} products`;
 * ```
 */
export interface PhaseCounts {
  readonly phase: Phase;
  readonly operations: OperationCounts;
  readonly hashedBytes: HashedBytes;
}

/**
 * Called at the end of each phase of a proof.
 *
 * @example
 * ```ts
 * import { prove, type ProvingKey } from 'ternary-gkr';
 * import type { Trace } from 'ternary-gkr/network';
 *
 * const trace: Trace = ({ phase, operations }) => console.log(phase, operations.extensionMultiplications);
 * const traced = (key: ProvingKey, input: Int32Array) => prove(key, input, { trace });
 * ```
 */
export type Trace = (counts: PhaseCounts) => void;

/** The engine and hasher of a traced proof. */
export interface TracedProof<E> {
  readonly field: Field<E>;
  readonly workspace: Workspace<E>;
  readonly channelOptions: Pick<ChannelOptions, 'sponge' | 'record'>;
  /** Ends the phase before, if there is one, and begins this one, if there is one. */
  enter(phase: Phase | undefined): void;
}

/** Wraps a workspace. Matrices are laid out anew, in the memory that the proof frees at its end. */
export function traceProof<E>({ engine, hasher, prepareWeights }: Workspace<E>, trace: Trace): TracedProof<E> {
  const operations = noOperations();
  const hashedBytes = noBytes();
  const counting = countingEngine(engine, operations);
  let current: Phase | undefined;
  return {
    field: counting.field,
    workspace: {
      engine: counting,
      hasher: countingHasher(hasher, hashedBytes),
      weightPlan: (node) => planWeights(counting, node.weights),
      weights: prepareWeights(counting),
      prepareWeights,
    },
    channelOptions: countingTranscript(engine.field, hashedBytes),
    enter(phase) {
      if (current !== undefined) {
        trace({ phase: current, operations: { ...operations }, hashedBytes: { ...hashedBytes } });
      }
      Object.assign(operations, noOperations());
      Object.assign(hashedBytes, noBytes());
      current = phase;
    },
  };
}
