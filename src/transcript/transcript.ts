// What both ends of a channel share: the framed absorbs and the draws (DESIGN section 3; compare
// draft-irtf-cfrg-fiat-shamir, whose squeeze repeats itself and whose absorbs are not framed).
//
//   absorb:  kind:1  label length:1  label  count:4 (little-endian)  payload
//   draw:    kind:1  label length:1  label  count:4  counter:4, then one squeeze for all values
//
// `count` is the number of bytes or of field elements. A payload over 1 KiB enters as its BLAKE3 digest,
// under a kind of its own. The counter grows with each draw, so that two draws differ even if nothing is
// absorbed between them. The first absorb names the transcript's version, the second the protocol, the
// third the field and the last the caller's context.

import { blake3 } from '@noble/hashes/blake3.js';
import { UsageError } from '../errors.ts';
import type { Field } from '../field/field.ts';
import type { Channel } from './channel.ts';
import { type Sponge, type SpongeFactory, turboShake128Sponge } from './sponge.ts';

/** What a transcript begins with, and how it hashes. Both ends must be given the same. */
export interface TranscriptOptions {
  /** Name and version of the protocol. */
  readonly protocol: string;
  /** Whatever sets this use apart from others: a domain, a session. Empty unless given. */
  readonly context?: Uint8Array;
  /** TurboSHAKE128 unless given. */
  readonly sponge?: SpongeFactory;
  /** Called with every absorb, draw and hint; for documentation and tests. */
  readonly record?: (entry: TranscriptEntry) => void;
}

/** One step of a transcript: what, under which label, how many. */
export interface TranscriptEntry {
  readonly verb: 'absorb' | 'message' | 'message bytes' | 'draw' | 'draw indices' | 'draw bytes' | 'hint';
  readonly label: string;
  /** Field elements, indices or bytes, as the verb says. */
  readonly count: number;
}

/** Kinds of frames; never reused for another meaning. */
export const Kind = {
  bytes: 1,
  hashedBytes: 2,
  elements: 3,
  hashedElements: 4,
  drawElements: 5,
  drawIndices: 6,
  drawBytes: 7,
} as const;

const VERSION = 'ternary-gkr transcript 1';
const LONGEST_PAYLOAD = 1024;
const MAX_INDEX_BITS = 30;

const headers = new Map<string, Uint8Array>();

/** kind, label length, label, and four bytes for the count. */
function header(kind: number, label: string): Uint8Array {
  const key = `${kind}${label}`;
  const known = headers.get(key);
  if (known !== undefined) return known;
  const name = new TextEncoder().encode(label);
  if (name.length === 0 || name.length > 255) throw new UsageError(`a label has 1 to 255 bytes, not ${name.length}`);
  const bytes = Uint8Array.of(kind, name.length, ...name, 0, 0, 0, 0);
  headers.set(key, bytes);
  return bytes;
}

/** The sponge and its rules, without the proof's bytes. */
export class Transcript<E> implements Channel<E> {
  readonly field: Field<E>;
  readonly #sponge: Sponge;
  readonly #record: TranscriptOptions['record'];
  readonly #path: string[] = [];
  readonly #frame = new Uint8Array(2 + 255 + 8 + LONGEST_PAYLOAD);
  readonly #view = new DataView(this.#frame.buffer);
  #draws = 0;

  constructor(field: Field<E>, options: TranscriptOptions) {
    this.field = field;
    this.#sponge = (options.sponge ?? turboShake128Sponge)();
    this.#record = options.record;
    const text = new TextEncoder();
    this.absorb('version', text.encode(VERSION));
    this.absorb('protocol', text.encode(options.protocol));
    this.absorb('field', text.encode(field.name));
    this.absorb('context', options.context ?? new Uint8Array(0));
  }

  /** The names given to `within`, joined by "/". */
  get where(): string {
    return this.#path.join('/');
  }

  /** The place of a message: the path and the label. */
  place(label: string): string {
    return [...this.#path, label].join('/');
  }

  within<T>(name: string, run: () => T): T {
    this.#path.push(name);
    const result = run();
    // not reached after a rejection, whose place has been taken then and after which nothing runs
    this.#path.pop();
    return result;
  }

  record(verb: TranscriptEntry['verb'], label: string, count: number): void {
    this.#record?.({ verb, label, count });
  }

  absorb(label: string, bytes: Uint8Array): void {
    this.record('absorb', label, bytes.length);
    this.absorbFramed(Kind.bytes, label, bytes.length, bytes);
  }

  /** Absorbs a message: `count` elements or bytes in their encoding. */
  absorbFramed(kind: typeof Kind.bytes | typeof Kind.elements, label: string, count: number, payload: Uint8Array): void {
    const isLong = payload.length > LONGEST_PAYLOAD;
    const head = header(isLong ? kind + 1 : kind, label);
    const body = isLong ? blake3(payload) : payload;
    this.#frame.set(head);
    this.#view.setUint32(head.length - 4, count, true);
    this.#frame.set(body, head.length);
    this.#sponge.absorb(this.#frame.subarray(0, head.length + body.length));
  }

  draw(label: string): E {
    return this.drawMany(label, 1)[0];
  }

  drawMany(label: string, count: number): E[] {
    this.record('draw', label, count);
    const read = this.#squeeze(Kind.drawElements, label, count);
    return Array.from({ length: count }, () => this.field.sample(read));
  }

  drawIndices(label: string, count: number, bits: number): number[] {
    if (bits < 0 || bits > MAX_INDEX_BITS) throw new UsageError(`indices have at most ${MAX_INDEX_BITS} bits, not ${bits}`);
    this.record('draw indices', label, count);
    const bytes = this.#squeeze(Kind.drawIndices, label, count)(4 * count);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return Array.from({ length: count }, (_, k) => view.getUint32(4 * k, true) % 2 ** bits);
  }

  drawBytes(label: string): Uint8Array {
    this.record('draw bytes', label, 32);
    return this.#squeeze(Kind.drawBytes, label, 32)(32);
  }

  #squeeze(kind: number, label: string, count: number): (length: number) => Uint8Array {
    const head = header(kind, label);
    this.#frame.set(head);
    this.#view.setUint32(head.length - 4, count, true);
    this.#view.setUint32(head.length, this.#draws++, true);
    this.#sponge.absorb(this.#frame.subarray(0, head.length + 4));
    return this.#sponge.squeeze();
  }
}
