// Layered computations proven layer by layer, from the outputs to the inputs: arithmetic circuits, and the
// trees of fractions that lookups rest on.

export type { Fraction, FractionShape, LeafClaims } from '../lookup/fractions/protocol.ts';
export { type FractionLeaves, proveFractions } from '../lookup/fractions/prove.ts';
export { verifyFractions } from '../lookup/fractions/verify.ts';
export { besideLayer } from './beside.ts';
export { buildCircuit, type CircuitBuilder, type GateTerm, type Wire } from './builder.ts';
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
} from './circuit.ts';
export { evaluateEqBelow, evaluateEqOfThree } from './closed-form.ts';
export { evaluateCircuit, type LayerValues } from './evaluate.ts';
export {
  adderTreeLayers,
  type MatrixPlaces,
  type MatrixShape,
  matrixPlaces,
  matrixProductLayer,
  matrixProductLayers,
  relayLayer,
  sumLayer,
} from './layers.ts';
export { circuitErrorCount, outputVariables } from './protocol.ts';
export { proveCircuit } from './prove.ts';
export { type CircuitPlan, planCircuit } from './prove-plan.ts';
export { type CircuitProof, type CircuitProofOptions, proveCircuitStatement } from './prove-statement.ts';
export { type CircuitValues, circuitDigest } from './statement.ts';
export { verifyCircuit } from './verify.ts';
export { type CircuitVerdict, verifyCircuitStatement } from './verify-statement.ts';
