// Fields: scalar arithmetic, evaluators of public tables, and engines for vectors.

export { createArrayEngine } from './array-engine.ts';
export { bn254 } from './bn254.ts';
export { addOperations, countingField, noOperations, type OperationCounts, sumOperations } from './counting.ts';
export { countingEngine, operationCosts } from './counting-engine.ts';
export type {
  CodeMatrix,
  DenseMatrix,
  Engine,
  GatherPlan,
  PairPlan,
  RoundValues,
  SplitEq,
  Vector,
  WeightedPlan,
} from './engine.ts';
export type { Field, PublicTables, SignedColumns, SignedPairs, WeightedColumns } from './field.ts';
export { createGenericTables, type ScalarField } from './generic-tables.ts';
export { KOALABEAR_MODULUS, type KoalaElement, koalaBear, koalaBearMultiply } from './koalabear.ts';
export { createKoalaBearEngine, type KoalaBearEngine, type KoalaBearEngineOptions } from './koalabear-engine.ts';
