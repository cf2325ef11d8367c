// What the browser runs: a small network is proven and verified, and a damaged proof refused. Bundled into
// one file by browser.test.ts, which reads the answer from `window.outcome`.

import { compile, type IntegerNetwork, prove, verify } from '../../src/index.ts';
import { ternaryFromDense } from '../../src/sparse/index.ts';

/** What happened, as plain data. */
export interface Outcome {
  /** Whether this page may compile WebAssembly at all. */
  readonly webAssembly: boolean;
  readonly valid: boolean;
  readonly output: readonly number[];
  /** Why the proof with one bit flipped was refused. */
  readonly refusal: string;
  readonly proof: readonly number[];
}

/** A perceptron 16-12-4 with fixed weights. */
function smallNetwork(): IntegerNetwork {
  const signs = (rows: number, columns: number, step: number) =>
    ternaryFromDense(
      Array.from({ length: rows * columns }, (_, i) => ((i * step) % 7 < 4 ? 0 : (i * step) % 2 === 0 ? 1 : -1)),
      rows,
      columns,
    );
  return {
    name: 'small',
    input: { shape: [16], min: 0, max: 255, scale: 1 / 255, mean: 0 },
    layers: [
      { kind: 'linear', name: 'fc1', input: 0, weights: signs(12, 16, 5) },
      {
        kind: 'affine',
        name: 'bn1',
        input: 1,
        multipliers: new Int32Array(12).fill(3),
        biases: Int32Array.from({ length: 12 }, (_, i) => 50 * i - 200),
      },
      { kind: 'requantise', name: 'relu1', input: 2, shift: 4, activation: 'relu', min: 0, max: 255 },
      { kind: 'linear', name: 'fc2', input: 3, weights: signs(4, 12, 3) },
    ],
    outputs: [{ tensor: 4, scale: 1 }],
  };
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
