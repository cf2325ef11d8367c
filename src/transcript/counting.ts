// Counts a prover's operations and hashed bytes exactly, without changing a byte of the proof (field/counting.ts
// defines which operation counts as what).
//
// Hashed bytes are those that enter a hash:
//   merkle       leaves and inner nodes of the commitments' trees, without keys and without padding to blocks
//   transcript   frames absorbed by the sponge; a payload beyond 1 KiB counts once when it is hashed and with the
//                32 bytes of its hash when these are absorbed. Squeezed bytes are output and do not count.
//   grinding     seed and nonce for each nonce from 0 to the one found, in which the hash's kernel may go on to
//                the next multiple of four

import { noOperations, type OperationCounts } from '../field/counting.ts';
import { countingEngine } from '../field/counting-engine.ts';
import type { Engine } from '../field/engine.ts';
import type { Field } from '../field/field.ts';
import { DIGEST_LENGTH } from '../hash/blake3.ts';
import type { Hasher } from '../hash/hasher-contract.ts';
import { NONCE_LENGTH } from '../hash/proof-of-work.ts';
import { type Sponge, turboShake128Sponge } from './sponge.ts';
import type { ChannelOptions, TranscriptEntry } from './transcript.ts';

/**
 * Bytes that enter a hash, by purpose.
 *
 * @example
 * ```ts
 * import type { HashedBytes } from 'ternary-gkr/network';
 *
 * const bytes: HashedBytes = { merkle: 4096, transcript: 900, grinding: 0 };
 * ```
 */
export interface HashedBytes {
  merkle: number;
  transcript: number;
  grinding: number;
}

export function noBytes(): HashedBytes {
  return { merkle: 0, transcript: 0, grinding: 0 };
}

export function countingHasher(hasher: Hasher, counter: HashedBytes): Hasher {
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
/** Each absorbed frame follows the entry that records it. */
export function countingTranscript(
  field: Field<unknown>,
  counter: HashedBytes,
): Pick<ChannelOptions, 'sponge' | 'record'> {
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

/**
 * The cost of one computation.
 *
 * @example
 * ```ts
 * import type { TracedCounts } from 'ternary-gkr/network';
 *
 * const line = ({ operations, hashedBytes }: TracedCounts): string =>
 *   `${operations.extensionMultiplications} products, ${hashedBytes.merkle} bytes of leaves and nodes`;
 * ```
 */
export interface TracedCounts {
  readonly operations: OperationCounts;
  readonly hashedBytes: HashedBytes;
}

/**
 * Counts one computation as a whole.
 *
 * @param run - receives an engine that counts, and options for the channel that it creates
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
