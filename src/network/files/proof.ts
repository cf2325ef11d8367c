// The proof file: the digest of the network, public signals and proof in one container with one accepted encoding.
//
//     "TGKP"  version:1  digest:32
//     batch:4  tensor count:4  input count:4  output count:4  proof length:4   (little-endian)
//     committed tensors, ascending: number:4  root:26    input values:4 each  output values:4 each  proof
//
// Without committed tensors the batch follows from the input, and is 0 here, unless the input is hidden: then there is a batch
// and no input. Counts are checked against the file's
// length here, and against the key by `verify`. The digest is only a hint for a clear message: a verifier absorbs the
// digest of its own key, so that a forged one in the file gains nothing.

import { checkBytes, equalBytes } from '../../bytes.ts';
import { Rejection, UsageError } from '../../errors.ts';
import {
  type CommittedSignals,
  checkSignalTypes,
  type HiddenSignals,
  type PublicSignals,
  ROOT_LENGTH,
} from '../statement/signals.ts';
import { DIGEST_LENGTH, shortDigest } from './digest.ts';
import { type Frame, headerFault, headerLength, headerOf } from './frame.ts';

/** The first bytes of a proof file: "TGKP". */
export const PROOF_MAGIC: Uint8Array = new TextEncoder().encode('TGKP');
const FRAME: Frame = {
  what: 'proof file',
  magic: PROOF_MAGIC,
  version: 3,
  advice: 'name a file that `ternary-gkr prove` wrote',
  renew: 'make the proof again',
};
const DIGEST_START = headerLength(FRAME);
const COUNTS_START = DIGEST_START + DIGEST_LENGTH;
const HEADER_LENGTH = COUNTS_START + 20;
const TENSOR_LENGTH = 4 + ROOT_LENGTH;
const WHERE = FRAME.what;

/**
 * The contents of a proof file.
 *
 * @example
 * ```ts
 * import { type ProofFile, verify, type VerifyingKey } from 'ternary-gkr';
 *
 * const isValid = (key: VerifyingKey, { publicSignals, proof }: ProofFile): boolean => verify(key, publicSignals, proof).ok;
 * ```
 */
export interface ProofFile {
  /** Digest of the network that the proof was made for, as the file says: see `checkProofNetwork`. */
  readonly digest: Uint8Array;
  readonly publicSignals: PublicSignals;
  readonly proof: Uint8Array;
}

/**
 * Returns public signals and proof as the bytes of a file.
 *
 * @param digest - of the network: the key's `digest`, 32 bytes
 * @throws InputError for anything but bytes and public signals; UsageError if the digest or a root has another length,
 * or committed tensors do not ascend
 *
 * @example
 * ```ts
 * import { compile, encodeProofFile, type IntegerNetwork, prove } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const { provingKey } = compile(network);
 * const { publicSignals, proof } = await prove(provingKey, [5, 3]);
 * const file = encodeProofFile(provingKey.digest, publicSignals, proof);
 * console.log(file.length > proof.length); // true
 * ```
 */
export function encodeProofFile(
  digest: Uint8Array,
  signals: PublicSignals,
  proof: Uint8Array,
): Uint8Array<ArrayBuffer> {
  checkBytes('the digest', digest);
  checkBytes('the proof', proof);
  checkSignalTypes(signals);
  if (digest.length !== DIGEST_LENGTH) {
    throw new UsageError(`the digest has ${digest.length} bytes; give the key's, of ${DIGEST_LENGTH} bytes`);
  }
  const { input, output, committed, hidden } = signals;
  const { batch, tensors } = committed ?? { batch: hidden?.batch ?? 0, tensors: [] };
  if (committed !== undefined) checkCommitted(committed);
  if (hidden !== undefined) checkHidden(signals, hidden);
  const tensorsLength = tensors.length * TENSOR_LENGTH;
  const bytes = new Uint8Array(HEADER_LENGTH + tensorsLength + 4 * (input.length + output.length) + proof.length);
  const view = new DataView(bytes.buffer);
  bytes.set(headerOf(FRAME));
  bytes.set(digest, DIGEST_START);
  [batch, tensors.length, input.length, output.length, proof.length].forEach((count, k) => {
    view.setUint32(COUNTS_START + 4 * k, count, true);
  });
  let at = HEADER_LENGTH;
  for (const { tensor, root } of tensors) {
    view.setUint32(at, tensor, true);
    bytes.set(root, at + 4);
    at += TENSOR_LENGTH;
  }
  for (const values of [input, output]) {
    for (const value of values) {
      view.setInt32(at, value, true);
      at += 4;
    }
  }
  bytes.set(proof, at);
  return bytes;
}

function checkHidden({ input, committed }: PublicSignals, { batch, input: isHidden }: HiddenSignals): void {
  const isBatch = Number.isInteger(batch) && batch >= 1 && batch < 2 ** 32;
  if (isBatch && isHidden && input.length === 0 && committed === undefined) return;
  throw new UsageError('signals that hide the input are a batch, no input and no committed tensors');
}

