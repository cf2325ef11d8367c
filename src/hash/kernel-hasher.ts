// The hasher on the BLAKE3 kernel (blake3.as.ts), over a memory that an engine may share: messages that lie
// in this memory are hashed where they are, others are copied into it in blocks.

import { UsageError } from '../errors.ts';
import { instantiate } from '../field/kernels/load.ts';
import { KernelMemory } from '../field/kernels/memory.ts';
import { blake3, CHUNK_LENGTH, DIGEST_LENGTH, INITIAL_VALUE, KEYED, SCHEDULE } from './blake3.ts';
import { base64 } from './blake3.wasm.ts';
import { type Hasher, lengthOfEach, truncateDigests } from './hasher-contract.ts';
import { workMask } from './proof-of-work.ts';

/** The exports of the compiled module; arguments are byte offsets, lengths and counts. */
interface Blake3Kernels {
  hashMany(input: number, length: number, count: number, flags: number, out: number, scratch: number): void;
  hashLong(input: number, length: number, out: number, scratch: number): void;
  grind(seed: number, mask: number, scratch: number): number;
}

/** Places in the scratch, as blake3.as.ts lays it out. */
const SCHEDULE_AT = 256;
const KEY_AT = 704;
const STACK_AT = 1280;
const STACK_ENTRY = 128;
/** Messages are shorter than 2³² bytes: 22 levels of chunks of 1 KiB. */
const SCRATCH_LENGTH = STACK_AT + 22 * STACK_ENTRY;

/** Bytes that are copied at once if messages lie elsewhere. */
const COPY_LENGTH = 1 << 20;

/** Byte offsets of the message words in the order in which the rounds take them. */
const scheduleOffsets = Uint32Array.from(SCHEDULE, (word) => 16 * word);

/** Returns undefined where WebAssembly with 128-bit vectors is not available. */
export function createKernelHasher(memory: KernelMemory = new KernelMemory()): Hasher | undefined {
  const kernels = instantiate<Blake3Kernels>(base64, memory);
  if (kernels === undefined) return undefined;

  /** Scratch with schedule and key; freed with the caller's mark. */
  function prepare(key: Uint8Array | undefined): number {
    if (key !== undefined && key.length !== DIGEST_LENGTH) throw new UsageError(`a key of ${key.length} bytes, not 32`);
    const scratch = memory.allocate(SCRATCH_LENGTH);
    memory.words.set(scheduleOffsets, (scratch + SCHEDULE_AT) / 4);
    if (key === undefined) memory.words.set(INITIAL_VALUE, (scratch + KEY_AT) / 4);
    else memory.bytes.set(key, scratch + KEY_AT);
    return scratch;
  }

  return {
    name: 'wasm',
    hash(message) {
      // chunks are taken four at a time: a message of a single one gains nothing
      if (message.length <= CHUNK_LENGTH) return blake3(message);
      // read before anything is allocated: growth detaches views of the memory
      const inPlace = message.buffer === memory.bytes.buffer;
      const { byteOffset, length } = message;
      const mark = memory.mark();
      try {
        const scratch = prepare(undefined);
        const out = memory.allocate(Math.ceil(length / CHUNK_LENGTH) * DIGEST_LENGTH);
        const input = inPlace ? byteOffset : memory.allocate(length);
        if (!inPlace) memory.bytes.set(message, input);
        kernels.hashLong(input, length, out, scratch);
        return memory.bytes.slice(out, out + DIGEST_LENGTH);
      } finally {
        memory.release(mark);
      }
    },
    hashMany(messages, count, key, digestLength = DIGEST_LENGTH) {
      const length = lengthOfEach(messages, count);
      if (count === 0) return new Uint8Array(0);
      // read before anything is allocated: growth detaches views of the memory
      const inPlace = messages.buffer === memory.bytes.buffer;
      const start = messages.byteOffset;
      const mark = memory.mark();
      try {
        const scratch = prepare(key);
        const out = memory.allocate(count * DIGEST_LENGTH);
        const flags = key === undefined ? 0 : KEYED;
        if (inPlace) {
          kernels.hashMany(start, length, count, flags, out, scratch);
        } else {
          const most = Math.min(count, Math.max(4, Math.floor(COPY_LENGTH / Math.max(length, 1))));
          const input = memory.allocate(most * length);
          for (let first = 0; first < count; first += most) {
            const taken = Math.min(most, count - first);
            memory.bytes.set(messages.subarray(first * length, (first + taken) * length), input);
            kernels.hashMany(input, length, taken, flags, out + first * DIGEST_LENGTH, scratch);
          }
        }
        return truncateDigests(memory.bytes.slice(out, out + count * DIGEST_LENGTH), digestLength);
      } finally {
        memory.release(mark);
      }
    },
    grind(seed, bits) {
      if (seed.length !== DIGEST_LENGTH) throw new UsageError(`a seed of ${seed.length} bytes, not 32`);
      const mask = workMask(bits);
      const mark = memory.mark();
      try {
        const scratch = prepare(undefined);
        const at = memory.allocate(seed.length);
        memory.bytes.set(seed, at);
        return kernels.grind(at, mask, scratch) >>> 0;
      } finally {
        memory.release(mark);
      }
    },
  };
}
