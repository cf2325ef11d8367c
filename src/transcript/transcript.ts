// The common part of both ends of a channel: the absorption of messages, statements and draws by the sponge, and the
// challenges that it yields.
//
// Everything is absorbed as one frame, so that no two sequences of calls absorb the same bytes:
//   kind (1) ‖ length of label (1) ‖ label (ASCII) ‖ count (4, little-endian) ‖ payload
// The kind fixes the payload's form, the count its length: bytes as they are, elements by their
// encoding, or, beyond 1 KiB, the 32 bytes of their BLAKE3 hash (the kind says so). A draw's payload is
// the number of draws before it (4) and the bits of an index (1); all values of one draw, rejected
// candidates included, come from one squeeze.
//
// The first frames are the protocol's name and version, the field's name and the caller's context.
// Source: draft-irtf-cfrg-fiat-shamir for the sponge; framing and counting are this library's.

import { isTyped } from '../bytes.ts';
import { UsageError } from '../errors.ts';
import type { Field } from '../field/field.ts';
import { blake3 } from '../hash/blake3.ts';
import { type Sponge, type SpongeReader, turboShake128Sponge } from './sponge.ts';

/**
 * Absorbed first by every transcript. A change of what is absorbed changes the version.
 *
 * @example
 * ```ts
 * import { PROTOCOL_NAME } from 'ternary-gkr/transcript';
 *
 * console.log(PROTOCOL_NAME); // ternary-gkr/1
 * ```
 */
export const PROTOCOL_NAME = 'ternary-gkr/1';

/** Payloads longer than this are absorbed by their hash. */
const LONGEST_PAYLOAD = 1024;
const LONGEST_LABEL = 255;
const LARGEST_COUNT = 0xffffffff;

const KNOWN_BYTES = 1;
const MESSAGE_BYTES = 2;
const MESSAGE_ELEMENTS = 3;
const DRAWN_ELEMENTS = 4;
const DRAWN_INDICES = 5;
const DRAWN_BYTES = 6;
/** Added to a kind whose payload is a hash. */
const HASHED = 0x80;

/** The most bits of a drawn index. */
export const MAX_INDEX_BITS = 30;

/** Length of the seed that `drawBytes` yields. */
const SEED_LENGTH = 32;

/**
 * One line of a transcript, as a `record` hook sees it.
 *
 * @example
 * ```ts
 * import type { TranscriptEntry } from 'ternary-gkr/transcript';
 *
 * const entry: TranscriptEntry = { kind: 'elements', where: 'lookup/layer 3', label: 'halves', count: 4 };
 * ```
 */
export interface TranscriptEntry {
  /** `bytes` both know; `message` and `elements` that the prover sends; draws; a `hint` is not absorbed. */
  readonly kind: 'bytes' | 'message' | 'elements' | 'hint' | 'draw' | 'draw-indices' | 'draw-bytes';
  /** Names given to `within`, joined by "/". */
  readonly where: string;
  readonly label: string;
  /** Elements, indices or bytes. */
  readonly count: number;
}

/**
 * Options of a channel, equal for both ends except `record`.
 *
 * @example
 * ```ts
 * import { bn254 } from 'ternary-gkr/field';
 * import { type ChannelOptions, createProverChannel } from 'ternary-gkr/transcript';
 *
 * const labels: string[] = [];
 * const options: ChannelOptions = { record: ({ kind, label }) => labels.push(`${kind} ${label}`) };
 * const channel = createProverChannel(bn254, options);
 * channel.send('value', [1n]);
 * channel.draw('challenge');
 * console.log(labels.slice(-2)); // [ 'elements value', 'draw challenge' ]
 * ```
 */
export interface ChannelOptions {
  /** The caller's own domain separation; absorbed right after the names of protocol and field. */
  readonly context?: Uint8Array | undefined;
  /** Creates the sponge; TurboSHAKE128 where absent. */
  readonly sponge?: (() => Sponge) | undefined;
  /** BLAKE3 for payloads beyond 1 KiB, if the caller has a faster one than hash/blake3.ts. */
  readonly hash?: ((message: Uint8Array) => Uint8Array) | undefined;
  /** Called for everything sent, received or drawn, in order. */
  readonly record?: ((entry: TranscriptEntry) => void) | undefined;
}

/** The absorbing and drawing half of a channel; the ends (prover-channel.ts, verifier-channel.ts) add the proof's bytes. */
export class Transcript<E> {
  readonly field: Field<E>;
  readonly #sponge: Sponge;
  readonly #record: ((entry: TranscriptEntry) => void) | undefined;
  readonly #hash: (message: Uint8Array) => Uint8Array;
  readonly #path: string[] = [];
  readonly #frame = new Uint8Array(2 + LONGEST_LABEL + 4 + LONGEST_PAYLOAD);
  #draws = 0;