function checkCommitted({ batch, tensors }: CommittedSignals): void {
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < 2 ** 32;
  const isInOrder = tensors.every(({ tensor }, k) => isCount(tensor) && (k === 0 || tensors[k - 1].tensor < tensor));
  if (!isCount(batch) || tensors.length === 0 || !isInOrder) {
    throw new UsageError('committed signals are a batch and at least one tensor, ascending, each of them once');
  }
  const wrong = tensors.find(({ root }) => root.length !== ROOT_LENGTH);
  if (wrong === undefined) return;
  throw new UsageError(`the root of tensor ${wrong.tensor} has ${wrong.root.length} bytes, not ${ROOT_LENGTH}`);
}

/**
 * Returns the contents of a proof file: copies, which take at most 16 bytes for each byte of the file.
 *
 * @throws Rejection with `bad-header` for anything but a proof file of this version, `truncated`, `trailing-bytes` or
 * `non-canonical`
 *
 * @example
 * ```ts
 * import { compile, decodeProofFile, encodeProofFile, type IntegerNetwork, prove } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const { provingKey } = compile(network);
 * const { publicSignals, proof } = await prove(provingKey, [5, 3]);
 * const file = decodeProofFile(encodeProofFile(provingKey.digest, publicSignals, proof));
 * console.log(file.publicSignals.output); // Int32Array(2) [ 2, 3 ]
 * ```
 */
export function decodeProofFile(bytes: Uint8Array): ProofFile {
  const fault = headerFault(bytes, FRAME);
  if (fault !== undefined) throw new Rejection('bad-header', WHERE, fault);
  if (bytes.length < HEADER_LENGTH) throw new Rejection('truncated', WHERE, 'the file is shorter than its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const counts = [0, 4, 8, 12, 16].map((at) => view.getUint32(COUNTS_START + at, true));
  const [batch, tensorCount, inputCount, outputCount, proofLength] = counts;
  const inputStart = HEADER_LENGTH + tensorCount * TENSOR_LENGTH;
  const outputStart = inputStart + 4 * inputCount;
  const proofStart = outputStart + 4 * outputCount;
  const expected = proofStart + proofLength;
  const lengths = `the header announces ${expected} bytes, the file has ${bytes.length}`;
  if (bytes.length < expected) throw new Rejection('truncated', WHERE, lengths);
  if (bytes.length > expected) throw new Rejection('trailing-bytes', WHERE, lengths);
  const read = (start: number, count: number): Int32Array =>
    Int32Array.from({ length: count }, (_, k) => view.getInt32(start + 4 * k, true));
  const values = { input: read(inputStart, inputCount), output: read(outputStart, outputCount) };
  const committed = readCommitted(view, batch, tensorCount, inputCount);
  return {
    // copies, also of a Node Buffer
    digest: new Uint8Array(bytes.subarray(DIGEST_START, COUNTS_START)),
    publicSignals: { ...values, ...committed },
    proof: new Uint8Array(bytes.subarray(proofStart)),
  };
}

function readCommitted(
  view: DataView,
  batch: number,
  count: number,
  inputCount: number,
): Pick<PublicSignals, 'committed' | 'hidden'> {
  if (count === 0) {
    if (batch === 0) return {};
    if (inputCount === 0) return { hidden: { batch, input: true } };
    throw new Rejection('non-canonical', WHERE, `the file gives a batch of ${batch} without committed tensors`);
  }
  const tensors = Array.from({ length: count }, (_, k) => {
    const start = HEADER_LENGTH + k * TENSOR_LENGTH;
    const root = new Uint8Array(view.buffer, view.byteOffset + start + 4, ROOT_LENGTH);
    return { tensor: view.getUint32(start, true), root: new Uint8Array(root) };
  });
  const unordered = tensors.findIndex(({ tensor }, k) => k > 0 && tensors[k - 1].tensor >= tensor);
  if (unordered < 0) return { committed: { batch, tensors } };
  throw new Rejection(
    'non-canonical',
    WHERE,
    `committed tensor ${tensors[unordered].tensor} follows tensor ${tensors[unordered - 1].tensor}; they ascend`,
  );
}

/**
 * Rejects a proof file that names another network than the key's, with a message that says so. This is for people:
 * `verify` rejects such a proof regardless of the file's digest.
 *
 * @throws Rejection with `statement`
 *
 * @example
 * ```ts
 * import { checkProofNetwork, compile, type IntegerNetwork } from 'ternary-gkr';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const network: IntegerNetwork = {
 *   name: 'small',
 *   input: { shape: [2], min: 0, max: 255, scale: 1 / 255, mean: 0 },
 *   layers: [{ kind: 'linear', name: 'fc', input: 0, weights }],
 *   outputs: [{ tensor: 1, scale: 1 }],
 * };
 * const { verifyingKey } = compile(network);
 * try {
 *   checkProofNetwork(verifyingKey, { digest: new Uint8Array(32) });
 * } catch (error) {
 *   console.log((error as Error).name); // Rejection
 * }
 * ```
 */
export function checkProofNetwork(
  key: { readonly digest: Uint8Array },
  { digest }: { readonly digest: Uint8Array },
): void {
  if (equalBytes(digest, key.digest)) return;
  throw new Rejection(
    'statement',
    'network',
    `the proof is for another model or key: it was made for ${shortDigest(digest)}, this one is ${shortDigest(key.digest)}; ` +
      'verify it with the file that belongs to it: the model for public weights, the key for committed ones',
  );
}
