// Fields: scalar arithmetic, evaluators of public tables, and engines for vectors. Everything rests on them.
//
//   field.ts, engine.ts            the contracts: scalars for verifiers, vectors for provers
//   koalabear.ts                   KoalaBear and its quartic extension; koalabear-arithmetic.ts, koalabear-tables.ts
//   koalabear-engine.ts            its engine, on the kernels in kernels/
//   bn254.ts                       the scalar field of BN254
//   generic-tables.ts, array-engine.ts  tables and vectors of any field, from its scalar operations
//   canonical.ts                   the one encoding of a public value
//   counting.ts, counting-engine.ts     counts of operations
//   pairs.ts, positions.ts         checks of an engine's arguments

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
