// Byte writer and byte reader for files: variable-length integers with one accepted encoding, doubles, strings
// and single bits. The reader never reads past its end and never trusts a length: a caller that allocates by a
// count first asks `require` whether as many bytes are there.

import { InputError } from '../../errors.ts';

/** The largest integer that `varint` writes: lengths and 32-bit values. */
const MAX_VARINT = 2 ** 32 - 1;

/**
 * Returns the result of `read`. Its InputErrors are passed to `restate`, which knows the file around them.
 *
 * @throws the error of `restate` in place of an InputError; every other error as it is
 */
export function restating<T>(read: () => T, restate: (problem: string) => never): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError) return restate(error.message);
    throw error;
  }
}

/** Appends values to a growing buffer. */
export class ByteWriter {
  #buffer = new Uint8Array(1024);
  #length = 0;

  byte(value: number): void {
    if (this.#length === this.#buffer.length) this.#grow(1);
    this.#buffer[this.#length++] = value;
  }

  bytes(values: Uint8Array): void {
    this.#grow(values.length);
    this.#buffer.set(values, this.#length);
    this.#length += values.length;
  }

  /** An integer in [0, 2³²): seven bits a byte, least significant first, the top bit set on all but the last. */
  varint(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > MAX_VARINT) {
      throw new InputError(`${value} cannot be written: expected an integer from 0 to ${MAX_VARINT}`);
    }
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** An integer in [−2³¹, 2³¹), zigzag: 0, −1, 1, −2, … are written as 0, 1, 2, 3, … */
  signed(value: number): void {
    if (value !== (value | 0)) throw new InputError(`${value} cannot be written: expected a 32-bit integer`);
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** A finite double, little-endian; −0 is written as 0. */
  double(value: number): void {
    if (!Number.isFinite(value)) throw new InputError(`${value} cannot be written: expected a finite number`);
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value + 0, true);
    this.bytes(bytes);
  }

  /** The length in bytes, then UTF-8. */
  string(value: string): void {
    const bytes = new TextEncoder().encode(value);
    if (new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) !== value) {
      throw new InputError(
        `the name ${JSON.stringify(value)} has no UTF-8 encoding: it contains half of a surrogate pair`,
      );
    }
    this.varint(bytes.length);
    this.bytes(bytes);
  }

  /** Returns a copy of everything written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#length);
  }

  #grow(count: number): void {
    if (this.#length + count <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#buffer.length, this.#length + count));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}

/** Reads the output of `ByteWriter`; anything else is an InputError that names `what`, the place and the byte. */
export class ByteReader {
  readonly #source: Uint8Array;
  readonly #what: string;
  readonly #advice: string;
  #offset = 0;
  /** The part that is being read, for messages: `layer 3`. */
  place = 'the header';

  /**
   * @param source - the bytes
   * @param what - names the file in messages: `model file`
   * @param advice - how to fix it
   */
  constructor(source: Uint8Array, what: string, advice: string) {
    this.#source = source;
    this.#what = what;
    this.#advice = advice;
  }

  get remaining(): number {
    return this.#source.length - this.#offset;
  }

  fail(problem: string): never {
    throw new InputError(`${this.#what}, ${this.place}, byte ${this.#offset}: ${problem}; ${this.#advice}`);
  }

  /** @throws InputError unless `count` more bytes are there */
  require(count: number, what: string): void {
    if (count > this.remaining) this.fail(`the file ends before ${what} does`);
  }

  byte(what: string): number {
    this.require(1, what);
    return this.#source[this.#offset++] as number;
  }

  flag(what: string): boolean {
    const flag = this.byte(what);
    if (flag > 1) this.fail(`${what} is ${flag}, neither 0 nor 1`);
    return flag === 1;
  }

  bytes(count: number, what: string): Uint8Array {
    this.require(count, what);
    this.#offset += count;
    return this.#source.subarray(this.#offset - count, this.#offset);
  }

  /** Returns the bytes that are left, without reading them. */
  rest(): Uint8Array {
    return this.#source.subarray(this.#offset);
  }

  varint(what: string): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte(what);
      value += (byte & 0x7f) * scale;
      // zeros without end would not make it larger
      if (value > MAX_VARINT || scale > MAX_VARINT) this.fail(`${what} is larger than 32 bits`);
      if (byte < 0x80) {
        if (byte === 0 && scale > 1) this.fail(`${what} is not in its shortest form`);
        return value;
      }
    }
  }

  signed(what: string): number {
    const value = this.varint(what);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Reads `count` integers of `signed`; the caller has checked that memory allows it. */
  signedMany(count: number, what: string): Int32Array {
    const values = new Int32Array(count);
    for (let i = 0; i < count; i++) values[i] = this.signed(what);
    return values;
  }

  double(what: string): number {
    const bytes = this.bytes(8, what);
    const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
    if (!Number.isFinite(value) || Object.is(value, -0)) this.fail(`${what} is not a finite number in its one form`);
    return value;
  }

  string(what: string): string {
    const bytes = this.bytes(this.varint(what), what);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return this.fail(`${what} is not UTF-8`);
    }
  }

  /** @throws InputError if bytes are left */
  finish(): void {
    if (this.remaining > 0) this.fail(`${this.remaining} bytes follow the end`);
  }
}
