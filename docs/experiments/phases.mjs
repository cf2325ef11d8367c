// Where the time goes: milliseconds, field operations and hashed bytes of each phase (docs/experiments/phases.md).

import { readFile } from 'node:fs/promises';
import { compile, prove, verify } from 'ternary-gkr';
import { gunzip, importOnnx, readArray, splitIntegerSamples } from 'ternary-gkr/onnx';

const NETWORKS = ['mlp-small.onnx', 'mlp-sparse.onnx.gz', 'lenet5.onnx', 'resnet-mini.onnx'];

export const cases = (quick) => (quick ? NETWORKS.slice(0, 1) : NETWORKS).map((file) => ({ file }));

const bytesOf = async (name) => gunzip(new Uint8Array(await readFile(`examples/${name}`)));

async function samplesFor(file) {
  const name = `${file.startsWith('resnet') ? 'fashion' : 'digits'}-images-idx3-ubyte.gz`;
  return splitIntegerSamples(await readArray(await bytesOf(name), name), [1, 28, 28], name);
}

export async function measure({ file }, { phasesMs, accepted }) {
  const samples = await samplesFor(file);
  const network = importOnnx(await bytesOf(file), { calibration: samples.slice(0, 64), inputScale: 1 / 255 });
  const { provingKey, verifyingKey } = compile(network);

  // the trace counts, and takes time of its own; so it is another proof that is timed
  const counts = [];
  const { proof, publicSignals } = await prove(provingKey, samples[0], { trace: (phase) => counts.push(phase) });
  accepted(verify(verifyingKey, publicSignals, proof));
  const phases = await phasesMs((onProgress) => prove(provingKey, samples[0], { onProgress }));

  return phases.map(({ phase, ms }) => {
    const { operations, hashedBytes } = counts.find((count) => count.phase === phase);
    return {
      ...{ network: file.replace(/\..*/, ''), phase, ms },
      extensionProducts: operations.extensionMultiplications,
      mixedProducts: operations.mixedMultiplications,
      baseProducts: operations.baseMultiplications,
      additions: operations.extensionAdditions + operations.baseAdditions,
      hashedBytes: hashedBytes.merkle + hashedBytes.transcript + hashedBytes.grinding,
    };
  });
}
