export { decodeAccuracy, encodeAccuracy } from './accuracy/file.ts';
export { type AccuracyPart, type AccuracyStatement, labelOf } from './accuracy/protocol.ts';
export {
  type AccuracyOptions,
  type AccuracyProgress,
  type AccuracyResult,
  proveAccuracy,
} from './accuracy/prove.ts';
export { type AccuracyVerdict, verifyAccuracy } from './accuracy/verify.ts';
export { commitTensor } from './commit-tensor.ts';
export type { EngineChoice, MemoryChoice } from './engines.ts';
export { evaluate, outputOf, tensorBounds, tensorShapes } from './evaluate.ts';
export { decodeNetwork, encodeNetwork, networkDigest } from './files/model.ts';
export { checkProofNetwork, decodeProofFile, encodeProofFile, type ProofFile } from './files/proof.ts';
export { type ProofJson, proofFromJson, proofToJson } from './files/proof-json.ts';
export { decodeProverFile, encodeProverFile, type ProverFile } from './files/prover.ts';
export {
  checkRegistrationKey,
  decodeRegistrationFile,
  encodeRegistrationFile,
  type RegistrationFile,
} from './files/registration.ts';
export {
  type CompileOptions,
  compile,
  type Keys,
  type ProvingKey,
  securityBits,
  type VerifyingKey,
  type WeightStatus,
} from './key.ts';
export { LAYER_METHODS, type LayerMethod } from './layer-methods/protocol.ts';
export {
  type LayerProofOptions,
  layerOutput,
  type PreparedLayer,
  prepareLayer,
  proveLayer,
  proveLayerStatement,
} from './layer-methods/prove.ts';
export { type LayerVerdict, verifyLayer, verifyLayerStatement } from './layer-methods/verify.ts';
export { averageDivisor } from './layers/average-pool/rules.ts';
export type { Interval } from './layers/rules.ts';
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
} from './network.ts';
export { type Plan, planNetwork } from './plan.ts';
export { type ProveOptions, type ProveResult, prove } from './prove.ts';
export { openProver, openRegistered, type Registered, type RegisterOptions, register } from './register.ts';
export { type ReadKeyOptions, readKey, verifyModel } from './registered-key.ts';
export type { RegistrationOptions, RegistrationPhase } from './registration/prove.ts';
export { registrationReport } from './registration/security.ts';
export type { RegistrationVerdict } from './registration/verify.ts';
export { SECURITY_BITS, type SecurityReport } from './security.ts';
export {
  type CommittedSignals,
  type PublicSignals,
  type PublicSignalsJson,
  publicSignalsFromJson,
  publicSignalsToJson,
  type TensorRoot,
} from './statement.ts';
export type { HashedBytes, Phase, PhaseCounts, Trace, TracedCounts } from './trace.ts';
export { type Verdict, verify } from './verify.ts';
