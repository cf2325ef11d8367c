// Accuracy claims: how many of a verifier's own samples a committed network labels correctly, proven by network proofs.
//
//   protocol.ts  the claim, its ranges and how labels are counted
//   prove.ts     makes the proofs; verify.ts checks all of them
//   file.ts      the bytes of a claim
//
// It is a user of `network`, which knows nothing of it.

export { decodeAccuracy, encodeAccuracy } from './file.ts';
export { type AccuracyPart, type AccuracyStatement, labelOf } from './protocol.ts';
export {
  type AccuracyOptions,
  type AccuracyProgress,
  type AccuracyResult,
  proveAccuracy,
} from './prove.ts';
export { type AccuracyVerdict, verifyAccuracy } from './verify.ts';
