// Layered computations proven layer by layer, from the outputs to the inputs: GKR. Each layer turns a claim on its values
// into claims on the layer below, by one sumcheck.
//
//   fractions/         sums of fractions in a binary tree, with protocol, prover and verifier
//   circuit/           arithmetic circuits
//     circuit          a circuit as data: layers, terms, closed forms
//     builder          finds the layers of a list of gates
//     layers, beside   wirings in closed form: sums, trees of additions, matrix products; two of them side by side
//     closed-form      closed forms, as the verifier evaluates them
//     evaluate         runs a circuit
//     protocol, prove, verify     one reduction from a claim on outputs to claims on inputs
//     prove-*, term-order         the plan and the tables of the prover (Libra's two phases)
//     statement, *-statement      "this circuit, these inputs, these outputs" as one proof
//
// It rests on `sumcheck`. Every proof of a network with a lookup passes through `fractions` (`lookup` sums its fractions
// there). `circuit` is the general prover: `layer` compares it with `sparse`, and networks do not use it.

export { evaluateEqBelow, evaluateEqOfThree } from '../poly/eq.ts';
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
