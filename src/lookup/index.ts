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
