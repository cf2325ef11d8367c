// Progress and cancellation of computations in phases, and pauses in which they yield to the event loop.

/** The progress of a computation. */
export interface Progress<P> {
  readonly phase: P;
  /** The fraction of work done, 0 … 1. */
  readonly fraction: number;
  /** Nodes of the key's graph (`key.graph.nodes`) that have just been proven, where a phase goes relation by relation. */
  readonly relations?: readonly number[];
}

/** Options of a computation in phases. */
export interface PhaseOptions<P> {
  /** Cancels between phases; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called before each phase, within one that goes relation by relation after some of them, and at the end with the
   * fraction 1; fractions never fall.
   */
  readonly onProgress?: ((progress: Progress<P>) => void) | undefined;
}

/** To be awaited before each phase, with the fraction of work done, and within it with the relations just proven. */
export type EnterPhase<P> = (phase: P, fraction: number, relations?: readonly number[]) => Promise<void>;

/** The two calls of a computation that reports phases. */
export interface Phases<P> {
  readonly enter: EnterPhase<P>;
  /** Reports that all is done, within the phase that was entered last. */
  readonly finish: () => void;
}

/** Milliseconds of work after which a computation yields to the event loop. */
const BREATH = 12;

/** @param trace - called at the beginning of each phase, after `onProgress` */
export function phases<P>({ signal, onProgress }: PhaseOptions<P>, trace?: (phase: P) => void): Phases<P> {
  let last = performance.now();
  let current: P | undefined;
  return {
    async enter(phase, fraction, relations) {
      signal?.throwIfAborted();
      onProgress?.(relations === undefined ? { phase, fraction } : { phase, fraction, relations });
      signal?.throwIfAborted();
      if (phase !== current) trace?.(phase);
      current = phase;
      if (performance.now() - last < BREATH) return;
      await breathe();
      last = performance.now();
      signal?.throwIfAborted();
    },
    finish() {
      if (current !== undefined) onProgress?.({ phase: current, fraction: 1 });
    },
  };
}

/**
 * Yields to the event loop: by a message where message channels exist, since a timer would wait a millisecond or more.
 */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const channel = messageChannel();
    if (channel === undefined) {
      setTimeout(resolve);
      return;
    }
    const { port1, port2 } = channel;
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Returns undefined in runtimes without message channels; some have a constructor that throws. */
function messageChannel(): MessageChannel | undefined {
  try {
    return new MessageChannel();
  } catch {
    return undefined;
  }
}
