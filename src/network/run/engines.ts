// Engines for proofs: an engine of the field, and a hasher that shares its memory.

import { createArrayEngine } from '../../field/array-engine.ts';
import type { Engine } from '../../field/engine.ts';
import type { Field } from '../../field/field.ts';
import { koalaBear } from '../../field/koalabear.ts';
import { createKoalaBearEngine } from '../../field/koalabear-engine.ts';
import { createHasher, type Hasher } from '../../hash/hasher.ts';

/**
 * Implementation of the vector operations: WebAssembly or JavaScript; without effect over other fields.
 *
 * @example
 * ```ts
 * import { prove, type ProvingKey } from 'ternary-gkr';
 * import type { EngineChoice } from 'ternary-gkr/network';
 *
 * // without WebAssembly
 * const engine: EngineChoice = 'js';
 * const proveSlowly = (key: ProvingKey, input: Int32Array) => prove(key, input, { engine });
 * ```
 */
export type EngineChoice = 'wasm' | 'js';

/**
 * Whether the encoded weights of a committed model are kept between proofs; by default `high` in Node, else `low`.
 *
 * @example
 * ```ts
 * import { prove, type ProvingKey } from 'ternary-gkr';
 * import type { MemoryChoice } from 'ternary-gkr/network';
 *
 * // encodes parts of the commitment again, and holds less of it
 * const memory: MemoryChoice = 'low';
 * const proveSmall = (key: ProvingKey, input: Int32Array) => prove(key, input, { memory });
 * ```
 */
export type MemoryChoice = 'high' | 'low';

/** Returns an engine of the field, with a hasher that shares its memory. */
export function createEngine<E>(
  field: Field<E>,
  choice: EngineChoice | undefined,
): { readonly engine: Engine<E>; readonly hasher: Hasher } {
  if ((field as unknown) !== koalaBear) return { engine: createArrayEngine(field), hasher: createHasher() };
  const engine = createKoalaBearEngine(choice === undefined ? {} : { kernels: choice });
  return { engine: engine as unknown as Engine<E>, hasher: createHasher(engine.memory) };
}
