// One loop of sumcheck rounds for all sums of this library, and relations that turn claims into claims.
//
//   protocol.ts                    the order of messages, the batch, the error
//   prove.ts                       the prover's rounds over summands; verify.ts the verifier's
//   products.ts                    sums of products of tables
//   relation.ts                    a claim that a run turns into claims; prove-relations.ts and verify-relations.ts run several
//   packed-claims.ts               claims on blocks of one vector as one relation; verify-packed-claims.ts its verifier
//
// It rests on `transcript` and `poly`. `gkr`, `lookup`, `sparse`, `commit` and `network` run on it.

export { sumOfProducts } from './products.ts';
export { combine, powers, type RunShape, runShape, type SumcheckShape, sumcheckErrorCount } from './protocol.ts';
export { type ProverInstance, proveSumcheck, type Summand } from './prove.ts';
export { type ProverRelation, proveRelations } from './prove-relations.ts';
export { type Relation, type VerifierRelation, vectorRelation } from './relation.ts';
export { checkReduction, type Reduction, type SumcheckClaim, verifySumcheck } from './verify.ts';
export { verifyRelations } from './verify-relations.ts';
