// Accuracy claims: the number of a verifier's own samples that a committed network labels correctly, proven by network
// proofs.
//
//   protocol.ts  the claim, its ranges and how labels are counted
//   prove.ts     makes the proofs; verify.ts checks all of them
//   file.ts      the bytes of a claim
//
// It uses `network`, which does not depend on it.

export { decodeAccuracy, encodeAccuracy } from './file.ts';
export { type AccuracyPart, type AccuracyStatement, labelOf } from './protocol.ts';
export {
  type AccuracyOptions,
  type AccuracyProgress,
  type AccuracyResult,
  proveAccuracy,
} from './prove.ts';
export { type AccuracyVerdict, verifyAccuracy } from './verify.ts';
