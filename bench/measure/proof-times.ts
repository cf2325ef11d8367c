// Times of proofs: of a job after warm-up, and of the phases of one proof as it announces them.
//
// The loop is not tinybench's: a case has a process of its own, whose first proof is timed cold before the loop; jobs keep
// what each of their runs found beside its time (phases, proofs of work); and a run takes from milliseconds to seconds, so
// that the number of runs has a maximum too.

/** Durations between the beginnings of phases; what comes before the first belongs to it. */
export class ProofTimes {
  readonly phases: Record<string, number> = {};
  whole = 0;
  private readonly started = performance.now();
  private begun = this.started;
  private current: string | undefined;

  enter(phase: string): void {
    if (this.current !== undefined) this.close(this.current);
    this.current = phase;
  }

  end(): void {
    if (this.current !== undefined) this.close(this.current);
    this.whole = performance.now() - this.started;
  }

  private close(phase: string): void {
    const now = performance.now();
    this.phases[phase] = (this.phases[phase] ?? 0) + now - this.begun;
    this.begun = now;
  }
}

/** How long a job is run before it is measured, and while it is. */
export interface Effort {
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** The least number of runs, unless it is given; more run within the times of the effort. */
const MIN_RUNS = 5;
const MAX_RUNS = 50;
const MIN_WARM_UP_RUNS = 2;

/**
 * The times of a job after warm-up, in milliseconds.
 *
 * @param repeat - runs to measure; as many as fit the effort if left out
 */
export async function measure(
  repeat: number | undefined,
  { warmUpMs, measureMs }: Effort,
  job: () => void | Promise<void>,
): Promise<number[]> {
  const warmUpEnd = performance.now() + warmUpMs;
  for (let run = 0; run < MIN_WARM_UP_RUNS || (run < MAX_RUNS && performance.now() < warmUpEnd); run++) await job();
  const times: number[] = [];
  const end = performance.now() + measureMs;
  const isEnough = (): boolean => times.length >= MIN_RUNS && (times.length >= MAX_RUNS || performance.now() >= end);
  while (repeat === undefined ? !isEnough() : times.length < repeat) {
    const started = performance.now();
    await job();
    times.push(performance.now() - started);
  }
  return times;
}
