// Vectors of KoalaBear elements in a kernel memory: where each word stands, conversion from and to
// elements, and zero-padded copies of vectors that kernels cannot take as they are: kernels work on whole blocks of
// four elements, while halves of short vectors and views into them may start or end inside a block.

import { UsageError } from '../../errors.ts';
import type { Vector } from '../engine.ts';
import type { KoalaElement } from '../koalabear-arithmetic.ts';
import {
  BASE_BASE,
  BASE_EXTENSION,
  EXTENSION_EXTENSION,
  type KoalaKernels,
  type PairKinds,
  WORK_BYTES,
} from './koalabear.ts';
import type { KernelMemory } from './memory.ts';

type Kind = Vector['kind'];

const WORD_BYTES = 4;
export const BLOCK = 4;
export const BLOCK_BYTES = { base: 16, extension: 64 } as const;
const DEGREE = 4;

/** `length` elements from lane `lane` of the block at byte `offset` on. */
export class KoalaVector implements Vector {
  readonly kind: Kind;
  readonly length: number;
  readonly memory: KernelMemory;
  readonly offset: number;
  readonly lane: number;

  constructor(kind: Kind, length: number, memory: KernelMemory, offset: number, lane: number) {
    this.kind = kind;
    this.length = length;
    this.memory = memory;
    this.offset = offset;
    this.lane = lane;
  }
}

/** The number of blocks that `length` elements take. */
export function blocksOf(length: number): number {
  return (length + BLOCK - 1) >>> 2;
}

/** Allocation and addressing of vectors in one memory. */
export class Storage {
  readonly memory: KernelMemory;
  readonly kernels: KoalaKernels;
  /** Scratch of the kernels that sum. */
  readonly work: number;

  constructor(memory: KernelMemory, kernels: KoalaKernels) {
    this.memory = memory;
    this.kernels = kernels;
    this.work = memory.allocate(WORK_BYTES);
  }

  /** A new vector; its contents are whatever was there. */
  allocate(kind: Kind, length: number): KoalaVector {
    return new KoalaVector(kind, length, this.memory, this.memory.allocate(BLOCK_BYTES[kind] * blocksOf(length)), 0);
  }

  /** The vector as one of this memory that has not been released. */
  own(vector: Vector): KoalaVector {
    if (!(vector instanceof KoalaVector) || vector.memory !== this.memory) {
      throw new UsageError('a vector of another engine');
    }
    if (vector.offset + BLOCK_BYTES[vector.kind] * blocksOf(vector.lane + vector.length) > this.memory.byteLength) {
      throw new UsageError('a vector that has been released');
    }
    return vector;
  }

  view(vector: KoalaVector, start: number, length: number): KoalaVector {
    const from = vector.lane + start;
    const offset = vector.offset + BLOCK_BYTES[vector.kind] * (from >>> 2);
    return new KoalaVector(vector.kind, length, this.memory, offset, from & (BLOCK - 1));
  }

  /** The index in `memory.words` of element `index`; coefficient k of an extension element is 4·k words further. */
  wordIndex(vector: KoalaVector, index: number): number {
    const at = vector.lane + index;
    return vector.offset / WORD_BYTES + (BLOCK_BYTES[vector.kind] / WORD_BYTES) * (at >>> 2) + (at & (BLOCK - 1));
  }

  get(vector: KoalaVector, index: number): KoalaElement {
    const { words } = this.memory;
    const { decode } = this.kernels;
    const at = this.wordIndex(vector, index);
    if (vector.kind === 'base') return [decode(words[at]), 0, 0, 0];
    return [decode(words[at]), decode(words[at + 4]), decode(words[at + 8]), decode(words[at + 12])];
  }

  /** Sets an element; of a base vector from the constant coefficient. */
  set(vector: KoalaVector, index: number, value: KoalaElement): void {
    const { words } = this.memory;
    const { encode } = this.kernels;
    const at = this.wordIndex(vector, index);
    const coefficients = vector.kind === 'base' ? 1 : DEGREE;
    for (let k = 0; k < coefficients; k++) words[at + BLOCK * k] = encode(value[k]);
  }

