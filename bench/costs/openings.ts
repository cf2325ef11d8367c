// The prover's costs before the relations of an opening are run: formulas beside those of sumcheck.ts, under the same
// rules. The runs are those of the opening's levels (commitments.ts).

import { eqTableCost, type OperationCounts, sumOperations } from '../../src/field/counting.ts';
import { paddedVariables } from '../../src/network/statement/tensor-commitment.ts';

/** Claims on columns of a packed vector: of 2^claims[j] values each, at points of 2^points[i] values. */
export interface OpeningsShape {
  /** Variables of each claim's column. */
  readonly claims: readonly number[];
  /** Variables of each distinct point. */
  readonly points: readonly number[];
}

/** All claims to one table: eq of each distinct point, added with a coefficient (one for the first). */
export function openingsCost({ claims, points }: OpeningsShape): OperationCounts {
  const values = claims.reduce((sum, n) => sum + 2 ** n, 0);
  return sumOperations(...points.map(eqTableCost), {
    // the powers of η and the sum of the claims are scalars
    extensionMultiplications: values - 2 ** claims[0] + 2 * claims.length - 1,
    extensionAdditions: values + claims.length,
  });
}

/** Claims on one committed tensor of 2^variables values. */
export interface TensorOpeningShape {
  readonly variables: number;
  readonly claimCount: number;
}

/** The same for a committed tensor: each claim has a point of its own, and what lies beyond the tensor one more. */
export function tensorOpeningCost({ variables, claimCount }: TensorOpeningShape): OperationCounts {
  const [values, all] = [2 ** variables, 2 ** paddedVariables(variables)];
  return sumOperations(
    ...Array.from({ length: claimCount }, () => eqTableCost(variables)),
    {
      extensionMultiplications: (claimCount - 1) * values + 2 * claimCount,
      extensionAdditions: claimCount * values + claimCount,
    },
    eqTableCost(paddedVariables(variables)),
    { mixedMultiplications: all, extensionMultiplications: all, extensionAdditions: all },
  );
}
