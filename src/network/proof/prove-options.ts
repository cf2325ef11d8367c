// The options and the result of `prove`.

import type { EngineChoice, MemoryChoice } from '../run/engines.ts';
import type { PhaseOptions } from '../run/phases.ts';
import type { Phase, Trace } from '../run/trace.ts';
import type { PublicSignals } from '../statement/signals.ts';

/**
 * Options of `prove`.
 *
 * @example
 * ```ts
 * import type { ProveOptions } from 'ternary-gkr';
 *
 * // ended from outside, with its progress on the way, and the input behind a commitment
 * const controller = new AbortController();
 * const options: ProveOptions = { signal: controller.signal, onProgress: ({ fraction }) => console.log(fraction), commit: [0] };
 * ```
 */
export interface ProveOptions extends PhaseOptions<Phase> {
  /** `wasm` or `js`; the fastest available unless given. */
  readonly engine?: EngineChoice;
  /** `low` keeps no encoded weights: they are encoded again when opened. `high` under Node unless given, else `low`. */
  readonly memory?: MemoryChoice;
  /** The tensors to commit to instead of showing them, ascending: 0 is the input, i + 1 the output of layer i. */
  readonly commit?: readonly number[];
  /** Hides the input and all values between it and the output: of public weights, and without `commit` and `trace`. */
  readonly hiding?: 'input';
  /** Called at the end of each phase with its field operations and hashed bytes; costs nothing if absent. */
  readonly trace?: Trace;
}

/**
 * A proof and the statement that it proves.
 *
 * @example
 * ```ts
 * import { compile, type IntegerNetwork, prove, type ProveResult } from 'ternary-gkr';
 *
 * const run = (network: IntegerNetwork, input: Int32Array): Promise<ProveResult> =>
 *   prove(compile(network).provingKey, input);
 * ```
 */
export interface ProveResult {
  readonly proof: Uint8Array<ArrayBuffer>;
  readonly publicSignals: PublicSignals;
}
