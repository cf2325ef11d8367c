// The file of an accuracy claim, with one accepted encoding:
//
//     "TGAC"  version:1  digest:32  samples:4  at least:4  proofs:4   (little-endian)
//     for each proof: first sample:4  samples:4  output values:4  proof length:4
//     for each proof: output values:4 each  proof
//
// Lengths are checked here against the file's length; `verifyAccuracy` checks their meaning.

import { Rejection, UsageError } from '../errors.ts';
import { DIGEST_LENGTH } from '../network/files/digest.ts';
import { type Frame, headerFault, headerLength, headerOf } from '../network/files/frame.ts';
import type { AccuracyPart, AccuracyStatement } from './protocol.ts';

/** The first bytes of the file of an accuracy claim: "TGAC". */
export const ACCURACY_MAGIC: Uint8Array = new TextEncoder().encode('TGAC');
const FRAME: Frame = {
  what: 'file of an accuracy claim',
  magic: ACCURACY_MAGIC,
  version: 1,
  advice: 'give what `encodeAccuracy` made',
  renew: 'make the claim again',
};
const DIGEST_START = headerLength(FRAME);
const COUNTS_START = DIGEST_START + DIGEST_LENGTH;
const TABLE_START = COUNTS_START + 12;
const ENTRY_LENGTH = 16;
const WHERE = 'accuracy file';

/**
 * Returns an accuracy claim as the bytes of a file.
 *
 * @throws UsageError if the digest has another length, or a count does not fit 32 bits
 *
 * @example
 * ```ts
 * import { compile, type IntegerNetwork, proveAccuracy } from 'ternary-gkr';
 * import { decodeAccuracy, encodeAccuracy } from 'ternary-gkr/accuracy';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const samples = Int32Array.of(5, 3, 1, 9); // two inputs, one after the other
 * const labels = [1, 1];
 *
 * const { statement } = await proveAccuracy(compile(network).provingKey, samples, labels, { atLeast: 1 });
 * console.log(encodeAccuracy(decodeAccuracy(statement)).join() === statement.join()); // true
 * ```
 */
export function encodeAccuracy({ digest, samples, atLeast, parts }: AccuracyStatement): Uint8Array<ArrayBuffer> {
  if (digest.length !== DIGEST_LENGTH) {
    throw new UsageError(`the digest has ${digest.length} bytes; give the key's, of ${DIGEST_LENGTH} bytes`);
  }
  const contents = parts.reduce((sum, { output, proof }) => sum + 4 * output.length + proof.length, 0);
  const bytes = new Uint8Array(TABLE_START + ENTRY_LENGTH * parts.length + contents);
  const view = new DataView(bytes.buffer);
  bytes.set(headerOf(FRAME));
  bytes.set(digest, DIGEST_START);
  const header = [samples, atLeast, parts.length];
  const entries = parts.flatMap(({ first, count, output, proof }) => [first, count, output.length, proof.length]);
  [...header, ...entries].forEach((count, k) => {
    if (count !== count >>> 0) throw new UsageError(`${count} is not an integer from 0 to 2^32 − 1`);
    view.setUint32(COUNTS_START + 4 * k, count, true);
  });
  let at = TABLE_START + ENTRY_LENGTH * parts.length;
  for (const { output, proof } of parts) {
    for (const value of output) {
      view.setInt32(at, value, true);
      at += 4;
    }
    bytes.set(proof, at);
    at += proof.length;
  }
  return bytes;
}

/**
 * Returns the contents of an accuracy file: copies, which take at most 32 bytes for each byte of the file.
 *
 * @throws Rejection with `bad-header` for anything but such a file of this version, `truncated` or `trailing-bytes`
 *
 * @example
 * ```ts
 * import { compile, type IntegerNetwork, proveAccuracy } from 'ternary-gkr';
 * import { decodeAccuracy } from 'ternary-gkr/accuracy';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const samples = Int32Array.of(5, 3, 1, 9); // two inputs, one after the other
 * const labels = [1, 1];
 *
 * const { statement } = await proveAccuracy(compile(network).provingKey, samples, labels, { atLeast: 1 });
 * console.log(decodeAccuracy(statement).samples); // 2
 * ```
 */
export function decodeAccuracy(bytes: Uint8Array): AccuracyStatement {
  const fault = headerFault(bytes, FRAME);
  if (fault !== undefined) throw new Rejection('bad-header', WHERE, fault);
  if (bytes.length < TABLE_START) throw new Rejection('truncated', WHERE, 'the file is shorter than its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = (k: number): number => view.getUint32(COUNTS_START + 4 * k, true);
  const [samples, atLeast, count] = [read(0), read(1), read(2)];
  let at = TABLE_START + ENTRY_LENGTH * count;
  if (bytes.length < at) throw new Rejection('truncated', WHERE, `the file ends before its table of ${count} proofs`);
  const parts: AccuracyPart[] = [];
  for (let k = 0; k < count; k++) {
    const [first, own, outputs, length] = [0, 1, 2, 3].map((field) => read(3 + 4 * k + field));
    const proofStart = at + 4 * outputs;
    const end = proofStart + length;
    if (bytes.length < end) throw new Rejection('truncated', WHERE, `the file ends before proof ${k}`);
    const start = at;
    const output = Int32Array.from({ length: outputs }, (_, i) => view.getInt32(start + 4 * i, true));
    // copies, also of a Node Buffer
    parts.push({ first, count: own, output, proof: new Uint8Array(bytes.subarray(proofStart, end)) });
    at = end;
  }
  if (bytes.length > at) {
    throw new Rejection('trailing-bytes', WHERE, `the header announces ${at} bytes, the file has ${bytes.length}`);
  }
  return { digest: new Uint8Array(bytes.subarray(DIGEST_START, COUNTS_START)), samples, atLeast, parts };
}
