// onnxruntime-web on one thread: an ONNX file as a function from one sample to its first output.

import { env, InferenceSession, Tensor } from 'onnxruntime-web';

env.wasm.numThreads = 1;
env.logLevel = 'error';

/** @param shape - the input's, batch axis included */
export async function runtime(
  file: Uint8Array,
  shape: readonly number[],
): Promise<(sample: ArrayLike<number>) => Promise<Float32Array>> {
  const session = await InferenceSession.create(file, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'disabled',
  });
  return async (sample) => {
    const feeds = { [session.inputNames[0]!]: new Tensor('float32', Float32Array.from(sample), shape) };
    const results = await session.run(feeds);
    return results[session.outputNames[0]!]!.data as Float32Array;
  };
}
