// Files as pieces: the fields of a valid file in their order, each with its kind. Mutants are made of pieces and put
// together again, so that they are files whose beginning is valid and whose counts and check sums can be made to fit.

import { ByteReader, ByteWriter } from '../../src/network/files/byte-stream.ts';
import type { Step } from '../support/recording.ts';
import type { Random } from './random.ts';

/** One field of a file. */
export interface Piece {
  /** How it is encoded: what a mutation writes in its place. `elements` are words of a field, four bytes each. */
  readonly kind: 'varint' | 'signed' | 'double' | 'string' | 'byte' | 'bytes' | 'word' | 'elements';
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** The bytes of pieces, one after the other. */
export function joined(pieces: readonly Piece[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces.map(({ bytes }) => bytes)));
}

const READS = ['varint', 'signed', 'double', 'string', 'byte', 'bytes'] as const;

/**
 * The fields of a file that is read by a ByteReader, as its own reader finds them: no second parser is needed.
 *
 * @param decode - reads the bytes; what it does with its first reader tells the fields
 */
export function piecesRead(bytes: Uint8Array, decode: (bytes: Uint8Array) => unknown): Piece[] {
  const pieces: Piece[] = [];
  const own = ByteReader.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  const original = Object.fromEntries(READS.map((name) => [name, own[name]]));
  let first: ByteReader | undefined;
  let end = 0;
  let depth = 0;
  try {
    for (const kind of READS) {
      own[kind] = function read(this: ByteReader, ...args: unknown[]): unknown {
        first ??= this;
        const start = this.remaining;
        depth++;
        const value = original[kind].apply(this, args);
        depth--;
        if (this === first && depth === 0) {
          const length = start - this.remaining;
          const what = `${this.place}, ${String(args.at(-1))}`;
          pieces.push({ kind, what, bytes: bytes.slice(end, end + length) });
          end += length;
        }
        return value;
      };
    }
    decode(bytes);
  } finally {
    Object.assign(own, original);
  }
  if (end < bytes.length) pieces.push({ kind: 'bytes', what: 'the end', bytes: bytes.slice(end) });
  return pieces;
}

/** A proof cut into its messages, as the prover's channel recorded them. */
export function piecesSent(proof: Uint8Array, steps: readonly Step[]): Piece[] {
  let start = 0;
  const pieces = steps
    .filter(({ operation }) => operation === 'send' || operation === 'send bytes' || operation === 'hint')
    .map(({ operation, label, value }): Piece => {
      const bytes = proof.slice(start, start + value.length / 2);
      start += bytes.length;
      const isElements = operation === 'send' || label === 'columns';
      return { kind: isElements ? 'elements' : label === 'nonce' ? 'word' : 'bytes', what: label, bytes };
    });
  if (start !== proof.length) throw new Error(`the messages have ${start} of ${proof.length} bytes`);
  return pieces;
}

/** A piece of integers of four bytes each. */
export function words(what: string, values: ArrayLike<number>): Piece {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (let k = 0; k < values.length; k++) view.setUint32(4 * k, values[k], true);
  return { kind: values.length === 1 ? 'word' : 'elements', what, bytes };
}

/** An integer in seven bits a byte, in more bytes than it needs, and not limited to 32 bits. */
function longVarint(value: number, extra: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  for (let k = 0; k < extra; k++) {
    bytes[bytes.length - 1] |= 0x80;
    bytes.push(0);
  }
  return Uint8Array.from(bytes);
}

const DOUBLES = [0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.MIN_VALUE, Number.MAX_VALUE, 2 ** 53];

/** Another value in the encoding of a piece: a boundary, or an encoding that is not the accepted one. */
export function otherValue(random: Random, { kind, bytes }: Piece): Uint8Array {
  const writer = new ByteWriter();
  switch (kind) {
    case 'varint':
    case 'signed': {
      const value = random.integer();
      return longVarint(
        kind === 'signed' && value < 2 ** 32 && random.oneIn(2) ? 2 * value : value,
        random.below(8) >> 2,
      );
    }
    case 'double': {
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, random.pick(DOUBLES), true);
      return new Uint8Array(view.buffer);
    }
    case 'string':
      if (random.oneIn(3)) return Uint8Array.of(3, 0xff, 0xfe, 0xc0);
      if (random.oneIn(3)) return longVarint(random.integer(), 0);
      writer.string(random.pick(['', '\0', 'é', '\ufeff', 'x'.repeat(random.below(300))]));
      return writer.finish();
    case 'byte':
      return Uint8Array.of(random.oneIn(2) ? random.below(12) : random.word());
    case 'bytes':
      return random.oneIn(2) ? random.bytes(bytes.length) : otherLength(random, bytes);
    case 'word':
    case 'elements':
      return otherWord(random, bytes);
  }
}

/** Longer or shorter by a few bytes. */
function otherLength(random: Random, bytes: Uint8Array): Uint8Array {
  const length = Math.max(0, bytes.length + random.below(17) - 8);
  const other = new Uint8Array(length);
  other.set(bytes.subarray(0, length));
  return other;
}

const MODULUS = 2130706433;

/** One word changed: to a boundary, by one, to its negative, or by the modulus, which is the same element again. */
function otherWord(random: Random, bytes: Uint8Array): Uint8Array {
  const other = bytes.slice();
  if (bytes.length < 4) return other;
  const at = 4 * random.below(Math.floor(bytes.length / 4));
  const view = new DataView(other.buffer);
  const value = view.getUint32(at, true);
  const changed = [value + 1, value - 1, value + MODULUS, MODULUS - value, random.integer(), random.word()];
  view.setUint32(at, random.pick(changed), true);
  return other;
}
