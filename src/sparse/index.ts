// Sparse matrices and the relation a = W·x, which reduces a claim on outputs to a claim on inputs. Every proof of a network
// passes through it, once for each claim on the output of a linear layer or a convolution.
//
//   ternary-matrix.ts  matrices of −1, 0, +1 by their nonzero entries; canonical bytes and digest
//   weight-matrix.ts   matrices of 8-bit integers, and functions for both kinds
//   protocol.ts        the relation: formula, statement, order of messages
//   prove.ts           its prover, which lays W out once for many proofs
//   verify.ts          its verifier, which holds W or is left with a claim on a committed W
//
// It rests on `sumcheck`. `layer` proves one matrix with it, `network` all matrices of a network.

export { type LinearStatement, linearRelation } from './protocol.ts';
export { planWeights, proveLinear, type WeightPlan } from './prove.ts';
export {
  countSigns,
  multiply,
  type TernaryMatrix,
  ternaryBytes,
  ternaryDigest,
  ternaryFromDense,
  ternaryFromEntries,
  ternaryToDense,
  transpose,
} from './ternary-matrix.ts';
export { verifyLinear } from './verify.ts';
export {
  forEachNonzero,
  type IntegerMatrix,
  integerFromDense,
  isTernary,
  multiplyWeights,
  type WeightMatrix,
} from './weight-matrix.ts';
