// Accuracy against density: a trained ternary network, pruned further by three rules (docs/experiments/accuracy.md).

import { readFile } from 'node:fs/promises';
import { compile, evaluate, prove, verify } from 'ternary-gkr';
import * as onnx from 'ternary-gkr/onnx';
import { seeded } from 'ternary-gkr/testing';

const RULES = ['random', 'random, rescaled', 'by activation'];
const bytesOf = async (name) => onnx.gunzip(new Uint8Array(await readFile(`examples/${name}`)));
const images = await onnx.readArray(await bytesOf('digits-1000-images-idx3-ubyte.gz'), 'digits');
const digits = onnx.splitIntegerSamples(images, [1, 28, 28], 'digits');
const labels = await onnx.readLabels(await bytesOf('digits-1000-labels-idx1-ubyte.gz'), 'labels');
const trained = onnx.readFloatNetwork(await bytesOf('mlp-small.onnx'));
const calibration = digits.slice(936); // for scales and scores; accuracy is measured on the digits before
const real = (digit) => Array.from(digit, (pixel) => pixel / 255);
const runs = calibration.map((digit) => onnx.evaluateFloat(trained, real(digit)));

export const cases = (quick) => {
  const shares = quick ? [1, 1 / 4] : [1, 7 / 8, 3 / 4, 1 / 2, 3 / 8, 1 / 4, 1 / 8];
  return RULES.flatMap((rule) => shares.map((kept) => ({ rule, kept, tested: quick ? 40 : 936 })));
};

/** Keeps a share of the nonzeros of each output, all ±α: at random, or those whose inputs carry the most. */
function prune(layer, rule, kept) {
  if (layer.kind !== 'linear') return layer;
  const { columns, values, ends } = layer.weights;
  const random = seeded(1);
  const energy = (column) => runs.reduce((sum, tensors) => sum + tensors[layer.input][column] ** 2, 0);
  const scores = Array.from(columns, (column) => (rule === 'by activation' ? energy(column) : random(2 ** 20)));
  const rows = Array.from(ends, (end, row) => {
    const places = Array.from({ length: end - (ends[row - 1] ?? 0) }, (_, k) => end - 1 - k);
    places.sort((a, b) => scores[b] - scores[a]);
    return places.slice(0, Math.ceil(kept * places.length)).sort((a, b) => a - b);
  });
  const weights = {
    ...layer.weights,
    ends: Uint32Array.from(rows, (_, row) => rows.slice(0, row + 1).flat().length),
    columns: Uint32Array.from(rows.flat(), (k) => columns[k]),
    values: Float64Array.from(rows.flat(), (k) => values[k] * (rule === 'random, rescaled' ? 1 / kept : 1)),
  };
  return { ...layer, weights };
}

export async function measure({ rule, kept, tested }, { medianMs, accepted }) {
  const pruned = { ...trained, layers: trained.layers.map((layer) => prune(layer, rule, kept)) };
  const network = onnx.quantiseNetwork(pruned, { calibration, inputScale: 1 / 255 });
  const isRight = (digit, k) => onnx.argmax(evaluate(network, digit).at(-1)) === labels[k];
  const { provingKey, verifyingKey } = compile(network);
  const counts = [];
  const trace = ({ operations }) => counts.push(operations.extensionMultiplications);
  const { proof, publicSignals } = await prove(provingKey, digits[0], { trace });
  accepted(verify(verifyingKey, publicSignals, proof));
  const proveMs = await medianMs(() => prove(provingKey, digits[0]));
  const all = network.layers.flatMap(({ weights }) => weights ?? []);
  const nonzeros = all.reduce((sum, weights) => sum + weights.nonzeros, 0);
  const entries = all.reduce((sum, { rowCount, columnCount }) => sum + rowCount * columnCount, 0);
  const correct = digits.slice(0, tested).filter(isRight).length;
  return { rule, kept, tested, correct, nonzeros, entries, extensionProducts: counts.reduce((a, b) => a + b), proveMs };
}
