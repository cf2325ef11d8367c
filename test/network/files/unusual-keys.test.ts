// Key files, field by field: what each may be, and what the reader says of what it may not be. Every file here has the
// check sum that belongs to it.

import { blake3 } from '@noble/hashes/blake3.js';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../../../src/network/files/byte-stream.ts';
import { decodeKey, encodeKey, KEY_MAGIC, type KeyFile } from '../../../src/network/files/key.ts';
import { writeNetwork } from '../../../src/network/files/model.ts';
import { MAX_OUTLINE_COLUMNS, outlinedWriter } from '../../../src/network/files/outlined-weights.ts';
import { emptyMatrix, type LayerBounds } from '../../../src/network/model/bounds.ts';
import type { IntegerNetwork } from '../../../src/network/model/network.ts';
import { convolutional, perceptron } from '../../support/networks.ts';

const network: IntegerNetwork = {
  name: 'n',
  input: { shape: [3], min: 0, max: 1, scale: 1, mean: 0 },
  layers: [
    { kind: 'linear', name: 'l', input: 0, weights: emptyMatrix({ rowCount: 2, columnCount: 3 }, true) },
    { kind: 'affine', name: 'a', input: 1, multipliers: new Int32Array(2), biases: new Int32Array(2) },
  ],
  outputs: [{ tensor: 2, scale: 1 }],
};
const nothing = { min: 0, bits: 0 };
const matrix: LayerBounds = { kind: 'matrix', isTernary: true, plus: 3, minus: 2 };
const uniform: LayerBounds = { kind: 'scale', uniform: -5, multipliers: nothing, biases: { min: -4, bits: 3 } };
const key: KeyFile = {
  network,
  bounds: [matrix, uniform],
  code: { columnVariables: 4, rateBits: 2, digestLength: 26 },
  root: new Uint8Array(26).fill(7),
};

/** A key whose parts after the network are these bytes. */
function forged(...parts: readonly (readonly number[])[]): Uint8Array {
  const writer = new ByteWriter();
  writer.bytes(KEY_MAGIC);
  writer.byte(2);
  writeNetwork(writer, network, outlinedWriter);
  for (const part of parts) writer.bytes(Uint8Array.from(part));
  const body = writer.finish();
  return Uint8Array.of(...body, ...blake3(body).subarray(0, 8));
}

const bounds = [3, 2];
const scale = [1, 9, 0, 0, 7, 3];
const code = [4, 2, 26];
const root = new Array<number>(26).fill(7);

const refusal = (bytes: Uint8Array): string => {
  try {
    decodeKey(bytes);
  } catch (error) {
    expect(error).toMatchObject({ name: 'InputError' });
    return (error as Error).message;
  }
  return 'accepted';
};

