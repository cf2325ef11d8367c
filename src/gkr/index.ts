// Layered computations proven layer by layer, from the outputs to the inputs: arithmetic circuits, and the
// trees of fractions that lookups rest on.

export { besideLayer } from './circuit/beside.ts';
export { buildCircuit, type CircuitBuilder, type GateTerm, type Wire } from './circuit/builder.ts';
export {
  type Circuit,
  type CircuitLayer,
  type ClosedForm,
  checkCircuit,
  type GateWeights,
  type LayerTerms,
  type LinearTerms,
  outputCount,
  type ProductTerms,
  wiredLayer,
} from './circuit/circuit.ts';
export { evaluateCircuit, type LayerValues } from './circuit/evaluate.ts';
export {
  adderTreeLayers,
  type MatrixPlaces,
  type MatrixShape,
  matrixPlaces,
  matrixProductLayer,
  matrixProductLayers,
  relayLayer,
  sumLayer,
} from './circuit/layers.ts';
export { circuitErrorCount, outputVariables } from './circuit/protocol.ts';
export { proveCircuit } from './circuit/prove.ts';
export { type CircuitPlan, planCircuit } from './circuit/prove-plan.ts';
export { type CircuitProof, type CircuitProofOptions, proveCircuitStatement } from './circuit/prove-statement.ts';
export { type CircuitValues, circuitDigest } from './circuit/statement.ts';
export { verifyCircuit } from './circuit/verify.ts';
export { verifyCircuitStatement } from './circuit/verify-statement.ts';
export type { Fraction, FractionShape, LeafClaims } from './fractions/protocol.ts';
export { type FractionLeaves, proveFractions } from './fractions/prove.ts';
export { verifyFractions } from './fractions/verify.ts';