  constructor(field: Field<E>, options: ChannelOptions) {
    this.field = field;
    this.#sponge = (options.sponge ?? turboShake128Sponge)();
    this.#record = options.record;
    this.#hash = options.hash ?? blake3;
    const encoder = new TextEncoder();
    this.absorb('protocol', encoder.encode(PROTOCOL_NAME));
    this.absorb('field', encoder.encode(field.name));
    this.absorb('context', options.context ?? new Uint8Array(0));
  }

  get where(): string {
    return this.#path.join('/');
  }

  within<T>(name: string, run: () => T): T {
    this.#path.push(name);
    try {
      return run();
    } finally {
      this.#path.pop();
    }
  }

  absorb(label: string, bytes: Uint8Array): void {
    requireBytes(label, bytes);
    this.note('bytes', label, bytes.length);
    this.#absorb(KNOWN_BYTES, label, bytes.length, bytes);
  }

  absorbMessage(label: string, bytes: Uint8Array): void {
    requireBytes(label, bytes);
    this.note('message', label, bytes.length);
    this.#absorb(MESSAGE_BYTES, label, bytes.length, bytes);
  }

  /** `encoded` holds `count` elements back to back. */
  absorbElements(label: string, count: number, encoded: Uint8Array): void {
    this.note('elements', label, count);
    this.#absorb(MESSAGE_ELEMENTS, label, count, encoded);
  }

  draw(label: string): E {
    this.note('draw', label, 1);
    return this.field.sample(this.#squeeze(DRAWN_ELEMENTS, label, 1, 0));
  }

  drawMany(label: string, count: number): E[] {
    this.note('draw', label, count);
    const read = this.#squeeze(DRAWN_ELEMENTS, label, count, 0);
    return Array.from({ length: count }, () => this.field.sample(read));
  }

  drawIndices(label: string, count: number, bits: number): number[] {
    if (!Number.isInteger(bits) || bits < 0 || bits > MAX_INDEX_BITS)
      throw new UsageError(`indices of ${bits} bits; 0 to ${MAX_INDEX_BITS} are drawn`);
    this.note('draw-indices', label, count);
    const bytes = this.#squeeze(DRAWN_INDICES, label, count, bits)(4 * count);
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const mask = 2 ** bits - 1;
    return Array.from({ length: count }, (_, i) => words.getUint32(4 * i, true) & mask);
  }

  drawBytes(label: string): Uint8Array {
    this.note('draw-bytes', label, SEED_LENGTH);
    return this.#squeeze(DRAWN_BYTES, label, SEED_LENGTH, 0)(SEED_LENGTH);
  }

  /** Tells the `record` hook, if there is one. */
  note(kind: TranscriptEntry['kind'], label: string, count: number): void {
    if (this.#record !== undefined) this.#record({ kind, where: this.where, label, count });
  }

  #absorb(kind: number, label: string, count: number, payload: Uint8Array): void {
    const hashed = payload.length > LONGEST_PAYLOAD;
    const content = hashed ? this.#hash(payload) : payload;
    const start = this.#header(hashed ? kind | HASHED : kind, label, count);
    this.#frame.set(content, start);
    this.#sponge.absorb(this.#frame.subarray(0, start + content.length));
  }

  #squeeze(kind: number, label: string, count: number, bits: number): SpongeReader {
    const frame = this.#frame;
    const counterAt = this.#header(kind, label, count);
    writeUint32(frame, counterAt, this.#draws);
    frame[counterAt + 4] = bits;
    this.#draws++;
    this.#sponge.absorb(frame.subarray(0, counterAt + 5));
    return this.#sponge.squeeze();
  }

  /** Writes a frame up to its payload; returns where the payload starts. */
  #header(kind: number, label: string, count: number): number {
    const frame = this.#frame;
    const length = label.length;
    if (length === 0 || length > LONGEST_LABEL)
      throw new UsageError(`a label has 1 to ${LONGEST_LABEL} characters, not ${length}`);
    if (!Number.isInteger(count) || count < 0 || count > LARGEST_COUNT)
      throw new UsageError(`${label}: no count ${count}`);
    frame[0] = kind;
    frame[1] = length;
    for (let i = 0; i < length; i++) {
      const character = label.charCodeAt(i);
      if (character > 0x7f) throw new UsageError(`label "${label}" is not ASCII`);
      frame[2 + i] = character;
    }
    writeUint32(frame, 2 + length, count);
    return 6 + length;
  }
}

/** Anything but a Uint8Array would be absorbed as zeros, or not at all. */
export function requireBytes(label: string, bytes: unknown): void {
  if (!isTyped(bytes, 'Uint8Array')) throw new UsageError(`${label}: bytes are absorbed, give a Uint8Array`);
}

function writeUint32(target: Uint8Array, offset: number, value: number): void {
  target[offset] = value;
  target[offset + 1] = value >>> 8;
  target[offset + 2] = value >>> 16;
  target[offset + 3] = value >>> 24;
}
