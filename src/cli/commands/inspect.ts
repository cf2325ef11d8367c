// inspect: what a model is, what a proof about it costs here, and what the proof's security rests on.

import { syntheticInput } from '../../bench/report.ts';
import { evaluate, tensorBounds, tensorShapes } from '../../network/evaluate.ts';
import { shortDigest } from '../../network/files/digest.ts';
import { compile, type Keys, securityBits } from '../../network/key.ts';
import { type Interval, shapeText } from '../../network/layers/rules.ts';
import { type IntegerNetwork, inputsOf, type Layer, type Shape, sizeOf, type Window } from '../../network/network.ts';
import type { Plan } from '../../network/plan.ts';
import { prove } from '../../network/prove.ts';
import { verify } from '../../network/verify.ts';
import { isTernary, type WeightMatrix } from '../../sparse/weight-matrix.ts';
import type { Command } from '../command.ts';
import { readFile, readModel } from '../files.ts';
import { count, duration, percent, roundMs, size, table } from '../terminal.ts';

export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'show a model: layers, bounds, security, and what a proof costs',
  positionals: ['<model.tern>'],
  options: { 'no-measure': { help: 'do not make a proof to see what it costs' } },
  details: [],
  async run(args, progress) {
    const [path] = args.positionals;
    const network = readModel(path);
    const keys = compile(network);
    const plan = keys.verifyingKey.plan(1);
    const shapes = tensorShapes(network);
    const bounds = tensorBounds(network, shapes);
    const layers = network.layers.map((layer, index) => describeLayer(layer, shapes[index + 1], bounds[index + 1]));
    const outputs = network.outputs.map(({ tensor, scale }) => {
      return { layer: network.layers[tensor - 1].name, tensor, shape: shapes[tensor], scale };
    });
    const lookups = describeLookups(plan);
    const security = securityBits(keys.verifyingKey);
    const cost = args.has('no-measure')
      ? undefined
      : await measure(network, keys, (fraction, phase) => progress(fraction, `proving: ${phase}`));
    const { shape, min, max, scale, mean } = network.input;
    const nonzeros = layers.reduce((sum, layer) => sum + (layer.nonzeros ?? 0), 0);
    const weights = layers.reduce((sum, layer) => sum + (layer.weights ?? 0), 0);
    return {
      json: {
        model: path,
        name: network.name,
        fileBytes: readFile(path).length,
        digest: Buffer.from(keys.verifyingKey.digest).toString('hex'),
        input: { shape, min, max, scale, mean },
        outputs: outputs.reduce((sum, output) => sum + sizeOf(output.shape), 0),
        outputTensors: outputs,
        weights,
        nonzeros,
        layers,
        lookups,
        security,
        cost,
      },
      lines: [
        `${network.name}: ${count(nonzeros)} nonzeros of ${count(weights)} weights (${percent(nonzeros / weights)})`,
        `digest ${shortDigest(keys.verifyingKey.digest)}`,
        `input [${shape.join(', ')}] of ${min}..${max}, real = stored · ${scale} − ${mean}`,
        ...outputs.map(
          ({ layer, shape: extents, scale: step }) =>
            `output ${shapeText(extents)} of ${layer}, real = stored · ${step}`,
        ),
        '',
        ...table(['layer', 'kind', 'shape', 'nonzeros', 'bounds', ''], layers.map(layerRow)),
        '',
        `committed ${count(lookups.committedValues)} values, looked up ${count(lookups.rows)} rows in tables of ${count(lookups.tableRows)}`,
        '',
        ...(cost === undefined ? [] : costLines(cost)),
        `security ${security.total.toFixed(1)} bits, the sum of`,
        ...table(
          ['error', 'bits'],
          security.terms.map(({ name, bits }) => [name, bits.toFixed(1)]),
        ).map((line) => `  ${line}`),
      ],
    };
  },
};

interface LayerDescription {
  readonly name: string;
  readonly kind: Layer['kind'];
  /** The tensors that the layer reads: 0 is the input, i + 1 what layer i makes. */
  readonly inputs: readonly number[];
  /** Shape of the tensor that the layer makes, and bounds of its values for all inputs in range. */
  readonly shape: Shape;
  readonly length: number;
  readonly bounds: Interval;
  readonly weights?: number;
  readonly nonzeros?: number;
  /** Bits of a weight that is not ternary. */
  readonly weightBits?: number;
  readonly window?: Window;
  readonly countsPadding?: boolean;
  readonly shift?: number;
  readonly activation?: string;
  readonly clamp?: { readonly min: number; readonly max: number };
}

