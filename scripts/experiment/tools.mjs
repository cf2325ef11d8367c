// The tools with which the scripts of docs/experiments measure. A job runs until nothing more is compiled, then several
// times; the median counts. A quick run does a job once.

/**
 * Runs and milliseconds of warm-up, and of what is measured: at least `runs`, more until the time is over. A small proof
 * keeps getting faster for about a hundred runs.
 */
const WARM_UP = { runs: 5, most: 150, ms: 1000 };
const MEASURED = { runs: 7, most: 101, ms: 800 };
const ONCE = { runs: 1, most: 1, ms: 0 };
const NEVER = { runs: 0, most: 0, ms: 0 };

/** The middle one of several numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The tools of a run. */
export function toolsFor(quick) {
  /** The result of a job in each of several runs after warm-up; it may be asynchronous. */
  const repeat = async (job) => {
    await times(job, quick ? NEVER : WARM_UP);
    return times(job, quick ? ONCE : MEASURED);
  };

  /** Milliseconds that a job takes. */
  const medianMs = async (job) =>
    median(
      await repeat(async () => {
        const started = performance.now();
        await job();
        return performance.now() - started;
      }),
    );

  /** Milliseconds of each phase of a job that takes `prove`'s `onProgress`: `[{ phase, ms }]`. */
  const phasesMs = async (job) => {
    const runs = await repeat(async () => {
      const marks = [];
      const mark = (phase) => {
        // a phase that goes relation by relation is told of several times
        if (marks.length === 0 || marks[marks.length - 1].phase !== phase) marks.push({ phase, at: performance.now() });
      };
      await job(({ phase }) => mark(phase));
      mark(undefined);
      return marks.slice(0, -1).map(({ phase, at }, k) => ({ phase, ms: marks[k + 1].at - at }));
    });
    return runs[0].map(({ phase }, k) => ({ phase, ms: median(runs.map((run) => run[k].ms)) }));
  };

  /** Whatever is measured must hold: throws what a verdict says is wrong. */
  const accepted = (verdict) => {
    if (!verdict.ok) throw new Error(`a proof of this experiment is refused: ${verdict.where}: ${verdict.message}`);
    return verdict;
  };

  return { quick, median, repeat, medianMs, phasesMs, accepted };
}

async function times(job, { runs, most, ms }) {
  const results = [];
  const end = performance.now() + ms;
  while (results.length < runs || (results.length < most && performance.now() < end)) results.push(await job());
  return results;
}
