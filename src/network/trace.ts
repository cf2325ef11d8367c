// The instrument: what each phase of a proof costs, in field operations (field/counting.ts says what counts as
// what) and in hashed bytes, exactly. It wraps what a proof computes with, so that a proof without it runs the
// same code as if it did not exist. The proof's bytes are the same either way.
//
// Hashed bytes are those that enter a hash:
//   merkle       leaves and inner nodes of the commitments' trees, without keys and without padding to blocks
//   transcript   frames absorbed by the sponge; a payload beyond 1 KiB counts once when it is hashed and with the
//                32 bytes of its hash when these are absorbed. What is squeezed is output and does not count.
//   grinding     seed and nonce for each nonce from 0 to the one found, in which the hash's kernel may go on to
//                the next multiple of four
// Witness generation is integer arithmetic and counts nothing; in its phase tensors are committed to, and the statement is
// absorbed. What is laid out once for many proofs counts nothing either. costs/proof.ts has the formulas of all phases.

import { noOperations, type OperationCounts } from '../field/counting.ts';
import { countingEngine } from '../field/counting-engine.ts';
import type { Engine } from '../field/engine.ts';
import type { Field } from '../field/field.ts';
import { DIGEST_LENGTH } from '../hash/blake3.ts';
import type { Hasher } from '../hash/hasher-contract.ts';
import { NONCE_LENGTH } from '../hash/proof-of-work.ts';
import { type Sponge, turboShake128Sponge } from '../transcript/sponge.ts';
import type { ChannelOptions, TranscriptEntry } from '../transcript/transcript.ts';
import { planWeights } from './relations/matrix/prove.ts';
import type { Workspace } from './workspace.ts';

/** The phases of a proof, in order. */
export type Phase = 'witness' | 'commit' | 'lookup' | 'layers' | 'openings' | 'open';

/** Bytes that enter a hash, by what they are hashed for. */
export interface HashedBytes {
  merkle: number;
  transcript: number;
  grinding: number;
}

/** What one phase cost. */
export interface PhaseCounts {
  readonly phase: Phase;
  readonly operations: OperationCounts;
  readonly hashedBytes: HashedBytes;
}

/** Called at the end of each phase that a proof has. */
export type Trace = (counts: PhaseCounts) => void;

/** What a traced proof is made with. */
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
      weightPlan: (node) => planWeights(counting, node),
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

function noBytes(): HashedBytes {
  return { merkle: 0, transcript: 0, grinding: 0 };
}

function countingHasher(hasher: Hasher, counter: HashedBytes): Hasher {
  return {
    ...hasher,
    hashMany(messages, count, key, digestLength) {
      counter.merkle += messages.length;
      return hasher.hashMany(messages, count, key, digestLength);
    },
    grind(seed, bits) {
      const nonce = hasher.grind(seed, bits);
      counter.grinding += (nonce + 1) * (DIGEST_LENGTH + NONCE_LENGTH);
      return nonce;
    },
  };
}

/** Set in the first byte of a frame whose payload has been hashed (transcript.ts). */
const HASHED_PAYLOAD = 0x80;

/** What one computation cost. */
export type TracedCounts = Omit<PhaseCounts, 'phase'>;

/**
 * Counts one computation as a whole.
 *
 * @param run - with an engine that counts, and with options for the channel that it makes
 */
export function countWhole<E, T>(
  engine: Engine<E>,
  run: (engine: Engine<E>, options: Pick<ChannelOptions, 'sponge' | 'record'>) => T,
): { readonly result: T; readonly counts: TracedCounts } {
  const operations = noOperations();
  const hashedBytes = noBytes();
  const result = run(countingEngine(engine, operations), countingTranscript(engine.field, hashedBytes));
  return { result, counts: { operations, hashedBytes } };
}

/** Each absorbed frame follows the entry that records it. */
function countingTranscript(field: Field<unknown>, counter: HashedBytes): Pick<ChannelOptions, 'sponge' | 'record'> {
  let last: TranscriptEntry | undefined;
  return {
    record(entry) {
      last = entry;
    },
    sponge(): Sponge {
      const sponge = turboShake128Sponge();
      return {
        absorb(frame) {
          counter.transcript += frame.length;
          if (last !== undefined && (frame[0] & HASHED_PAYLOAD) !== 0) {
            counter.transcript += last.count * (last.kind === 'elements' ? field.byteLength : 1);
          }
          sponge.absorb(frame);
        },
        squeeze: () => sponge.squeeze(),
      };
    },
  };
}
