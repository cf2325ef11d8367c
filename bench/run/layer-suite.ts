// The suite of layers: its cases one after the other, and what it makes of them.

import { describeCase, estimateMs, type LayerCase, reasonToSkip } from '../layers/cases.ts';
import type { LayerFigures } from '../layers/layers.ts';
import type { Outcome } from '../measure/outcome.ts';
import { runSuite } from './suite.ts';

/** A case that was not measured. */
export interface SkippedCase extends LayerCase {
  readonly reason: string;
}

export type LayerOutcome = Outcome<LayerFigures>;

export interface LayerResults {
  readonly layers: readonly LayerFigures[];
  readonly skipped: readonly SkippedCase[];
}

/**
 * @param runCase - measures one case in a process of its own
 * @param limitBytes - cases that need more by the estimate are skipped
 * @param progress - told before each case how much of the work is done, by the estimate, and what is left
 * @param now - milliseconds from any origin
 */
export async function runLayerSuite(
  cases: readonly LayerCase[],
  runCase: (layer: LayerCase) => Promise<LayerOutcome>,
  limitBytes: number,
  progress: (fraction: number, label: string) => void,
  now?: () => number,
): Promise<LayerResults> {
  const suite = {
    describe: describeCase,
    estimateMs: (layer: LayerCase) => estimateMs(layer, EXPECTED_PROOFS),
    reasonToSkip: (layer: LayerCase) => reasonToSkip(layer, limitBytes),
    run: runCase,
  };
  const { measured, skipped } = await runSuite(cases, suite, progress, now);
  return { layers: measured, skipped };
}

/** Proofs of a case on average: cold, warm-up, measured, and about as much time for setting up and verifying. */
const EXPECTED_PROOFS = 12;
