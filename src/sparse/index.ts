export { type LinearShape, linearRelation } from './protocol.ts';
export { proveLinear } from './prove.ts';
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
