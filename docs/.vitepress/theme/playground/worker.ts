// The worker: loads a model, proves, and verifies what the page changed. Nothing of the library runs on the page's
// own thread.

import {
  compile,
  decodeNetwork,
  evaluate,
  type IntegerNetwork,
  type ProvingKey,
  type PublicSignals,
  prove,
  type VerifyingKey,
  verify,
} from 'ternary-gkr';
import { createKoalaBearEngine } from 'ternary-gkr/field';
import { applyChange } from './change.ts';
import { makeLights } from './light.ts';
import type { Change, ModelView, Numbered, PhaseTime, Proven, Reply, Request } from './messages.ts';

/** The part of a worker's global scope that this file uses. */
interface WorkerScope {
  onmessage: ((event: { readonly data: Numbered<Request> }) => void) | null;
  postMessage(message: unknown, transfer?: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;

interface Loaded {
  readonly network: IntegerNetwork;
  readonly provingKey: ProvingKey;
  readonly verifyingKey: VerifyingKey;
}

let loaded: Loaded | undefined;
let proven: { readonly publicSignals: PublicSignals; readonly proof: Uint8Array } | undefined;
let running: AbortController | undefined;

function send(id: number, reply: Reply, transfer: Transferable[] = []): void {
  scope.postMessage({ ...reply, id }, transfer);
}

scope.onmessage = ({ data }) => {
  const { id } = data;
  answer(data).catch((error: unknown) => {
    if (running?.signal.aborted) send(id, { kind: 'cancelled' });
    else send(id, { kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
};

async function answer(request: Numbered<Request>): Promise<void> {
  const { id } = request;
  switch (request.kind) {
    case 'load':
      send(id, { kind: 'loaded', ...(await load(request.file, request.bytes, request.samples)) });
      return;
    case 'prove': {
      const made = await makeProof(id, request.input);
      send(id, { kind: 'proven', proven: made });
      return;
    }
    case 'verify':
      send(id, { kind: 'verdict', answer: judge(request.change) });
      return;
    case 'cancel':
      running?.abort();
  }
}

async function load(
  file: string,
  bytes: Uint8Array,
  sampleFile: Uint8Array | undefined,
): Promise<{ readonly model: ModelView; readonly samples: readonly Int32Array[] }> {
  // a .tern file without samples needs none of the importer, which is as large as the rest
  if (sampleFile === undefined && isTern(bytes)) return { model: keep(decodeNetwork(bytes)), samples: [] };
  const { gunzip, importOnnx, readArray, readFloatNetwork, splitIntegerSamples } = await import('ternary-gkr/onnx');
  const plain = await gunzip(bytes, file);
  const images = sampleFile === undefined ? undefined : await readArray(sampleFile, 'the samples');
  const samplesOf = (shape: readonly number[]): Int32Array[] | undefined =>
    images !== undefined && shape.reduce((a, b) => a * b, 1) === images.values.length / images.shape[0]
      ? splitIntegerSamples(images, shape, 'the samples')
      : undefined;
  let network: IntegerNetwork;
  if (isTern(plain)) network = decodeNetwork(plain);
  else {
    const { inputShape } = readFloatNetwork(plain, file);
    const calibration = samplesOf(inputShape);
    if (calibration === undefined) {
      throw new Error(
        `${file}: it takes ${inputShape.join(' × ')} values, and this page can calibrate for images of 28 × 28 alone; ` +
          'import it with `ternary-gkr import` and drop the .tern file here',
      );
    }
    network = importOnnx(plain, { calibration, inputScale: 1 / 255, fileName: file });
  }
  return { model: keep(network), samples: samplesOf(network.input.shape) ?? [] };
}

/** Whether bytes begin as a model file does. */
function isTern(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 4)) === 'TERN';
}

/** Makes a network the one that proofs are about, and returns it as the page shows it. */
function keep(network: IntegerNetwork): ModelView {
  const { provingKey, verifyingKey } = compile(network);
  loaded = { network, provingKey, verifyingKey };
  proven = undefined;
  const { input, layers, name } = network;
  return {
    name,
    shape: input.shape,
    min: input.min,
    max: input.max,
    engine: createKoalaBearEngine().name,
    layers: layers.map((layer) => ({
      name: layer.name,
      kind: layer.kind,
      nonzeros: 'weights' in layer ? layer.weights.nonzeros : undefined,
    })),
  };
}

async function makeProof(id: number, input: Int32Array): Promise<Proven> {
  if (loaded === undefined) throw new Error('no model is loaded');
  const { network, provingKey } = loaded;
  running = new AbortController();
  const started = performance.now();
  evaluate(network, input);
  const runMs = performance.now() - started;
  const lights = makeLights(provingKey);
  const phases: { phase: string; begun: number }[] = [];
  const begun = performance.now();
  const { proof, publicSignals } = await prove(provingKey, input, {
    signal: running.signal,
    onProgress: ({ phase, fraction, relations = [] }) => {
      if (phases.at(-1)?.phase !== phase) phases.push({ phase, begun: performance.now() });
      send(id, { kind: 'progress', phase, fraction, layers: lights(phase, relations) });
    },
  });
  const ended = performance.now();
  running = undefined;
  proven = { proof, publicSignals };
  const times = phases.map(({ phase, begun: start }, k): PhaseTime => {
    return { phase, ms: (phases[k + 1]?.begun ?? ended) - start };
  });
  const { output } = publicSignals;
  const label = output.reduce((best, value, k) => (value > output[best] ? k : best), 0);
  return { input, output, label, proof, proveMs: ended - begun, runMs, phases: times };
}

function judge(change: Change) {
  if (loaded === undefined || proven === undefined) throw new Error('make a proof first');
  const claimed = applyChange({ network: loaded.network, ...proven }, change);
  const key = claimed.network === loaded.network ? loaded.verifyingKey : compile(claimed.network).verifyingKey;
  const started = performance.now();
  const verdict = verify(key, claimed.publicSignals, claimed.proof);
  const verifyMs = performance.now() - started;
  const why = verdict.ok ? { code: '', where: '', message: '' } : verdict;
  return { ok: verdict.ok, code: why.code, where: why.where, message: why.message, verifyMs };
}
