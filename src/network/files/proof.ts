// The proof file: the digest of the network, public signals and proof in one container with one accepted encoding.
//
//     "TGKP"  version:1  digest:32  input count:4  output count:4  proof length:4   (little-endian)
//     input values:4 each  output values:4 each  proof
//
// Counts are checked against the file's length here and against the key by `verify`. The digest is a hint for a clear
// message and no more: a verifier absorbs the digest of its own key, so that a forged one in the file gains nothing.

import { Rejection, UsageError } from '../../errors.ts';
import type { PublicSignals } from '../statement.ts';
import { DIGEST_LENGTH, shortDigest } from './digest.ts';

/** How a proof file begins: "TGKP". */
export const PROOF_MAGIC: Uint8Array = new TextEncoder().encode('TGKP');
const MAGIC = PROOF_MAGIC;
const VERSION = 2;
const DIGEST_START = MAGIC.length + 1;
const COUNTS_START = DIGEST_START + DIGEST_LENGTH;
const HEADER_LENGTH = COUNTS_START + 12;
const WHERE = 'proof file';

/** What a proof file holds. */
export interface ProofFile {
  /** Digest of the network that the proof was made for, as the file says: see `checkProofNetwork`. */
  readonly digest: Uint8Array;
  readonly publicSignals: PublicSignals;
  readonly proof: Uint8Array;
}

/**
 * Public signals and proof as the bytes of a file.
 *
 * @param digest - of the network: the key's `digest`, 32 bytes
 * @throws UsageError if the digest has another length
 */
export function encodeProofFile(digest: Uint8Array, { input, output }: PublicSignals, proof: Uint8Array): Uint8Array {
  if (digest.length !== DIGEST_LENGTH) {
    throw new UsageError(`the digest has ${digest.length} bytes; give the key's, of ${DIGEST_LENGTH} bytes`);
  }
  const bytes = new Uint8Array(HEADER_LENGTH + 4 * (input.length + output.length) + proof.length);
  const view = new DataView(bytes.buffer);
  bytes.set([...MAGIC, VERSION]);
  bytes.set(digest, DIGEST_START);
  [input.length, output.length, proof.length].forEach((count, k) => {
    view.setUint32(COUNTS_START + 4 * k, count, true);
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

/**
 * The contents of a proof file. Nothing beyond the file's length is allocated.
 *
 * @throws Rejection with `bad-header` for what is not a proof file of this version, `truncated` or `trailing-bytes`
 */
export function decodeProofFile(bytes: Uint8Array): ProofFile {
  if (MAGIC.some((byte, k) => bytes[k] !== byte)) {
    throw new Rejection(
      'bad-header',
      WHERE,
      'this is not a proof file: it does not begin with "TGKP"; name a file that `ternary-gkr prove` made',
    );
  }
  if (bytes.length < DIGEST_START) throw new Rejection('truncated', WHERE, 'the file is shorter than its header');
  const version = bytes[MAGIC.length];
  if (version !== VERSION) {
    throw new Rejection(
      'bad-header',
      WHERE,
      `the file has version ${version}, this program reads version ${VERSION}; ` +
        `${version < VERSION ? 'make the proof again' : 'use a newer version of this program'}`,
    );
  }
  if (bytes.length < HEADER_LENGTH) throw new Rejection('truncated', WHERE, 'the file is shorter than its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [inputCount, outputCount, proofLength] = [0, 4, 8].map((at) => view.getUint32(COUNTS_START + at, true));
  const expected = HEADER_LENGTH + 4 * (inputCount + outputCount) + proofLength;
  const lengths = `the header announces ${expected} bytes, the file has ${bytes.length}`;
  if (bytes.length < expected) throw new Rejection('truncated', WHERE, lengths);
  if (bytes.length > expected) throw new Rejection('trailing-bytes', WHERE, lengths);
  const outputStart = HEADER_LENGTH + 4 * inputCount;
  const read = (start: number, count: number): Int32Array =>
    Int32Array.from({ length: count }, (_, k) => view.getInt32(start + 4 * k, true));
  return {
    // copies, of a Node Buffer too
    digest: new Uint8Array(bytes.subarray(DIGEST_START, COUNTS_START)),
    publicSignals: { input: read(HEADER_LENGTH, inputCount), output: read(outputStart, outputCount) },
    proof: new Uint8Array(bytes.subarray(outputStart + 4 * outputCount)),
  };
}

/**
 * Refuses a proof file that names another network than the key's, with a message that says so. This is for people:
 * `verify` refuses such a proof whatever the file says.
 *
 * @throws Rejection with `statement`
 */
export function checkProofNetwork(
  key: { readonly digest: Uint8Array },
  { digest }: { readonly digest: Uint8Array },
): void {
  if (digest.length === key.digest.length && digest.every((byte, k) => byte === key.digest[k])) return;
  throw new Rejection(
    'statement',
    'network',
    `the proof is for another model: it was made for ${shortDigest(digest)}, this one is ${shortDigest(key.digest)}; ` +
      'verify it with the model that it was made for',
  );
}
