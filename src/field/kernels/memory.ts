// The memory that kernels compute in: one growable WebAssembly.Memory, or an ArrayBuffer where
// WebAssembly is missing, with a stack allocator over byte offsets. Kernels take offsets and keep no state,
// so that several kernel modules (field, hash) share one memory and hand data over without a copy.
//
// Growth replaces `words` and `bytes`: read them from the memory after every allocation, and keep offsets,
// never views. Allocated bytes are not cleared.

import { MemoryError, UsageError } from '../../errors.ts';

const PAGE = 65536;
const ALIGNMENT = 64;
/** Offsets are unsigned 32-bit numbers; the last page stays unused. */
const MOST_BYTES = 65535 * PAGE;
const INITIAL_PAGES = 64;
/** The advice for a prover without enough memory. */
const LESS = 'prove fewer inputs at once, or keep less (memory low)';

export interface KernelMemoryOptions {
  /** `array` keeps the bytes in a plain ArrayBuffer; `wasm`, the default, does so only where WebAssembly is missing. */
  readonly backing?: 'wasm' | 'array';
  /** The memory does not grow beyond this; at most, and by default, one page short of 4 GiB. */
  readonly maximumBytes?: number;
}

/** A WebAssembly.Memory; by its shape, since the types of Node have no such name. */
interface GrowableMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Growable memory with a stack of allocations. */
export class KernelMemory {
  /** The memory that kernels import; undefined where an ArrayBuffer stands in. */
  readonly wasm: GrowableMemory | undefined;
  /** All of the memory as 32-bit words; replaced when memory grows. */
  words: Uint32Array<ArrayBuffer>;
  /** All of the memory as bytes; replaced when memory grows. */
  bytes: Uint8Array<ArrayBuffer>;
  readonly #maximumBytes: number;
  #top = 0;

  constructor(options: KernelMemoryOptions = {}) {
    this.#maximumBytes = Math.min(options.maximumBytes ?? MOST_BYTES, MOST_BYTES);
    const pages = Math.max(1, Math.min(INITIAL_PAGES, Math.floor(this.#maximumBytes / PAGE)));
    this.wasm = options.backing === 'array' ? undefined : createWasmMemory(pages);
    const buffer = this.wasm === undefined ? new ArrayBuffer(pages * PAGE) : this.wasm.buffer;
    this.words = new Uint32Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }

  /** The end of what is allocated, in bytes. */
  get byteLength(): number {
    return this.#top;
  }

  /**
   * Reserves bytes on top of the stack; the offset is a multiple of 64. The contents are whatever was there.
   * @throws MemoryError if the memory cannot grow; what was allocated before stays as it is
   */
  allocate(byteLength: number): number {
    const offset = this.#top;
    const top = offset + Math.ceil(byteLength / ALIGNMENT) * ALIGNMENT;
    if (top > this.bytes.length) this.#grow(top);
    this.#top = top;
    return offset;
  }

  /** The current top of the stack. */
  mark(): number {
    return this.#top;
  }

  /** Frees everything allocated since `mark` returned this value. */
  release(mark: number): void {
    if (!(mark >= 0 && mark <= this.#top && mark % ALIGNMENT === 0)) {
      throw new UsageError(`release(${mark}) does not name a mark at or below the top of the stack, ${this.#top}`);
    }
    this.#top = mark;
  }

  #grow(needed: number): void {
    const current = this.bytes.length;
    if (needed > this.#maximumBytes) throw this.#refusal(needed, `the limit is ${this.#maximumBytes}`);
    // A quarter more than asked for, so that a growing stack pays for few growths.
    const wanted = Math.min(Math.ceil((needed + (needed >>> 2)) / PAGE) * PAGE, this.#maximumBytes);
    const buffer = this.#enlarged(current, wanted) ?? this.#enlarged(current, Math.ceil(needed / PAGE) * PAGE);
    if (buffer === undefined) throw this.#refusal(needed, `the system grants no more than ${current}`);
    this.words = new Uint32Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }

  #refusal(needed: number, why: string): MemoryError {
    return new MemoryError(
      needed,
      why,
      this.wasm === undefined ? LESS : `${LESS}, or take the JavaScript engine (engine js)`,
    );
  }

  #enlarged(current: number, wanted: number): ArrayBuffer | undefined {
    try {
      if (this.wasm !== undefined) {
        this.wasm.grow(Math.ceil((wanted - current) / PAGE));
        return this.wasm.buffer;
      }
      const bytes = new Uint8Array(wanted);
      bytes.set(this.bytes);
      return bytes.buffer;
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
}

function createWasmMemory(pages: number): GrowableMemory | undefined {
  if (typeof WebAssembly === 'undefined') return undefined;
  try {
    return new WebAssembly.Memory({ initial: pages });
  } catch {
    return undefined;
  }
}
