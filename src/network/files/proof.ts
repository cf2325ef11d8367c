// The proof file: public signals and proof in one container with one accepted encoding.
//
//     "TGKP"  version:1  input count:4  output count:4  proof length:4   (little-endian)
//     input values:4 each  output values:4 each  proof
//
// Counts are checked against the file's length here and against the key by `verify`.

import { Rejection } from '../../errors.ts';
import type { PublicSignals } from '../statement.ts';

const MAGIC = [0x54, 0x47, 0x4b, 0x50];
const VERSION = 1;
const HEADER_LENGTH = 17;

/** Public signals and proof as the bytes of a file. */
export function encodeProofFile({ input, output }: PublicSignals, proof: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_LENGTH + 4 * (input.length + output.length) + proof.length);
  const view = new DataView(bytes.buffer);
  bytes.set([...MAGIC, VERSION]);
  [input.length, output.length, proof.length].forEach((count, k) => {
    view.setUint32(5 + 4 * k, count, true);
  });
  let at = HEADER_LENGTH;
  for (const values of [input, output]) {
    for (const value of values) {
      view.setInt32(at, value, true);
      at += 4;
    }
  }
  bytes.set(proof, at);
  return bytes;
}

/** @throws Rejection with `bad-header`, `truncated` or `trailing-bytes`; nothing beyond the file's length is allocated */
export function decodeProofFile(bytes: Uint8Array): { publicSignals: PublicSignals; proof: Uint8Array } {
  const where = 'proof file';
  if (bytes.length < HEADER_LENGTH) throw new Rejection('truncated', where, 'the file is shorter than its header');
  if (MAGIC.some((byte, k) => bytes[k] !== byte)) throw new Rejection('bad-header', where, 'this is not a proof file');
  if (bytes[4] !== VERSION) {
    throw new Rejection('bad-header', where, `the file has version ${bytes[4]}; this program reads version ${VERSION}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [inputCount, outputCount, proofLength] = [5, 9, 13].map((at) => view.getUint32(at, true));
  const expected = HEADER_LENGTH + 4 * (inputCount + outputCount) + proofLength;
  if (bytes.length < expected) throw new Rejection('truncated', where, `the header announces ${expected} bytes`);
  if (bytes.length > expected) throw new Rejection('trailing-bytes', where, `the header announces ${expected} bytes`);
  const outputStart = HEADER_LENGTH + 4 * inputCount;
  const read = (start: number, count: number): Int32Array =>
    Int32Array.from({ length: count }, (_, k) => view.getInt32(start + 4 * k, true));
  return {
    publicSignals: { input: read(HEADER_LENGTH, inputCount), output: read(outputStart, outputCount) },
    // a copy, of a Node Buffer too
    proof: new Uint8Array(bytes.subarray(outputStart + 4 * outputCount)),
  };
}
