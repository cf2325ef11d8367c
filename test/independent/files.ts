/** Models and proofs as files, section 17: linear, affine, requantise and flatten. */

import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { check, Refusal } from './field.ts';

/** Nonzero entries of a matrix of rows and columns. */
export type Entry = readonly [row: number, column: number, weight: bigint];

export type Layer = { readonly name: string; readonly input: number } & (
  | { readonly kind: 'linear'; readonly rows: number; readonly entries: readonly Entry[] }
  | { readonly kind: 'affine'; readonly multipliers: readonly bigint[]; readonly biases: readonly bigint[] }
  | {
      readonly kind: 'requantise';
      readonly shift: number;
      readonly relu: boolean;
      readonly min: bigint;
      readonly max: bigint;
    }
  | { readonly kind: 'flatten' }
);

export interface Model {
  readonly digest: Buffer;
  readonly shape: readonly number[];
  readonly min: bigint;
  readonly max: bigint;
  readonly layers: readonly Layer[];
  /** Values of each of the network's tensors. */
  readonly sizes: readonly number[];
  readonly outputs: readonly number[];
}

export const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

class Reader {
  readonly bytes: Buffer;
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes);
  }

  take(length: number): Buffer {
    check(this.offset + length <= this.bytes.length, 'the file ends early');
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  varint(): number {
    let value = 0;
    for (let place = 0; place < 35; place += 7) {
      const byte = this.take(1)[0]!;
      value += (byte % 128) * 2 ** place;
      if (byte >= 128) continue;
      check(value < 2 ** 32 && (byte > 0 || place === 0), 'a number is too large or too long');
      return value;
    }
    throw new Refusal('a number is too long');
  }

  signed(): bigint {
    const value = BigInt(this.varint());
    return value & 1n ? -(value + 1n) / 2n : value / 2n;
  }

  double(): void {
    const value = this.take(8).readDoubleLE();
    check(Number.isFinite(value) && !Object.is(value, -0), 'a number is not finite or is -0');
  }

  string(): string {
    const bytes = this.take(this.varint());
    check(isUtf8(bytes), 'a name is not UTF-8');
    return bytes.toString();
  }

  list<T>(length: number, read: () => T): T[] {
    check(length <= this.bytes.length, 'a list is longer than the file');
    return Array.from({ length }, read);
  }

  matrix(rows: number, columns: number): Entry[] {
    const kind = this.take(1)[0]!;
    const counts = this.list(columns, () => this.varint());
    check(kind <= 1 && counts.every((count) => count <= rows), 'a matrix has an unknown kind or too many nonzeros');
    const nonzeros = counts.reduce((a, b) => a + b, 0);
    let k = 0;
    while (k < 30 && 3 * 2 ** (k + 1) * nonzeros <= 2 * (rows * columns - nonzeros)) k++;
    let [bits, byte] = [0, 0];
    const bit = (): number => {
      if (bits % 8 === 0) byte = this.take(1)[0]!;
      return (byte >> (bits++ % 8)) & 1;
    };
    const entries: [number, number, bigint][] = [];
    for (const [column, count] of counts.entries()) {
      for (let row = 0, i = 0; i < count; i++, row++) {
        while (bit()) row += 2 ** k;
        for (let low = 0; low < k; low++) row += bit() * 2 ** low;
        check(row < rows, 'a nonzero lies below its matrix');
        entries.push([row, column, kind === 0 && bit() ? -1n : 1n]);
      }
    }
    while (bits % 8) check(bit() === 0, 'a stream of bits does not end in zeros');
    if (kind === 0) return entries;
    const weights = this.take(nonzeros);
    check(!weights.includes(0), 'a nonzero is zero');
    return entries.map(([row, column], i) => [row, column, BigInt(weights.readInt8(i))]);
  }

  layer(sizes: number[]): Layer {
    const kind = this.take(1)[0];
    const named = { name: this.string(), input: this.varint() };
    const values = sizes[named.input];
    check(values !== undefined, 'a layer reads a tensor that is not there');
    if (kind === 1) {
      const rows = this.varint();
      const entries = this.matrix(rows, values);
      sizes.push(rows);
      return { ...named, kind: 'linear', rows, entries };
    }
    sizes.push(values);
    if (kind === 4) return { ...named, kind: 'flatten' };
    const signed = (): bigint => this.signed();
    if (kind === 2) {
      const [multipliers, biases] = [this.list(values, signed), this.list(values, signed)];
      return { ...named, kind: 'affine', multipliers, biases };
    }
    check(kind === 3, 'a layer of a kind that perceptrons do not have');
    const [shift, relu, min, max] = [this.varint(), this.take(1)[0]!, this.signed(), this.signed()];
    check(relu <= 1, 'an unknown activation');
    return { ...named, kind: 'requantise', shift, relu: relu === 1, min, max };
  }
}

export function readModel(bytes: Uint8Array): Model {
  const reader = new Reader(bytes);
  check(reader.take(5).toString('latin1') === 'TERN\u0002', 'this is not a model');
  reader.string();
  const start = reader.offset;
  const shape = reader.list(reader.varint(), () => reader.varint());
  const [min, max] = [reader.signed(), reader.signed()];
  reader.double();
  reader.double();
  const sizes = [size(shape)];
  const layers = reader.list(reader.varint(), () => reader.layer(sizes));
  const outputs = reader.list(reader.varint(), () => {
    const output = reader.varint();
    reader.double();
    check(output < sizes.length, 'an output is not there');
    return output;
  });
  const end = reader.offset;
  check(sha256(reader.bytes.subarray(0, end)).subarray(0, 8).equals(reader.take(8)), 'the check of the model is wrong');
  check(reader.offset === bytes.length, 'the model has bytes left');
  const digest = sha256(Buffer.concat([Buffer.from('TERN\u0002\u0000'), reader.bytes.subarray(start, end)]));
  return { digest, shape, min, max, layers, sizes, outputs };
}

export function readProof(bytes: Uint8Array) {
  const reader = new Reader(bytes);
  check(reader.take(5).toString('latin1') === 'TGKP\u0003', 'this is not a proof');
  const digest = reader.take(32);
  const [batch, tensors, inputs, outputs, length] = reader.list(5, () => reader.take(4).readUInt32LE());
  const committed = reader.list(tensors!, () => ({ tensor: reader.take(4).readUInt32LE(), root: reader.take(26) }));
  const [input, output] = [reader.take(4 * inputs!), reader.take(4 * outputs!)];
  const proof = reader.take(length!);
  check(reader.offset === bytes.length, 'the file has bytes left');
  return { digest, batch: batch!, committed, input, output, proof };
}
