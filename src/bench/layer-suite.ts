// Runs the cases of the suite one after the other, each through a runner that starts a process for it, and
// says how much is left.

import { describeCase, estimateMs, type LayerCase, reasonToSkip } from './layer-cases.ts';
import type { LayerFigures } from './layers.ts';

/** A case that was not measured. */
export interface SkippedCase extends LayerCase {
  readonly reason: string;
}

/** What a runner hands back: the figures, or why there are none. */
export type LayerOutcome = LayerFigures | { readonly reason: string };

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
  now: () => number = () => performance.now(),
): Promise<LayerResults> {
  const layers: LayerFigures[] = [];
  const skipped: SkippedCase[] = [];
  const fits = (layer: LayerCase): boolean => reasonToSkip(layer, limitBytes) === undefined;
  const weight = (layer: LayerCase): number => estimateMs(layer, EXPECTED_PROOFS);
  const total = cases.filter(fits).reduce((sum, layer) => sum + weight(layer), 0);
  const started = now();
  let done = 0;
  for (const layer of cases) {
    const reason = reasonToSkip(layer, limitBytes);
    if (reason !== undefined) {
      skipped.push({ ...layer, reason });
      continue;
    }
    // The machine's pace so far; before the first case, the estimate as it is.
    const pace = done === 0 ? 1 : (now() - started) / done;
    progress(done / total, `${describeCase(layer)}; ${remaining((total - done) * pace)} left`);
    const outcome = await runCase(layer);
    if ('reason' in outcome) skipped.push({ ...layer, reason: outcome.reason });
    else layers.push(outcome);
    done += weight(layer);
  }
  return { layers, skipped };
}

/** Proofs of a case on average: cold, warm-up, measured, and about as much time for setting up and verifying. */
const EXPECTED_PROOFS = 12;

function remaining(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 90 ? `about ${seconds} s` : `about ${Math.round(seconds / 60)} min`;
}
