// The verifying key of a registered model (`.vkey`): the public part of a network whose weights are committed.
//
//     "TGVK" version:1
//     the network without its weights (model.ts)
//     for each layer with a matrix: plus  minus; for each affine layer: uniform:1 [multiplier]  min  bits  min  bits
//     row length (log₂)  rate (log₂)  digest length  root
//     check:8, the first bytes of BLAKE3 of everything before
//
// Its digest, BLAKE3 of all but the network's name and the check, names the model in every statement. A key proves
// nothing by itself: it is as good as the registration that was checked with it.

import type { CodeParameters } from '../../commit/recursive/parameters.ts';
import { MAX_INDEX_BITS } from '../../transcript/transcript.ts';
import { greatest, type IntegerRange, type LayerBounds, withoutWeights } from '../model/bounds.ts';
import type { IntegerNetwork } from '../model/network.ts';
import { ByteReader, ByteWriter } from './byte-stream.ts';
import { digestOf } from './digest.ts';
import { CHECK_LENGTH, checkedBody, type Frame, headerLength, headerOf, withCheck } from './frame.ts';
import { readNetwork, writeNetwork } from './model.ts';
import { outlinedReader, outlinedWriter } from './outlined-weights.ts';

/** The first bytes of a key file: "TGVK". */
export const KEY_MAGIC: Uint8Array = new TextEncoder().encode('TGVK');
const FRAME: Frame = {
  what: 'verifying key',
  magic: KEY_MAGIC,
  version: 2,
  advice: 'copy the file again, or make it with `ternary-gkr register`',
  renew: 'register again, or verify with the program that wrote it',
};
/** The largest bound of row sums of 8-bit weights and of the integers of affine layers. */
const MAX_BOUND = 2 ** 31 - 1;
const [LEAST_DIGEST, MOST_DIGEST] = [26, 32];

/** The contents of a key file. */
export interface KeyFile {
  /** Without weights. */
  readonly network: IntegerNetwork;
  /** Of each layer that has weights. */
  readonly bounds: readonly (LayerBounds | undefined)[];
  readonly code: CodeParameters;
  readonly root: Uint8Array;
}

/** Returns the canonical bytes of a key. */
export function encodeKey({ network, bounds, code, root }: KeyFile): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.bytes(headerOf(FRAME));
  writeNetwork(writer, withoutWeights(network), outlinedWriter);
  for (const bound of bounds) if (bound !== undefined) writeBounds(writer, bound);
  writer.varint(code.columnVariables);
  writer.varint(code.rateBits);
  writer.varint(code.digestLength);
  writer.bytes(root);
  return withCheck(writer.finish());
}

function writeBounds(writer: ByteWriter, bounds: LayerBounds): void {
  if (bounds.kind === 'matrix') {
    writer.varint(bounds.plus);
    writer.varint(bounds.minus);
    return;
  }
  writer.byte(bounds.uniform === undefined ? 0 : 1);
  if (bounds.uniform !== undefined) writer.signed(bounds.uniform);
  for (const { min, bits } of [bounds.multipliers, bounds.biases]) {
    writer.signed(min);
    writer.varint(bits);
  }
}

/**
 * Returns the key in a file. Takes at most 32 MiB of memory, for matrices and biases that are not in it
 * (`MAX_OUTLINE_COLUMNS`), and 256 bytes for each byte of the file.
 *
 * @throws InputError for any bytes that `encodeKey` does not write
 */
export function decodeKey(bytes: Uint8Array): KeyFile {
  const reader = new ByteReader(checkedBody(bytes, FRAME), FRAME.what, FRAME.advice);
  reader.bytes(headerLength(FRAME), 'the header');
  const network = readNetwork(reader, outlinedReader());
  reader.place = 'the bounds';
  const bounds = network.layers.map((layer) => {
    if (layer.kind === 'linear' || layer.kind === 'convolution') {
      const isTernary = 'plusEnds' in layer.weights;
      const [plus, minus] = [readBound(reader), readBound(reader)];
      return { kind: 'matrix', isTernary, plus, minus } as const;
    }
    return layer.kind === 'affine' ? readScaleBounds(reader) : undefined;
  });
  reader.place = 'the commitment';
  const code = {
    columnVariables: reader.varint('the row length'),
    rateBits: reader.varint('the rate'),
    digestLength: reader.varint('the length of digests'),
  };
  if (code.columnVariables > MAX_INDEX_BITS || code.rateBits < 1 || code.rateBits > 8)
    reader.fail('its code is not supported');
  if (code.digestLength < LEAST_DIGEST || code.digestLength > MOST_DIGEST) {
    reader.fail(`its digests have ${code.digestLength} bytes, not ${LEAST_DIGEST} to ${MOST_DIGEST}`);
  }
  const root = new Uint8Array(reader.bytes(code.digestLength, 'the root'));
  reader.place = 'the end';
  reader.finish();
  return { network, bounds, code, root };
}

function readBound(reader: ByteReader): number {
  const bound = reader.varint('a bound of row sums');
  return bound <= MAX_BOUND ? bound : reader.fail(`a bound of row sums is ${bound}, at most ${MAX_BOUND}`);
}

function readScaleBounds(reader: ByteReader): LayerBounds {
  const uniform = reader.flag('whether the multiplier is public') ? reader.signed('the multiplier') : undefined;
  if (uniform !== undefined && (uniform === 0 || Math.abs(uniform) >= 2 ** 30)) {
    reader.fail(`the multiplier ${uniform} has no inverse in every field`);
  }
  const [multipliers, biases] = [readRange(reader), readRange(reader)];
  if (uniform !== undefined && (multipliers.min !== 0 || multipliers.bits !== 0)) {
    reader.fail('a public multiplier has a range beside it');
  }
  return { kind: 'scale', uniform, multipliers, biases };
}

function readRange(reader: ByteReader): IntegerRange {
  const range = { min: reader.signed('the least of a range'), bits: reader.varint('the size of a range') };
  const holds = range.bits <= 32 && range.min <= 0 && greatest(range) >= 0 && greatest(range) <= MAX_BOUND;
  return holds ? range : reader.fail('a range of integers does not contain zero, or is too large');
}

/** Returns the digest that names a registered model in every statement; the model's name is left out. */
export function keyDigest(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes, FRAME.what, FRAME.advice);
  const header = reader.bytes(headerLength(FRAME), 'the header');
  reader.string('the name');
  const rest = reader.bytes(reader.remaining - CHECK_LENGTH, 'the key');
  return digestOf(header, rest);
}
