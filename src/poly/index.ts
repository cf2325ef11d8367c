export type { Claim } from './claim.ts';
export {
  evaluateBelow,
  evaluateConsecutive,
  evaluateEq,
  evaluateEqAtIndex,
  evaluateEqBelow,
  evaluateEqOfThree,
} from './eq.ts';
export { type Block, evaluateSelector, type Packing, pack } from './packing.ts';
export { logCeil, type Point, prefixBefore, suffix } from './point.ts';
export { completePlain, completeWeighted, evaluateUnivariate, interpolate } from './univariate.ts';