function describeLayer(layer: Layer, shape: Shape, bounds: Interval): LayerDescription {
  const { name, kind } = layer;
  const common = { name, kind, inputs: inputsOf(layer), shape, length: sizeOf(shape), bounds };
  switch (layer.kind) {
    case 'linear':
      return { ...common, ...describeWeights(layer.weights) };
    case 'convolution':
      return { ...common, ...describeWeights(layer.weights), window: layer.window };
    case 'max-pool':
      return { ...common, window: layer.window };
    case 'average-pool':
      return { ...common, window: layer.window, countsPadding: layer.countsPadding };
    case 'requantise': {
      const { shift, activation, min, max } = layer;
      return { ...common, shift, activation, clamp: { min, max } };
    }
    default:
      return common;
  }
}

function describeWeights(matrix: WeightMatrix): Pick<LayerDescription, 'weights' | 'nonzeros' | 'weightBits'> {
  const { rowCount, columnCount, nonzeros } = matrix;
  return { weights: rowCount * columnCount, nonzeros, ...(isTernary(matrix) ? {} : { weightBits: 8 }) };
}

function layerRow(layer: LayerDescription): string[] {
  const { name, kind, shape, bounds, nonzeros } = layer;
  return [
    name,
    kind,
    shapeText(shape),
    nonzeros === undefined ? '' : count(nonzeros),
    `${count(bounds.min)}..${count(bounds.max)}`,
    details(layer).join(', '),
  ];
}

function details({
  kind,
  inputs,
  weightBits,
  window,
  countsPadding,
  shift,
  activation,
  clamp,
}: LayerDescription): string[] {
  const parts: string[] = [];
  if (inputs.length > 1) parts.push(`of tensors ${inputs.join(' and ')}`);
  if (window !== undefined) parts.push(windowText(window));
  if (kind === 'average-pool') parts.push(countsPadding ? 'padding counts' : 'padding does not count');
  if (weightBits !== undefined) parts.push(`weights of ${weightBits} bits`);
  if (clamp !== undefined) parts.push(`${activation}, shift ${shift}, clamp ${clamp.min}..${clamp.max}`);
  return parts;
}

/** A kernel, and what is not the usual in it. */
function windowText({ kernel, strides, dilations, padding }: Window): string {
  const unless = (usual: number, name: string, extents: readonly number[]): string =>
    extents.every((extent) => extent === usual)
      ? ''
      : `, ${name} ${[...new Set(extents)].length === 1 ? extents[0] : extents.join(' ')}`;
  return `${shapeText(kernel)}${unless(1, 'stride', strides)}${unless(1, 'dilation', dilations)}${unless(0, 'padding', padding)}`;
}

/** Rows as proven, padding included. */
function describeLookups({ lookups }: Plan): { rows: number; tableRows: number; committedValues: number } {
  if (lookups === undefined) return { rows: 0, tableRows: 0, committedValues: 0 };
  return {
    rows: 2 ** lookups.shape.rowPacking.variables,
    tableRows: 2 ** lookups.shape.tablePacking.variables,
    committedValues: 2 ** lookups.packing.variables,
  };
}

interface Cost {
  readonly inferenceMs: number;
  readonly proveMs: number;
  readonly verifyMs: number;
  readonly proofBytes: number;
}

/** A second proof's cost: the first one also sets up the engine. */
async function measure(
  network: IntegerNetwork,
  { provingKey, verifyingKey }: Keys<unknown>,
  progress: (fraction: number, phase: string) => void,
): Promise<Cost> {
  const input = syntheticInput(network);
  let cost: Cost = { inferenceMs: 0, proveMs: 0, verifyMs: 0, proofBytes: 0 };
  for (const half of [0, 0.5]) {
    const started = performance.now();
    evaluate(network, input);
    const evaluated = performance.now();
    const { proof, publicSignals } = await prove(provingKey, input, {
      onProgress: ({ phase, fraction }) => progress(half + fraction / 2, phase),
    });
    const proven = performance.now();
    verify(verifyingKey, publicSignals, proof);
    cost = {
      inferenceMs: roundMs(evaluated - started),
      proveMs: roundMs(proven - evaluated),
      verifyMs: roundMs(performance.now() - proven),
      proofBytes: proof.length,
    };
  }
  return cost;
}

function costLines({ inferenceMs, proveMs, verifyMs, proofBytes }: Cost): string[] {
  return [
    `here, on a made-up input: run ${duration(inferenceMs)}, prove ${duration(proveMs)}, verify ${duration(verifyMs)}, proof ${size(proofBytes)}`,
    'With public weights and a public input, running the network again is the other way to check it; compare its time.',
    '',
  ];
}
