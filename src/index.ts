// ternary-gkr: compile an integer network, prove that it was run correctly on an input, verify the proof.
// The protocols underneath have entry points of their own: field, poly, transcript, sumcheck, commit,
// lookup, gkr, sparse, network, and onnx for importing models.

export { InputError, Rejection, type RejectionCode, UsageError } from './errors.ts';
export {
  checkProofNetwork,
  compile,
  decodeNetwork,
  decodeProofFile,
  encodeNetwork,
  encodeProofFile,
  evaluate,
  type IntegerNetwork,
  type ProofFile,
  type ProveOptions,
  type ProveResult,
  type ProvingKey,
  type PublicSignals,
  prove,
  publicSignalsFromJson,
  publicSignalsToJson,
  type SecurityReport,
  securityBits,
  type Verdict,
  type VerifyingKey,
  verify,
} from './network/index.ts';
