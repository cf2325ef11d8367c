// Instantiates a checked-in kernel module (X.wasm.ts) over a memory, synchronously, so that nothing has
// to be initialised first. Where WebAssembly or its 128-bit vectors are missing, or a content security
// policy forbids them, the result is undefined and the caller uses its JavaScript kernels.

import type { KernelMemory } from './memory.ts';

const modules = new Map<string, WebAssembly.Module | undefined>();

/**
 * The functions that a kernel module exports, over `memory`; undefined where it cannot run.
 * @param base64 - the module's bytes, as X.wasm.ts exports them; compiled once per process
 */
export function instantiate<Kernels>(base64: string, memory: KernelMemory): Kernels | undefined {
  if (memory.wasm === undefined) return undefined;
  if (!modules.has(base64)) modules.set(base64, compile(base64));
  const module = modules.get(base64);
  if (module === undefined) return undefined;
  try {
    return new WebAssembly.Instance(module, { env: { memory: memory.wasm as WebAssembly.Memory } }).exports as Kernels;
  } catch {
    return undefined;
  }
}

/** Returns undefined if the module cannot be compiled: no vectors, a policy, a limit on synchronous compilation. */
function compile(base64: string): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(decodeBase64(base64));
  } catch {
    return undefined;
  }
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