  /** Writes a scalar as four consecutive words. */
  writeScalar(offset: number, value: KoalaElement): void {
    const { words } = this.memory;
    const { encode } = this.kernels;
    const at = offset / WORD_BYTES;
    words[at] = encode(value[0]);
    words[at + 1] = encode(value[1]);
    words[at + 2] = encode(value[2]);
    words[at + 3] = encode(value[3]);
  }

  readScalar(offset: number): KoalaElement {
    const { words } = this.memory;
    const { decode } = this.kernels;
    const at = offset / WORD_BYTES;
    return [decode(words[at]), decode(words[at + 1]), decode(words[at + 2]), decode(words[at + 3])];
  }

  /** The kinds of a pair whose base vector, if it has one, comes first. */
  pairKinds(a: KoalaVector, b: KoalaVector): PairKinds {
    if (a.kind === 'extension') return EXTENSION_EXTENSION;
    return b.kind === 'extension' ? BASE_EXTENSION : BASE_BASE;
  }

  /** Copies elements [from, from + count) of `source` to those of `target` from `to` on; of one kind. */
  copyElements(target: KoalaVector, to: number, source: KoalaVector, from: number, count: number): void {
    const { words } = this.memory;
    const step = source.kind === 'base' ? 1 : DEGREE;
    for (let i = 0; i < count; i++) {
      const read = this.wordIndex(source, from + i);
      const write = this.wordIndex(target, to + i);
      for (let k = 0; k < step; k++) words[write + BLOCK * k] = words[read + BLOCK * k];
    }
  }

  /** Whether elements [start, start + count) are whole blocks. */
  isWhole(vector: KoalaVector, start: number, count: number): boolean {
    return ((vector.lane + start) | count) % BLOCK === 0;
  }

  /** A new vector with elements [start, start + count) and zeros to the end of its last block. */
  padded(vector: KoalaVector, start: number, count: number): KoalaVector {
    const copy = this.allocate(vector.kind, count);
    const { words } = this.memory;
    const to = copy.offset / WORD_BYTES;
    const from = this.wordIndex(vector, start);
    if (((vector.lane + start) & (BLOCK - 1)) + count <= BLOCK) {
      // Within one block, the frequent case: the last rounds of a sumcheck.
      const length = BLOCK_BYTES[vector.kind] / WORD_BYTES;
      for (let row = 0; row < length; row += BLOCK) {
        for (let i = 0; i < BLOCK; i++) words[to + row + i] = i < count ? words[from + row + i] : 0;
      }
      return copy;
    }
    const end = (copy.offset + BLOCK_BYTES[vector.kind] * blocksOf(count)) / WORD_BYTES;
    words.fill(0, to, end);
    this.copyElements(copy, 0, vector, start, count);
    return copy;
  }

  /** The offset of elements [start, start + count) as whole blocks, zero beyond: in place if they are, or of a copy. */
  wholeBlocks(vector: KoalaVector, start: number, count: number): number {
    if (!this.isWhole(vector, start, count)) return this.padded(vector, start, count).offset;
    return vector.offset + BLOCK_BYTES[vector.kind] * ((vector.lane + start) >>> 2);
  }

  /** The offset of a vector that starts with a block; the last block's rest is arbitrary. */
  aligned(vector: KoalaVector): number {
    return vector.lane === 0 ? vector.offset : this.padded(vector, 0, vector.length).offset;
  }

  /** The same of an extension vector, or of a base vector's embedding. */
  alignedExtension(vector: KoalaVector): number {
    const offset = this.aligned(vector);
    if (vector.kind === 'extension') return offset;
    const lifted = this.allocate('extension', vector.length);
    this.kernels.lift(offset, lifted.offset, blocksOf(vector.length));
    return lifted.offset;
  }
}
