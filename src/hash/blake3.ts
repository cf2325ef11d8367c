// BLAKE3 of one message, keyed or not: a chunk of 1 KiB is a chain of compressions of blocks of 64 bytes, a longer
// message a binary tree of chunks whose left part holds the largest power of two of them that is less than all.
// Verifiers hash with it, and provers where WebAssembly is missing (plain-hasher.ts); kernel-hasher.ts takes four
// messages at a time.
//
// Source: the BLAKE3 paper (O'Connor, Aumasson, Neves, Wilcox-O'Hearn), sections 2.1 to 2.4. Words are little-endian.

import { UsageError } from '../errors.ts';

/** Bytes of a digest, and of a key. */
export const DIGEST_LENGTH = 32;
export const CHUNK_LENGTH = 1024;
const BLOCK_LENGTH = 64;

const CHUNK_START = 1;
const CHUNK_END = 2;
const PARENT = 4;
const ROOT = 8;
export const KEYED = 16;

/** The eight words in the place of a key where there is none. */
export const INITIAL_VALUE: Uint32Array = Uint32Array.of(
  ...[0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a],
  ...[0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19],
);

/** For each of seven rounds the sixteen words of a block in the order in which the round takes them, back to back. */
export const SCHEDULE: Uint8Array = (() => {
  const permutation = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
  let order = permutation.map((_, word) => word);
  const rounds: number[] = [];
  while (rounds.length < 7 * 16) {
    rounds.push(...order);
    order = permutation.map((from) => order[from]);
  }
  return Uint8Array.from(rounds);
})();

/** Hashes a message into 32 bytes of its own. */
export type Hash = (message: Uint8Array) => Uint8Array;

// One compression at a time: its state and its block are shared by all.
const state = new Int32Array(16);
const block = new Int32Array(16);

/** G: mixes two words of the block into the column or diagonal (a, b, c, d) of the state. */
function mix(a: number, b: number, c: number, d: number, x: number, y: number): void {
  let va = state[a];
  let vb = state[b];
  let vc = state[c];
  let vd = state[d];
  va = (va + vb + x) | 0;
  vd ^= va;
  vd = (vd << 16) | (vd >>> 16);
  vc = (vc + vd) | 0;
  vb ^= vc;
  vb = (vb << 20) | (vb >>> 12);
  va = (va + vb + y) | 0;
  vd ^= va;
  vd = (vd << 24) | (vd >>> 8);
  vc = (vc + vd) | 0;
  vb ^= vc;
  vb = (vb << 25) | (vb >>> 7);
  state[a] = va;
  state[b] = vb;
  state[c] = vc;
  state[d] = vd;
}

/** Compresses `block` into the chaining value, in place. */
function compress(chaining: Uint32Array, chunk: number, length: number, flags: number): void {
  state.set(chaining);
  for (let k = 0; k < 4; k++) state[8 + k] = INITIAL_VALUE[k];
  state[12] = chunk;
  state[13] = 0; // messages are shorter than 2³² chunks
  state[14] = length;
  state[15] = flags;
  for (let at = 0; at < SCHEDULE.length; at += 16) {
    for (let k = 0; k < 4; k++) {
      mix(k, 4 + k, 8 + k, 12 + k, block[SCHEDULE[at + 2 * k]], block[SCHEDULE[at + 2 * k + 1]]);
    }
    for (let k = 0; k < 4; k++) {
      const first = block[SCHEDULE[at + 8 + 2 * k]];
      mix(k, 4 + ((k + 1) & 3), 8 + ((k + 2) & 3), 12 + ((k + 3) & 3), first, block[SCHEDULE[at + 9 + 2 * k]]);
    }
  }
  for (let k = 0; k < 8; k++) chaining[k] = state[k] ^ state[8 + k];
}

/** Makes `length` bytes the block, zeros after them. */
function readBlock(message: DataView, start: number, length: number): void {
  const words = length >> 2;
  for (let k = 0; k < words; k++) block[k] = message.getInt32(start + 4 * k, true);
  block.fill(0, words);
  for (let k = 4 * words; k < length; k++) block[words] |= message.getUint8(start + k) << (8 * (k & 3));
}

/** BLAKE3 of a message, 32 bytes. */
export const blake3: Hash = hashUnder(INITIAL_VALUE, 0);

/**
 * BLAKE3 under a key, which is laid out once.
 * @param key - 32 bytes
 * @throws UsageError if the key has another length
 */
export function keyedBlake3(key: Uint8Array): Hash {
  if (key.length !== DIGEST_LENGTH) throw new UsageError(`a key of ${key.length} bytes, not ${DIGEST_LENGTH}`);
  return hashUnder(wordsOf(key), KEYED);
}

/** The hash with eight words of a key, or of the initial value, and the flags of all its compressions. */
function hashUnder(key: Uint32Array, flags: number): Hash {
  /** The chaining value of the chunk from `start` to `end`; `root` is the flag of a message that it is all of. */
  function hashChunk(message: DataView, start: number, end: number, root: number): Uint32Array {
    const chaining = key.slice();
    let startFlag = CHUNK_START;
    let at = start;
    for (; end - at > BLOCK_LENGTH; at += BLOCK_LENGTH) {
      readBlock(message, at, BLOCK_LENGTH);
      compress(chaining, start / CHUNK_LENGTH, BLOCK_LENGTH, flags | startFlag);
      startFlag = 0;
    }
    readBlock(message, at, end - at);
    compress(chaining, start / CHUNK_LENGTH, end - at, flags | startFlag | CHUNK_END | root);
    return chaining;
  }

  /** The same of the subtree over these bytes. */
  function hashTree(message: DataView, start: number, end: number, root: number): Uint32Array {
    if (end - start <= CHUNK_LENGTH) return hashChunk(message, start, end, root);
    let half = CHUNK_LENGTH;
    while (2 * half < end - start) half *= 2;
    const left = hashTree(message, start, start + half, 0);
    const right = hashTree(message, start + half, end, 0);
    block.set(left);
    block.set(right, 8);
    const chaining = key.slice();
    compress(chaining, 0, BLOCK_LENGTH, flags | PARENT | root);
    return chaining;
  }

  return (message) => {
    const bytes = new DataView(message.buffer, message.byteOffset, message.length);
    return bytesOf(hashTree(bytes, 0, message.length, ROOT));
  };
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, k) => view.getUint32(4 * k, true));
}

function bytesOf(words: Uint32Array): Uint8Array {
  // so short an array lies on the JavaScript heap as long as nobody asks for its buffer
  const bytes = new Uint8Array(DIGEST_LENGTH);
  for (let k = 0; k < DIGEST_LENGTH; k++) bytes[k] = words[k >> 2] >>> (8 * (k & 3));
  return bytes;
}
