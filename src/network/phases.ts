// How long computations report their phases, can be cancelled between them, and let a page breathe.

/** How far a computation is. */
export interface Progress<P> {
  readonly phase: P;
  /** The share of work done, 0 … 1. */
  readonly fraction: number;
  /** Nodes of the key's graph (`key.graph.nodes`) that have just been proven, where a phase goes relation by relation. */
  readonly relations?: readonly number[];
}

/** What a caller may ask of a computation in phases. */
export interface PhaseOptions<P> {
  /** Cancels between phases; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called before each phase, and within one that goes relation by relation after some of them. */
  readonly onProgress?: ((progress: Progress<P>) => void) | undefined;
}

/** To be awaited before each phase, with the share of work done, and within it with the relations just proven. */
export type EnterPhase<P> = (phase: P, fraction: number, relations?: readonly number[]) => Promise<void>;

/** Milliseconds of work after which a page gets to breathe. */
const BREATH = 12;

/** @param trace - called at the beginning of each phase, after `onProgress` */
export function phases<P>({ signal, onProgress }: PhaseOptions<P>, trace?: (phase: P) => void): EnterPhase<P> {
  let last = performance.now();
  let current: P | undefined;
  return async (phase, fraction, relations) => {
    signal?.throwIfAborted();
    onProgress?.(relations === undefined ? { phase, fraction } : { phase, fraction, relations });
    if (phase !== current) trace?.(phase);
    current = phase;
    if (performance.now() - last < BREATH) return;
    await breathe();
    last = performance.now();
    signal?.throwIfAborted();
  };
}

/** Lets other tasks run; a timer would wait a millisecond or more. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
