// GKR: layered computations proven layer by layer, from the output to the input. Today this is the tree of
// fraction additions that lookups rest on; one call proves any number of sums Σ p[i]/q[i].

export type { Fraction, FractionShape, LeafClaims } from '../lookup/fractions/protocol.ts';
export { type FractionLeaves, proveFractions } from '../lookup/fractions/prove.ts';
export { verifyFractions } from '../lookup/fractions/verify.ts';
