// The page of the browser: proves and verifies a small network, and rejects a damaged proof. Bundled into
// one file by browser.test.ts, which reads the answer from `window.outcome`.

import { compile, prove, verify } from '../../src/index.ts';
import { smallNetwork } from './small-network.ts';

/** The outcome, as plain data. */
export interface Outcome {
  /** Whether this page may compile WebAssembly at all. */
  readonly webAssembly: boolean;
  readonly valid: boolean;
  readonly output: readonly number[];
  /** Why the proof with one bit flipped was refused. */
  readonly refusal: string;
  readonly proof: readonly number[];
}

function mayCompile(): boolean {
  try {
    // the empty module
    new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    return true;
  } catch {
    return false;
  }
}

async function run(): Promise<Outcome> {
  const { provingKey, verifyingKey } = compile(smallNetwork());
  const input = Int32Array.from({ length: 16 }, (_, i) => (i * 37) % 256);
  const { proof, publicSignals } = await prove(provingKey, input);
  const verdict = verify(verifyingKey, publicSignals, proof);
  const damaged = proof.slice();
  damaged[40] ^= 1;
  const refusal = verify(verifyingKey, publicSignals, damaged);
  return {
    webAssembly: mayCompile(),
    valid: verdict.ok,
    output: verdict.ok ? [...verdict.output] : [],
    refusal: refusal.ok ? 'accepted' : refusal.code,
    proof: [...proof],
  };
}

declare global {
  var outcome: Promise<Outcome> | undefined;
}
globalThis.outcome = run();
