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
