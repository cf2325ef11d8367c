// inspect: what a model is, what a proof about it costs here, and what the proof's security rests on.

import { syntheticInput } from '../../bench/report.ts';
import { evaluate } from '../../network/evaluate.ts';
import { shortDigest } from '../../network/files/digest.ts';
import { compile, type Keys, securityBits } from '../../network/key.ts';
import type { IntegerNetwork, Layer } from '../../network/network.ts';
import type { Plan } from '../../network/plan.ts';
import { prove } from '../../network/prove.ts';
import { verify } from '../../network/verify.ts';
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
    const layers = network.layers.map((layer, index) => describeLayer(layer, index, plan));
    const lookups = describeLookups(plan);
    const security = securityBits(keys.verifyingKey);
    const cost = args.has('no-measure')
      ? undefined
      : await measure(network, keys, (fraction, phase) => progress(fraction, `proving: ${phase}`));
    const { shape, min, max, scale, mean } = network.input;
    const outputs = plan.tensors[plan.tensors.length - 1].length;
    const nonzeros = layers.reduce((sum, layer) => sum + (layer.nonzeros ?? 0), 0);
    const weights = layers.reduce((sum, layer) => sum + (layer.weights ?? 0), 0);
    return {
      json: {
        model: path,
        name: network.name,
        fileBytes: readFile(path).length,
        digest: Buffer.from(keys.verifyingKey.digest).toString('hex'),
        input: { shape, min, max, scale, mean },
        outputs,
        outputScale: network.outputScale,
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
        `input [${shape.join(', ')}] of ${min}..${max}, real = stored · ${scale} − ${mean}; ${outputs} outputs of ${network.outputScale}`,
        '',
        ...table(['layer', 'kind', 'length', 'nonzeros', 'bounds', ''], layers.map(layerRow)),
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
  readonly input: number;
  /** Length of the tensor that the layer makes, and bounds of its values for all inputs in range. */
  readonly length: number;
  readonly bounds: { readonly min: number; readonly max: number };
  readonly weights?: number;
  readonly nonzeros?: number;
  readonly shift?: number;
  readonly activation?: string;
  readonly clamp?: { readonly min: number; readonly max: number };
}

function describeLayer(layer: Layer, index: number, plan: Plan): LayerDescription {
  const { length, interval } = plan.tensors[index + 1];
  const { name, kind, input } = layer;
  const common = { name, kind, input, length, bounds: { min: interval.min, max: interval.max } };
  switch (layer.kind) {
    case 'linear': {
      const { rowCount, columnCount, nonzeros } = layer.weights;
      return { ...common, weights: rowCount * columnCount, nonzeros };
    }
    case 'requantise': {
      const { shift, activation, min, max } = layer;
      return { ...common, shift, activation, clamp: { min, max } };
    }
    default:
      return common;
  }
}

function layerRow({ name, kind, length, bounds, nonzeros, shift, activation, clamp }: LayerDescription): string[] {
  const details = clamp === undefined ? '' : `${activation}, shift ${shift}, clamp ${clamp.min}..${clamp.max}`;
  return [
    name,
    kind,
    count(length),
    nonzeros === undefined ? '' : count(nonzeros),
    `${count(bounds.min)}..${count(bounds.max)}`,
    details,
  ];
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
