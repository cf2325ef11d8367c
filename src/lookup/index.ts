// LogUp: every row of some columns stands in a public table, as two equal sums of fractions.
//
//   protocol.ts   shapes, order of messages, error
//   table.ts      ranges, intervals and tables of a function
//   prove.ts      multiplicities and the prover; verify.ts the verifier
//
// It sums its fractions with `gkr/fractions`. `network` looks up quotients, limbs and activations with it.

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
