// The fastest hasher of this machine.

import type { KernelMemory } from '../field/kernels/memory.ts';
import type { Hasher } from './hasher-contract.ts';
import { createKernelHasher } from './kernel-hasher.ts';
import { createPlainHasher } from './plain-hasher.ts';

export type { Hasher } from './hasher-contract.ts';
export { createPlainHasher } from './plain-hasher.ts';

/**
 * Returns a hasher: four messages at a time where WebAssembly is available, else one at a time.
 * @param memory - an engine's, so that its code matrices are hashed in place; one of its own if absent
 *
 * @example
 * ```ts
 * import { createHasher } from 'ternary-gkr/commit';
 *
 * const hasher = createHasher();
 * console.log(hasher.hash(new TextEncoder().encode('abc')).length); // 32
 * ```
 */
export function createHasher(memory?: KernelMemory): Hasher {
  return createKernelHasher(memory) ?? createPlainHasher();
}
