// BLAKE3, four at a time: lane k of every vector belongs to message k of four, or to chunk k of four of one long
// message. A state of sixteen words is sixteen vectors; the message words of a block lie transposed in the scratch,
// 16 bytes to a word.
//
// Source: the BLAKE3 paper, sections 2.1 to 2.4 (compression, chunks, tree). Messages have one length, so
// all four walk through blocks, chunks and the tree in step.
//
// Scratch (laid out below; kernel-hasher.ts allocates it and writes schedule and key): the schedule is, for
// each round, the byte offsets from `scratch` of the message words in the order of their use.

// @ts-ignore: decorator
@inline const BLOCK_AT: usize = 0; // 16 vectors
// @ts-ignore: decorator
@inline const SCHEDULE_AT: usize = 256; // 7 × 16 words, written by the caller
// @ts-ignore: decorator
@inline const KEY_AT: usize = 704; // 8 words, written by the caller
// @ts-ignore: decorator
@inline const PADDED_AT: usize = 768; // four blocks of 64 bytes
// @ts-ignore: decorator
@inline const START_AT: usize = 1024; // 8 vectors: the key in all lanes
// @ts-ignore: decorator
@inline const VALUE_AT: usize = 1152; // 8 vectors
// @ts-ignore: decorator
@inline const STACK_AT: usize = 1280; // 8 vectors for each level, at most 22 levels

// @ts-ignore: decorator
@inline const CHUNK_START: u32 = 1;
// @ts-ignore: decorator
@inline const CHUNK_END: u32 = 2;
// @ts-ignore: decorator
@inline const PARENT: u32 = 4;
// @ts-ignore: decorator
@inline const ROOT: u32 = 8;

// @ts-ignore: decorator
@inline const IV0: u32 = 0x6a09e667;
// @ts-ignore: decorator
@inline const IV1: u32 = 0xbb67ae85;
// @ts-ignore: decorator
@inline const IV2: u32 = 0x3c6ef372;
// @ts-ignore: decorator
@inline const IV3: u32 = 0xa54ff53a;

