// Checks of the tables of a gather of products.

import { UsageError } from '../errors.ts';
import type { PairPlan, Vector } from './engine.ts';

/** @throws UsageError if a table is shorter than the plan's count */
export function requirePairs({ leftCount, rightCount }: PairPlan, left: Vector, right: Vector): void {
  if (left.length >= leftCount && right.length >= rightCount) return;
  throw new UsageError(
    `tables of ${left.length} and ${right.length} entries for pairs from ${leftCount} and ${rightCount}`,
  );
}
