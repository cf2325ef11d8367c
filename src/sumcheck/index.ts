export { sumOfProducts } from './products.ts';
export { combine, powers, type RunShape, runShape, type SumcheckShape, sumcheckErrorCount } from './protocol.ts';
export { type ProverInstance, proveSumcheck, type Summand } from './prove.ts';
export { type ProverRelation, proveRelations } from './prove-relations.ts';
export { type Relation, type VerifierRelation, vectorRelation } from './relation.ts';
export { checkReduction, type Reduction, type SumcheckClaim, verifySumcheck } from './verify.ts';
export { verifyRelations } from './verify-relations.ts';
