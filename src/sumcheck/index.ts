export { sumOfProducts } from './products.ts';
export { type RunShape, type SumcheckShape, combine, powers, runShape, sumcheckErrorCount } from './protocol.ts';
export { type ProverInstance, type Summand, proveSumcheck } from './prove.ts';
export { type Reduction, type SumcheckClaim, checkReduction, verifySumcheck } from './verify.ts';
