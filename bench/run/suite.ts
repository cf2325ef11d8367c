// Runs the cases of a benchmark one after the other, each through a runner that starts a process for it, and says
// how much is left.

import type { Outcome } from '../measure/outcome.ts';

/** How a benchmark looks at its cases. */
export interface Suite<C, F extends object> {
  readonly describe: (one: C) => string;
  /** A rough duration in milliseconds, only to weigh cases against each other. */
  readonly estimateMs: (one: C) => number;
  /** Why a case is not run at all; undefined if it is. */
  readonly reasonToSkip: (one: C) => string | undefined;
  /** Measures one case in a process of its own. */
  readonly run: (one: C) => Promise<Outcome<F>>;
}

export interface SuiteResults<C, F> {
  readonly measured: readonly F[];
  readonly skipped: readonly (C & { readonly reason: string })[];
}

/**
 * @param progress - told before each case how much of the work is done, by the estimate, and what is left
 * @param now - milliseconds from any origin
 */
export async function runSuite<C, F extends object>(
  cases: readonly C[],
  suite: Suite<C, F>,
  progress: (fraction: number, label: string) => void,
  now: () => number = () => performance.now(),
): Promise<SuiteResults<C, F>> {
  const measured: F[] = [];
  const skipped: (C & { readonly reason: string })[] = [];
  const total = cases
    .filter((one) => suite.reasonToSkip(one) === undefined)
    .reduce((sum, one) => sum + suite.estimateMs(one), 0);
  const started = now();
  let done = 0;
  for (const one of cases) {
    const reason = suite.reasonToSkip(one);
    if (reason !== undefined) {
      skipped.push({ ...one, reason });
      continue;
    }
    // The machine's pace so far; before the first case, the estimate as it is.
    const pace = done === 0 ? 1 : (now() - started) / done;
    progress(done / total, `${suite.describe(one)}; ${remaining((total - done) * pace)} left`);
    const outcome = await suite.run(one);
    if ('reason' in outcome) skipped.push({ ...one, reason: outcome.reason });
    else measured.push(outcome);
    done += suite.estimateMs(one);
  }
  return { measured, skipped };
}

function remaining(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 90 ? `about ${seconds} s` : `about ${Math.round(seconds / 60)} min`;
}
