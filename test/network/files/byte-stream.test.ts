// Bytes in and out: what cannot be written, what is not the one encoding, and whose errors are restated.

import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { ByteReader, ByteWriter, restating } from '../../../src/network/files/byte-stream.ts';

const reader = (...bytes: readonly number[]): ByteReader => new ByteReader(Uint8Array.from(bytes), 'a file', 'fix it');

describe('a writer', () => {
  it.each([-1, 0.5, 2 ** 32, Number.NaN])('does not write %d as a varint', (value) => {
    expect(() => new ByteWriter().varint(value)).toThrow(/cannot be written: expected an integer from 0 to 4294967295/);
  });

  it.each([2 ** 31, -(2 ** 31) - 1, 0.5])('does not write %d as a signed integer', (value) => {
    expect(() => new ByteWriter().signed(value)).toThrow(/cannot be written: expected a 32-bit integer/);
  });

  it('does not write what is not finite, nor half a pair', () => {
    expect(() => new ByteWriter().double(Number.NaN)).toThrow(/NaN cannot be written/);
    expect(() => new ByteWriter().string('\ud800')).toThrow(/half of a surrogate pair/);
  });

  it('grows', () => {
    const writer = new ByteWriter();
    for (let k = 0; k < 3000; k++) writer.byte(k & 0xff);
    writer.bytes(new Uint8Array(5000));
    expect(writer.finish()).toHaveLength(8000);
  });
});

describe('a reader', () => {
  it.each([
    ['a varint of 33 bits', [0x80, 0x80, 0x80, 0x80, 0x10], /x is larger than 32 bits/],
    ['a varint of ten bytes', new Array(10).fill(0xff), /x is larger than 32 bits/],
    ['a varint of zeros without end', [...new Array(200).fill(0x80), 1], /byte 6: x is larger than 32 bits/],
    ['a varint that is longer than it need be', [0x80, 0], /x is not in its shortest form/],
    ['a varint that does not end', [0x80], /the file ends before x does/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => reader(...bytes).varint('x')).toThrow(message);
  });

  it('reads the ends of the ranges', () => {
    expect(reader(0xff, 0xff, 0xff, 0xff, 0xf).varint('x')).toBe(2 ** 32 - 1);
    expect(reader(0xff, 0xff, 0xff, 0xff, 0xf).signed('x')).toBe(-(2 ** 31));
    expect(reader(0xfe, 0xff, 0xff, 0xff, 0xf).signed('x')).toBe(2 ** 31 - 1);
  });

  it.each([
    ['−0', [0, 0, 0, 0, 0, 0, 0, 0x80]],
    ['infinity', [0, 0, 0, 0, 0, 0, 0xf0, 0x7f]],
  ])('refuses %s', (_, bytes) => {
    expect(() => reader(...bytes).double('x')).toThrow(/a file, the header, byte 8: x is not a finite number/);
  });

  it('refuses a text that is not UTF-8, and what follows the end', () => {
    expect(() => reader(1, 0xff).string('x')).toThrow(/x is not UTF-8/);
    expect(() => reader(1).finish()).toThrow(/1 bytes follow the end; fix it/);
    reader().finish();
  });
});

describe('restating', () => {
  const restate = (problem: string): never => {
    throw new InputError(`the file: ${problem}`);
  };

  it('says of the file what is wrong with a part, and leaves other errors as they are', () => {
    expect(restating(() => 1, restate)).toBe(1);
    const refuse = (): never => {
      throw new InputError('wrong');
    };
    expect(() => restating(refuse, restate)).toThrow(new InputError('the file: wrong'));
    const defect = new TypeError('a defect');
    const break_ = (): never => {
      throw defect;
    };
    expect(() => restating(break_, restate)).toThrow(defect);
  });
});