// @ts-ignore: decorator
@inline
function rotate16(a: v128): v128 {
  return i8x16.shuffle(a, a, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}

// @ts-ignore: decorator
@inline
function rotate8(a: v128): v128 {
  return i8x16.shuffle(a, a, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12);
}

// @ts-ignore: decorator
@inline
function rotate12(a: v128): v128 {
  return v128.or(i32x4.shr_u(a, 12), i32x4.shl(a, 20));
}

// @ts-ignore: decorator
@inline
function rotate7(a: v128): v128 {
  return v128.or(i32x4.shr_u(a, 7), i32x4.shl(a, 25));
}

// @ts-ignore: decorator
@inline
function add3(a: v128, b: v128, c: v128): v128 {
  return i32x4.add(i32x4.add(a, b), c);
}

// The message word that comes `index`-th in a round.
// @ts-ignore: decorator
@inline
function word(scratch: usize, schedule: usize, index: usize): v128 {
  return v128.load(scratch + load<u32>(schedule + 4 * index));
}

// Four words of each of four blocks: word i of lane k becomes lane k of vector i.
// @ts-ignore: decorator
@inline
function transpose4(a: usize, b: usize, c: usize, d: usize, out: usize): void {
  const r0 = v128.load(a);
  const r1 = v128.load(b);
  const r2 = v128.load(c);
  const r3 = v128.load(d);
  const ab01 = i8x16.shuffle(r0, r1, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const ab23 = i8x16.shuffle(r0, r1, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  const cd01 = i8x16.shuffle(r2, r3, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const cd23 = i8x16.shuffle(r2, r3, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  v128.store(out, i8x16.shuffle(ab01, cd01, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
  v128.store(out, i8x16.shuffle(ab01, cd01, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31), 16);
  v128.store(out, i8x16.shuffle(ab23, cd23, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23), 32);
  v128.store(out, i8x16.shuffle(ab23, cd23, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31), 48);
}

// @ts-ignore: decorator
@inline
function loadBlocks(a: usize, b: usize, c: usize, d: usize, scratch: usize): void {
  for (let at: usize = 0; at < 64; at += 16) {
    transpose4(a + at, b + at, c + at, d + at, scratch + BLOCK_AT + 4 * at);
  }
}

// The chaining value at `value` (8 vectors) with the block at `scratch`: the new one at `out`. `chunk` holds each
// lane's number of its chunk.
function compress(value: usize, out: usize, scratch: usize, chunk: v128, length: u32, flags: u32): void {
  let v0 = v128.load(value, 0);
  let v1 = v128.load(value, 16);
  let v2 = v128.load(value, 32);
  let v3 = v128.load(value, 48);
  let v4 = v128.load(value, 64);
  let v5 = v128.load(value, 80);
  let v6 = v128.load(value, 96);
  let v7 = v128.load(value, 112);
  let v8 = i32x4.splat(IV0);
  let v9 = i32x4.splat(IV1);
  let v10 = i32x4.splat(IV2);
  let v11 = i32x4.splat(IV3);
  let v12 = chunk;
  let v13 = i32x4.splat(0);
  let v14 = i32x4.splat(length);
  let v15 = i32x4.splat(flags);
  // Seven rounds: the four columns of the state as a 4 × 4 square, then its four diagonals.
  let schedule = scratch + SCHEDULE_AT;
  for (const end = schedule + 7 * 64; schedule < end; schedule += 64) {
    v0 = add3(v0, v4, word(scratch, schedule, 0));
    v1 = add3(v1, v5, word(scratch, schedule, 2));
    v2 = add3(v2, v6, word(scratch, schedule, 4));
    v3 = add3(v3, v7, word(scratch, schedule, 6));
    v12 = rotate16(v128.xor(v12, v0));
    v13 = rotate16(v128.xor(v13, v1));
    v14 = rotate16(v128.xor(v14, v2));
    v15 = rotate16(v128.xor(v15, v3));
    v8 = i32x4.add(v8, v12);
    v9 = i32x4.add(v9, v13);
    v10 = i32x4.add(v10, v14);
    v11 = i32x4.add(v11, v15);
    v4 = rotate12(v128.xor(v4, v8));
    v5 = rotate12(v128.xor(v5, v9));
    v6 = rotate12(v128.xor(v6, v10));
    v7 = rotate12(v128.xor(v7, v11));
    v0 = add3(v0, v4, word(scratch, schedule, 1));
    v1 = add3(v1, v5, word(scratch, schedule, 3));
    v2 = add3(v2, v6, word(scratch, schedule, 5));
    v3 = add3(v3, v7, word(scratch, schedule, 7));
    v12 = rotate8(v128.xor(v12, v0));
    v13 = rotate8(v128.xor(v13, v1));
    v14 = rotate8(v128.xor(v14, v2));
    v15 = rotate8(v128.xor(v15, v3));
    v8 = i32x4.add(v8, v12);
    v9 = i32x4.add(v9, v13);
    v10 = i32x4.add(v10, v14);
    v11 = i32x4.add(v11, v15);
    v4 = rotate7(v128.xor(v4, v8));
    v5 = rotate7(v128.xor(v5, v9));
    v6 = rotate7(v128.xor(v6, v10));
    v7 = rotate7(v128.xor(v7, v11));
    v0 = add3(v0, v5, word(scratch, schedule, 8));
    v1 = add3(v1, v6, word(scratch, schedule, 10));
    v2 = add3(v2, v7, word(scratch, schedule, 12));
    v3 = add3(v3, v4, word(scratch, schedule, 14));
    v15 = rotate16(v128.xor(v15, v0));
    v12 = rotate16(v128.xor(v12, v1));
    v13 = rotate16(v128.xor(v13, v2));
    v14 = rotate16(v128.xor(v14, v3));
    v10 = i32x4.add(v10, v15);
    v11 = i32x4.add(v11, v12);
    v8 = i32x4.add(v8, v13);
    v9 = i32x4.add(v9, v14);
    v5 = rotate12(v128.xor(v5, v10));
    v6 = rotate12(v128.xor(v6, v11));
    v7 = rotate12(v128.xor(v7, v8));
    v4 = rotate12(v128.xor(v4, v9));
    v0 = add3(v0, v5, word(scratch, schedule, 9));
    v1 = add3(v1, v6, word(scratch, schedule, 11));
    v2 = add3(v2, v7, word(scratch, schedule, 13));
    v3 = add3(v3, v4, word(scratch, schedule, 15));
    v15 = rotate8(v128.xor(v15, v0));
    v12 = rotate8(v128.xor(v12, v1));
    v13 = rotate8(v128.xor(v13, v2));
    v14 = rotate8(v128.xor(v14, v3));
    v10 = i32x4.add(v10, v15);
    v11 = i32x4.add(v11, v12);
    v8 = i32x4.add(v8, v13);
    v9 = i32x4.add(v9, v14);
    v5 = rotate7(v128.xor(v5, v10));
    v6 = rotate7(v128.xor(v6, v11));
    v7 = rotate7(v128.xor(v7, v8));
    v4 = rotate7(v128.xor(v4, v9));
  }
  v128.store(out, v128.xor(v0, v8), 0);
  v128.store(out, v128.xor(v1, v9), 16);
  v128.store(out, v128.xor(v2, v10), 32);
  v128.store(out, v128.xor(v3, v11), 48);
  v128.store(out, v128.xor(v4, v12), 64);
  v128.store(out, v128.xor(v5, v13), 80);
  v128.store(out, v128.xor(v6, v14), 96);
  v128.store(out, v128.xor(v7, v15), 112);
}

// One vector for each of eight words, the word in all lanes.
// @ts-ignore: decorator
@inline
function splatWords(words: usize, out: usize): void {
  for (let k: usize = 0; k < 8; k++) v128.store(out + 16 * k, v128.load32_splat(words + 4 * k));
}

// @ts-ignore: decorator
@inline
function copyValue(from: usize, to: usize): void {
  for (let at: usize = 0; at < 128; at += 16) v128.store(to + at, v128.load(from + at));
}

// The last bytes of a message as a block, zeros after them.
function pad(from: usize, length: u32, to: usize): void {
  for (let at: usize = 0; at < 64; at += 16) v128.store(to + at, i32x4.splat(0));
  for (let at: usize = 0; at < length; at++) store<u8>(to + at, load<u8>(from + at));
}

// The values of four chunks of `length` bytes, with the numbers in `chunk`, at VALUE_AT.
function hashChunk(a: usize, b: usize, c: usize, d: usize, length: u32, chunk: v128, flags: u32, root: u32, scratch: usize): void {
  const value = scratch + VALUE_AT;
  copyValue(scratch + START_AT, value);
  let state = flags | CHUNK_START;
  let left = length;
  for (; left > 64; left -= 64, a += 64, b += 64, c += 64, d += 64) {
    loadBlocks(a, b, c, d, scratch);
    compress(value, value, scratch, chunk, 64, state);
    state = flags;
  }
  if (left < 64) {
    const padded = scratch + PADDED_AT;
    pad(a, left, padded);
    pad(b, left, padded + 64);
    pad(c, left, padded + 128);
    pad(d, left, padded + 192);
    loadBlocks(padded, padded + 64, padded + 128, padded + 192, scratch);
  } else {
    loadBlocks(a, b, c, d, scratch);
  }
  compress(value, value, scratch, chunk, left, state | CHUNK_END | root);
}

// The parent of the subtree on top of the stack (at `left`) and the value at VALUE_AT.
function hashParent(left: usize, flags: u32, scratch: usize): void {
  copyValue(left, scratch + BLOCK_AT);
  copyValue(scratch + VALUE_AT, scratch + BLOCK_AT + 128);
  compress(scratch + START_AT, scratch + VALUE_AT, scratch, i32x4.splat(0), 64, flags | PARENT);
}

// The values at VALUE_AT, one lane to each place of 32 bytes; of equal places the first lane stays.
function storeValues(a: usize, b: usize, c: usize, d: usize, scratch: usize): void {
  for (let half: usize = 0; half < 32; half += 16) {
    const words = scratch + VALUE_AT + 4 * half;
    transpose4(words, words + 16, words + 32, words + 48, scratch + BLOCK_AT);
    v128.store(d + half, v128.load(scratch + BLOCK_AT + 48));
    v128.store(c + half, v128.load(scratch + BLOCK_AT + 32));
    v128.store(b + half, v128.load(scratch + BLOCK_AT + 16));
    v128.store(a + half, v128.load(scratch + BLOCK_AT));
  }
}

/**
 * Digests of `count` messages of `length` bytes from `input` on; 32 bytes each from `out` on. In a group of
 * fewer than four the last message stands in for the missing ones and is written again.
 * @param flags - 16 with a key at KEY_AT; 0 if the initial value stands there
 */
export function hashMany(input: usize, length: u32, count: u32, flags: u32, out: usize, scratch: usize): void {
  splatWords(scratch + KEY_AT, scratch + START_AT);
  const value = scratch + VALUE_AT;
  const stack = scratch + STACK_AT;
  const last = count - 1;
  const chunks: u32 = length <= 1024 ? 1 : (length + 1023) >> 10;
  for (let group: u32 = 0; group < count; group += 4) {
    const second = min(group + 1, last);
    const third = min(group + 2, last);
    const fourth = min(group + 3, last);
    let a = input + <usize>group * length;
    let b = input + <usize>second * length;
    let c = input + <usize>third * length;
    let d = input + <usize>fourth * length;
    let top = stack;
    for (let chunk: u32 = 0; chunk < chunks - 1; chunk++, a += 1024, b += 1024, c += 1024, d += 1024) {
      hashChunk(a, b, c, d, 1024, i32x4.splat(chunk), flags, 0, scratch);
      // one merge for each complete subtree that this chunk ends
      for (let complete = chunk + 1; (complete & 1) == 0; complete >>= 1) {
        top -= 128;
        hashParent(top, flags, scratch);
      }
      copyValue(value, top);
      top += 128;
    }
    const final = chunks - 1;
    hashChunk(a, b, c, d, length - (final << 10), i32x4.splat(final), flags, chunks == 1 ? ROOT : 0, scratch);
    while (top != stack) {
      top -= 128;
      hashParent(top, top == stack ? flags | ROOT : flags, scratch);
    }
    storeValues(out + 32 * <usize>group, out + 32 * <usize>second, out + 32 * <usize>third, out + 32 * <usize>fourth, scratch);
  }
}

// Values of `count` chunks of `length` bytes from `input` on, the first of them number `first`, to `out` on.
function hashChunks(input: usize, length: u32, first: u32, count: u32, out: usize, scratch: usize): void {
  for (let group: u32 = 0; group < count; group += 4) {
    const second = min(group + 1, count - 1);
    const third = min(group + 2, count - 1);
    const fourth = min(group + 3, count - 1);
    const a = input + 1024 * <usize>group;
    const b = input + 1024 * <usize>second;
    const c = input + 1024 * <usize>third;
    const d = input + 1024 * <usize>fourth;
    const numbers = i32x4.add(i32x4.splat(first + group), i32x4(0, 1, 2, 3));
    hashChunk(a, b, c, d, length, numbers, 0, 0, scratch);
    storeValues(out + 32 * <usize>group, out + 32 * <usize>second, out + 32 * <usize>third, out + 32 * <usize>fourth, scratch);
  }
}

/**
 * The digest of one message of more than 1024 bytes, its chunks four at a time and its tree level by level: a value
 * without a neighbour goes up as it is, which gives the tree whose left sides are complete.
 * @param out - room for 32 bytes a chunk; the digest comes to stand first. The initial value stands at KEY_AT.
 */
export function hashLong(input: usize, length: u32, out: usize, scratch: usize): void {
  splatWords(scratch + KEY_AT, scratch + START_AT);
  const whole = (length - 1) >> 10;
  hashChunks(input, 1024, 0, whole, out, scratch);
  hashChunks(input + 1024 * <usize>whole, length - (whole << 10), whole, 1, out + 32 * <usize>whole, scratch);
  for (let count = whole + 1; count > 1; count = (count + 1) >> 1) {
    const pairs = count >> 1;
    const flags = count == 2 ? PARENT | ROOT : PARENT;
    for (let group: u32 = 0; group < pairs; group += 4) {
      const second = min(group + 1, pairs - 1);
      const third = min(group + 2, pairs - 1);
      const fourth = min(group + 3, pairs - 1);
      const from = out + 64 * <usize>group;
      loadBlocks(from, out + 64 * <usize>second, out + 64 * <usize>third, out + 64 * <usize>fourth, scratch);
      compress(scratch + START_AT, scratch + VALUE_AT, scratch, i32x4.splat(0), 64, flags);
      storeValues(out + 32 * <usize>group, out + 32 * <usize>second, out + 32 * <usize>third, out + 32 * <usize>fourth, scratch);
    }
    if ((count & 1) != 0) {
      const odd = out + 32 * <usize>(count - 1);
      v128.store(out + 32 * <usize>pairs, v128.load(odd));
      v128.store(out + 32 * <usize>pairs + 16, v128.load(odd, 16));
    }
  }
}

/**
 * The least nonce with BLAKE3(seed ‖ nonce)'s first word zero under `mask`. The seed is the 8 words from
 * `seed` on, the initial value stands at KEY_AT. The caller sees to it that the mask has few bits.
 */
export function grind(seed: usize, mask: u32, scratch: usize): u32 {
  splatWords(scratch + KEY_AT, scratch + START_AT);
  const block = scratch + BLOCK_AT;
  splatWords(seed, block);
  for (let at: usize = 128; at < 256; at += 16) v128.store(block + at, i32x4.splat(0));
  const masks = i32x4.splat(mask);
  let nonce: u32 = 0;
  let hits = 0;
  while (true) {
    v128.store(block + 128, i32x4.add(i32x4.splat(nonce), i32x4(0, 1, 2, 3)));
    compress(scratch + START_AT, scratch + VALUE_AT, scratch, i32x4.splat(0), 36, CHUNK_START | CHUNK_END | ROOT);
    hits = i32x4.bitmask(i32x4.eq(v128.and(v128.load(scratch + VALUE_AT), masks), i32x4.splat(0)));
    if (hits != 0) break;
    nonce += 4;
  }
  return nonce + ctz(hits);
}
