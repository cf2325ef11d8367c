// How long computations report their phases, can be cancelled between them, and let a page breathe.

/** What a caller may ask of a computation in phases. */
export interface PhaseOptions<P> {
  /** Cancels between phases; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called before each phase with the share of work done, 0 … 1. */
  readonly onProgress?: ((progress: { readonly phase: P; readonly fraction: number }) => void) | undefined;
}

/** To be awaited before each phase, with the share of work done. */
export type EnterPhase<P> = (phase: P, fraction: number) => Promise<void>;

/** Milliseconds of work after which a page gets to breathe. */
const BREATH = 12;

/** @param trace - called at each phase too, after `onProgress` */
export function phases<P>({ signal, onProgress }: PhaseOptions<P>, trace?: (phase: P) => void): EnterPhase<P> {
  let last = performance.now();
  return async (phase, fraction) => {
    signal?.throwIfAborted();
    onProgress?.({ phase, fraction });
    trace?.(phase);
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
