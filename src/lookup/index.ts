export type { Fraction, FractionShape, LeafClaims } from './fractions/protocol.ts';
export { type FractionLeaves, proveFractions } from './fractions/prove.ts';
export { verifyFractions } from './fractions/verify.ts';
export {
  type Lookup,
  type LookupClaims,
  type LookupShape,
  lookupErrorCount,
  lookupShape,
  MAX_LOOKUP_VARIABLES,
} from './protocol.ts';
export { countMultiplicities, type LookupColumns, proveLookups } from './prove.ts';
export { evaluateTable, functionTable, intervalTable, type LookupTable, rangeTable } from './table.ts';
export { verifyLookups } from './verify.ts';
