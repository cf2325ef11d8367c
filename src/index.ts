// The main entry point: compile or register an integer network, prove that it was run correctly on an input, verify the proof.
//
//   errors.ts    mistakes of a caller, and the reasons of a rejection
//   verdict.ts   the answer of every verifier
//   bytes.ts     checks of untrusted values
//
// It passes on the parts of `network` and `accuracy` that an application needs. The protocols underneath have entry points
// of their own: field, poly, transcript, sumcheck, commit, lookup, gkr, sparse, layer, network, accuracy; onnx imports models,
// testing attacks proofs. `security`, `hash`, `hiding` and `data` serve them, `cli` is the command line.

export { type AccuracyVerdict, proveAccuracy, verifyAccuracy } from './accuracy/index.ts';
export { InputError, MemoryError, Rejection, type RejectionCode, UsageError } from './errors.ts';
export {
  type CommittedSignals,
  checkProofNetwork,
  commitTensor,
  compile,
  decodeNetwork,
  decodeProofFile,
  encodeNetwork,
  encodeProofFile,
  encodeProvingKey,
  encodeVerifyingKey,
  evaluate,
  type IntegerNetwork,
  type NetworkVerdict,
  openProver,
  openRegistered,
  type ProofFile,
  type ProofJson,
  type ProveOptions,
  type ProveResult,
  type ProvingKey,
  type PublicSignals,
  proofFromJson,
  proofToJson,
  prove,
  publicSignalsFromJson,
  publicSignalsToJson,
  type Registered,
  type RegisterOptions,
  readKey,
  register,
  type SecurityReport,
  securityBits,
  type VerifyingKey,
  verify,
  verifyHidden,
  verifyModel,
} from './network/index.ts';
export type { Refusal, Verdict } from './verdict.ts';
