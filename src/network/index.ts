// Whole networks: an integer network is compiled or registered, run and proven; the verifier holds a key.
//
//   model/          an integer network as data
//   relations/      the relations, and the expansion of layers into them
//   weights/        committed weights
//   statement/      what both sides know before a proof
//   files/          bytes of models, keys and proofs
//   run/            the tools of a prover
//   proof/          prove and verify
//   registration/   the proof about committed weights
//   keys/           compile, register, readKey, openProver
//
// An import only goes up this list. It rests on every protocol below it; `accuracy`, `onnx` and `cli` use it.

export type { HashedBytes, TracedCounts } from '../transcript/counting.ts';
export { decodeNetwork, encodeNetwork, networkDigest } from './files/model.ts';
export { checkProofNetwork, decodeProofFile, encodeProofFile, type ProofFile } from './files/proof.ts';
export { type ProofJson, proofFromJson, proofToJson } from './files/proof-json.ts';
export {
  checkRegistrationKey,
  decodeRegistrationFile,
  encodeRegistrationFile,
  type RegistrationFile,
} from './files/registration.ts';
export { type CompileOptions, compile, type Keys, type SecurityOptions, securityBits } from './keys/compile.ts';
export { encodeProvingKey, type OpenProverOptions, openProver, openRegistered } from './keys/open-prover.ts';
export { encodeVerifyingKey, type ReadKeyOptions, readKey, verifyModel } from './keys/read-key.ts';
export { type Registered, type RegisterOptions, register } from './keys/register.ts';
export { evaluate, outputOf, tensorBounds, tensorShapes } from './model/evaluate.ts';
export type { Interval } from './model/interval.ts';
export { averageDivisor } from './model/layers/average-pool/rules.ts';
export type {
  AddLayer,
  AffineLayer,
  AveragePoolLayer,
  ConcatenateLayer,
  ConvolutionLayer,
  FlattenLayer,
  InputSpec,
  IntegerNetwork,
  Layer,
  LayerKind,
  LinearLayer,
  MaxPoolLayer,
  OutputSpec,
  RequantiseLayer,
  Shape,
  Window,
} from './model/network.ts';
export { verifyHidden } from './proof/hiding/verify.ts';
export { prove } from './proof/prove.ts';
export type { ProveOptions, ProveResult } from './proof/prove-options.ts';
export { SECURITY_BITS, type SecurityReport } from './proof/security.ts';
export { commitTensor } from './proof/tensors/commit.ts';
export { type NetworkVerdict, verify } from './proof/verify.ts';
export type { RegistrationOptions, RegistrationPhase } from './registration/prove.ts';
export type { EngineChoice, MemoryChoice } from './run/engines.ts';
export type { Phase, PhaseCounts, Trace } from './run/trace.ts';
export type { ProvingKey, VerifyingKey, WeightStatus } from './statement/key.ts';
export { type Plan, planNetwork } from './statement/plan.ts';
export {
  type CommittedSignals,
  type HiddenSignals,
  type PublicSignals,
  type PublicSignalsJson,
  publicSignalsFromJson,
  publicSignalsToJson,
  type TensorRoot,
} from './statement/signals.ts';