describe('the fields of a key', () => {
  it('are those that the writer writes', () => {
    expect(forged(bounds, scale, code, root)).toEqual(encodeKey(key));
    expect(decodeKey(encodeKey(key))).toEqual(key);
  });

  it('may have multipliers of their own, weights of 8 bits, and images', () => {
    const own: LayerBounds = { ...uniform, uniform: undefined, multipliers: { min: -1, bits: 2 } };
    expect(decodeKey(encodeKey({ ...key, bounds: [matrix, own] })).bounds[1]).toEqual(own);
    const weights = emptyMatrix({ rowCount: 2, columnCount: 3 }, false);
    const wide = { ...network, layers: [{ ...network.layers[0], weights } as never, network.layers[1]] };
    const read = decodeKey(encodeKey({ ...key, network: wide, bounds: [{ ...matrix, isTernary: false }, uniform] }));
    expect(read.bounds[0]).toEqual({ ...matrix, isTernary: false });
  });

  it.each([
    ['a bound of row sums', [[0x80, 0x80, 0x80, 0x80, 8, 2]], /the bounds, .* a bound of row sums is 2147483648/],
    ['a flag that is neither', [bounds, [2]], /whether the multiplier is public is 2, neither 0 nor 1/],
    ['a multiplier of zero', [bounds, [1, 0]], /the multiplier 0 has no inverse/],
    ['a large multiplier', [bounds, [1, 0x80, 0x80, 0x80, 0x80, 8]], /the multiplier 1073741824 has no inverse/],
    ['two multipliers', [bounds, [1, 9, 1, 1, 0, 0]], /a public multiplier has a range beside it/],
    ['two multipliers, from 0', [bounds, [1, 9, 0, 1, 0, 0]], /a public multiplier has a range beside it/],
    ['a range above zero', [bounds, [0, 2, 0]], /a range of integers does not contain zero/],
    ['a range below zero', [bounds, [0, 3, 0]], /a range of integers does not contain zero/],
    ['a range of 33 bits', [bounds, [0, 0, 33]], /a range of integers does not contain zero, or is too large/],
    ['a range of 32 bits', [bounds, [0, 0, 32]], /a range of integers does not contain zero, or is too large/],
    ['long rows', [bounds, scale, [31, 2, 26], root], /the commitment, .* its code is not supported/],
    ['no rate', [bounds, scale, [4, 0, 26], root], /its code is not supported/],
    ['a rate of 9 bits', [bounds, scale, [4, 9, 26], root], /its code is not supported/],
    ['short digests', [bounds, scale, [4, 2, 25], root], /its digests have 25 bytes, not 26 to 32/],
    ['long digests', [bounds, scale, [4, 2, 33], root], /its digests have 33 bytes, not 26 to 32/],
    ['no root', [bounds, scale, code], /the file ends before the root does/],
    ['more bytes', [bounds, scale, code, root, [0]], /the end, .*: 1 bytes follow the end/],
  ])('are refused with %s', (_, parts, message) => {
    expect(refusal(forged(...parts))).toMatch(message);
  });

  it('are refused with weights of a kind that is not known', () => {
    const bytes = encodeKey(key);
    // magic, version, name, input (axes, extent, min, max, scale, mean), number of layers, kind, name, input, outputs
    const at = 4 + 1 + 2 + 1 + 1 + 1 + 1 + 16 + 1 + 1 + 2 + 1 + 1;
    expect(bytes[at]).toBe(0);
    bytes[at] = 2;
    const body = bytes.subarray(0, -8);
    expect(refusal(Uint8Array.of(...body, ...blake3(body).subarray(0, 8)))).toMatch(/the weights are of kind 2/);
  });

  it('are refused where they would take memory for channels that the file does not pay for', () => {
    const wide = (shape: readonly number[], layers: IntegerNetwork['layers']): Uint8Array =>
      encodeKey({
        ...key,
        network: {
          ...network,
          input: { ...network.input, shape },
          layers,
          outputs: [{ tensor: layers.length, scale: 1 }],
        },
        bounds: layers.map(() => uniform),
      });
    const affine = (input: number) =>
      ({ kind: 'affine', name: 'a', input, multipliers: new Int32Array(1), biases: new Int32Array(1) }) as const;
    expect(refusal(wide([MAX_OUTLINE_COLUMNS + 1], [affine(0)]))).toMatch(/it has 4194305 columns, at most 4194304/);
    expect(refusal(wide([2 ** 21], [affine(0), affine(1), affine(2)]))).toMatch(/layer 2 .* more than 4194304 columns/);
  });

  it('keep windows, of every layer that has one', () => {
    const image = convolutional({ seed: 2 });
    const outlined = image.layers.map((layer): LayerBounds | undefined => {
      if (layer.kind === 'affine') return uniform;
      return 'weights' in layer ? { ...matrix, isTernary: 'plusEnds' in layer.weights } : undefined;
    });
    const read = decodeKey(encodeKey({ ...key, network: image, bounds: outlined }));
    expect(read.network.layers.map((layer) => ('window' in layer ? layer.window : undefined))).toEqual(
      image.layers.map((layer) => ('window' in layer ? layer.window : undefined)),
    );
  });

  it('are refused if the file is cut after its magic or is of another version', () => {
    expect(refusal(encodeKey(key).subarray(0, 3))).toContain('does not begin with "TGVK"');
    expect(refusal(KEY_MAGIC)).toContain('cut short');
    expect(refusal(Uint8Array.of(...KEY_MAGIC, 9))).toContain(
      'its version is 9, this program reads version 2; use a newer version of this program',
    );
    expect(refusal(Uint8Array.of(...KEY_MAGIC, 2))).toContain('its check sum is wrong');
    expect(refusal(encodeKey({ ...key, network: perceptron({ sizes: [3, 2] }) }))).toBe('accepted');
  });
});
