// The prover's costs of commitments by the recursive tensor code and of their opening: formulas beside those of
// sumcheck.ts, under the same rules. Hashed bytes are those of Merkle trees.

import {
  type CodeParameters,
  type CommitmentParameters,
  codeVariables,
  elementBytes,
  type LevelParameters,
  levelVariables,
  positionCount,
  selectorVariables,
} from '../../src/commit/recursive/parameters.ts';
import { sharesOf } from '../../src/commit/recursive/protocol.ts';
import {
  countingField,
  eqTableCost,
  noOperations,
  type OperationCounts,
  sumOperations,
} from '../../src/field/counting.ts';
import { operationCosts } from '../../src/field/counting-engine.ts';
import type { Field } from '../../src/field/field.ts';
import { type Counts, contractCost, type Kind, multiplications, productsCost, runCost, times } from './sumcheck.ts';

/** Field operations, and bytes that Merkle trees hash. */
export interface CommitmentCost {
  readonly operations: OperationCounts;
  readonly merkleBytes: number;
}

/**
 * A commitment to 2^columnVariables columns: that many stages of butterflies over the code words of the rows, then a
 * tree over the encoded columns.
 */
export function commitCost(
  field: Field<unknown>,
  code: CodeParameters & { readonly rows: number },
  kind: Kind = 'base',
): CommitmentCost {
  const positions = 2 ** codeVariables(code);
  const butterflies = (code.rows * code.columnVariables * positions) / 2;
  const additions: Counts =
    kind === 'base' ? { baseAdditions: 2 * butterflies } : { extensionAdditions: 2 * butterflies };
  return {
    operations: sumOperations(multiplications('base', kind, butterflies), additions),
    merkleBytes: positions * code.rows * elementBytes(field, kind) + 64 * (positions - 1),
  };
}

/** How a member's rows are combined and its columns found, where it is not a vector that is kept with its code. */
export interface MemberCost {
  readonly combine: OperationCounts;
  /** For one position. */
  readonly column: Counts;
}

/** The parts of an opening besides its parameters. */
export interface OpenedMembers {
  /** The members that are not plain vectors, by their number. */
  readonly members: ReadonlyMap<number, MemberCost>;
  /** The positions drawn at each level but the last: what a level's message weighs depends on them, slightly. */
  readonly positions: readonly (readonly number[])[];
}

/** An opening of all members, level by level. */
export function openingCost<E>(
  field: Field<E>,
  parameters: CommitmentParameters,
  { members, positions }: OpenedMembers,
): CommitmentCost {
  const { levels, places, isPoint } = parameters;
  const parts: Counts[] = [];
  let merkleBytes = 0;
  levels.forEach((level, index) => {
    if (index > 0) parts.push(messageCost(levels[index - 1], positions[index - 1]));
    if (!isPoint || index > 0) parts.push(levelRunCost(level));
    const joined = places.flatMap((place, member) => (place === index ? [members.get(member)] : []));
    parts.push(combineCost(field, level, [...(index > 0 ? [undefined] : []), ...joined]));
    for (const member of joined) parts.push(times(positionCount(level), member?.column ?? {}));
    const next = levels[index + 1];
    if (next === undefined) return;
    const { operations, merkleBytes: bytes } = commitCost(field, { ...next, ...next.matrices[0] }, 'extension');
    // the powers of γ
    parts.push(operations, { extensionMultiplications: positionCount(level) });
    merkleBytes += bytes;
  });
  return { operations: sumOperations(...parts), merkleBytes };
}

/** The weights of a message, from the positions at which its code word is known, and its claim. */
function messageCost(level: LevelParameters, positions: readonly number[]): OperationCounts {
  const { columnVariables } = level;
  const length = 2 ** columnVariables;
  return sumOperations(
    operationCosts.powerSums(positions, codeVariables(level), length),
    eqTableCost(columnVariables),
    { extensionAdditions: length },
    contractCost('extension', length),
  );
}

/** The run of a level: of each matrix's vector with one table. */
function levelRunCost({ matrices }: LevelParameters): OperationCounts {
  return runCost(
    matrices.map(({ variables, kind }) => productsCost({ variables, tables: [kind, 'extension'], products: [[0, 1]] })),
  );
}

/** All rows of all matrices, each with its weight: one product and addition a value, or as the member says. */
function combineCost<E>(
  field: Field<E>,
  level: LevelParameters,
  members: readonly (MemberCost | undefined)[],
): OperationCounts {
  const { matrices, columnVariables } = level;
  const width = 2 ** columnVariables;
  const rowVariables = matrices.map(({ variables }) => Math.max(0, variables - columnVariables));
  return sumOperations(
    sharesCost(field, level),
    ...rowVariables.map(eqTableCost),
    ...matrices.map(({ rows, kind }, b) => members[b]?.combine ?? contractCost(kind, rows * width)),
    { extensionAdditions: (matrices.length - 1) * width },
  );
}

/** The scalars of how the matrices of a level enter its message: some multiplications for each variable. */
function sharesCost<E>(field: Field<E>, level: LevelParameters): OperationCounts {
  const counter = noOperations();
  const point = (length: number): E[] => new Array<E>(length).fill(field.one);
  sharesOf(countingField(field, counter), level, point(levelVariables(level)), point(selectorVariables(level)));
  return counter;
}
