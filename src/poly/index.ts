// Multilinear polynomials on the cube, and univariate ones of a round.
//
//   point.ts        points, and the one order of variables
//   claim.ts        a value at a point
//   eq.ts           the equality polynomial and its sums
//   cube.ts         where the values of a tensor lie
//   packing.ts      several tables in one vector
//   partial.ts      a tensor at a point for some of its axes
//   univariate.ts   round polynomials
//
// It rests on `field`; every protocol rests on it.

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
