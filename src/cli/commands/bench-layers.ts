// bench layers: one layer by several methods, over shapes, densities and batches, each case in a fresh process.

import { totalmem } from 'node:os';
import { dirname } from 'node:path';
import {
  formatDensity,
  LAYER_DENSITIES,
  LAYER_SHAPES,
  type LayerCase,
  type LayerShape,
  memoryLimit,
  selectCases,
} from '../../bench/layer-cases.ts';
import { type LayerOutcome, type LayerResults, runLayerSuite } from '../../bench/layer-suite.ts';
import { benchLayer, type LayerFigures } from '../../bench/layers.ts';
import { describeMachine, type Machine } from '../../bench/machine.ts';
import { InputError } from '../../errors.ts';
import { LAYER_METHODS, type LayerMethod } from '../../layer/protocol.ts';
import { type Arguments, nearest, parseInteger, parseReal } from '../arguments.ts';
import { measureInChild } from '../child.ts';
import type { Report } from '../command.ts';
import { examplesFolder } from '../package.ts';
import { count, duration, type Progress, roundTimes, size, table } from '../terminal.ts';

export const LAYER_OPTIONS = {
  sizes: {
    value: '<n,m×n,…>',
    help: `layers, opening: outputs x inputs, or one number for a square; ${LAYER_SHAPES.map(formatShape).join(',')} unless given`,
  },
  densities: {
    value: '<d,…>',
    help: `layers, opening: expected shares of nonzero weights; ${LAYER_DENSITIES.map(formatDensity).join(',')} unless given`,
  },
  methods: { value: '<a,b>', help: `layers: some of ${LAYER_METHODS.join(', ')}; all unless given` },
  batch: { value: '<b,…>', help: 'layers, networks: inputs per proof; 1 unless given' },
  repeat: {
    value: '<n>',
    help: 'layers, networks, opening: proofs to measure per case; as many as fit a second or two unless given',
  },
  full: {
    help: 'layers: every combination, batches 1,16,256, circuits at every size and density; takes hours',
  },
};

const MAX_SIZE = 2 ** 15;

export async function reportLayers(args: Arguments, progress: Progress): Promise<Report> {
  const given = readOptions(args);
  const cases = selectCases({ ...given, methods: given.methods ?? LAYER_METHODS, full: args.has('full') });
  progress(0, 'measuring the kernels');
  const machine = describeMachine(dirname(examplesFolder()));
  const results = await runLayerSuite(
    cases,
    (layer) => measureLayer(layer, given.repeat),
    memoryLimit(totalmem()),
    progress,
  );
  return {
    json: { ...results, layers: results.layers.map(roundTimes), machine },
    lines: describe(results, machine),
  };
}

/** The one case of a child process. */
export function reportOneLayer(args: Arguments): Report {
  const { methods, shapes, densities, batches, repeat } = readOptions(args);
  const lists = [methods, shapes, densities, batches];
  if (methods === undefined || shapes === undefined || densities === undefined || batches === undefined) {
    throw new InputError('bench one-layer: --methods, --sizes, --densities and --batch are all needed');
  }
  if (lists.some((list) => list?.length !== 1)) throw new InputError('bench one-layer: one value for each option');
  const figures = benchLayer({ method: methods[0], ...shapes[0], density: densities[0], batch: batches[0] }, repeat);
  return { json: figures, lines: [JSON.stringify(figures)] };
}

interface LayerArguments {
  readonly methods: readonly LayerMethod[] | undefined;
  readonly shapes: readonly LayerShape[] | undefined;
  readonly densities: readonly number[] | undefined;
  readonly batches: readonly number[] | undefined;
  readonly repeat: number | undefined;
}

function readOptions(args: Arguments): LayerArguments {
  const list = <T>(option: string, parse: (text: string) => T): readonly T[] | undefined =>
    args.get(option)?.split(',').map(parse);
  return {
    methods: list('methods', parseMethod),
    shapes: list('sizes', parseShape),
    densities: list('densities', (text) => parseDensity(text)),
    ...readRuns(args),
  };
}

function parseMethod(text: string): LayerMethod {
  const method = LAYER_METHODS.find((name) => name === text);
  if (method !== undefined) return method;
  const near = nearest(text, LAYER_METHODS);
  const hint = near === undefined ? `the methods are ${LAYER_METHODS.join(', ')}` : `did you mean ${near}?`;
  throw new InputError(`--methods: there is no method '${text}'; ${hint}`);
}

/** `4096`, or outputs before inputs as in `6912x2560`. */
export function parseShape(text: string): LayerShape {
  const sizes = text.split(/[x×]/);
  if (sizes.length > 2) throw new InputError(`--sizes '${text}' is not a shape; write one such as 4096 or 6912x2560`);
  const [outputs, inputs = outputs] = sizes.map((part) => parseInteger('sizes', part, 1, MAX_SIZE));
  return { outputs, inputs };
}

/** A number or a fraction in (0, 1]. */
export function parseDensity(text: string, option = 'densities'): number {
  const density = parseReal(option, text);
  if (density > 0 && density <= 1) return density;
  throw new InputError(`--${option} '${text}' is not a share; write numbers above 0 and up to 1, such as 1/16`);
}

const MAX_BATCH = 2 ** 12;
const MAX_REPEAT = 10_000;

/** Batches and repeats, if they are given. */
export function readRuns(args: Arguments): {
  readonly batches: readonly number[] | undefined;
  readonly repeat: number | undefined;
} {
  const repeat = args.get('repeat');
  return {
    batches: args
      .get('batch')
      ?.split(',')
      .map((text) => parseInteger('batch', text, 1, MAX_BATCH)),
    repeat: repeat === undefined ? undefined : parseInteger('repeat', repeat, 1, MAX_REPEAT),
  };
}

function formatShape({ outputs, inputs }: LayerShape): string {
  return outputs === inputs ? String(outputs) : `${outputs}x${inputs}`;
}

/** Runs this program again on one case. */
function measureLayer(layer: LayerCase, repeat: number | undefined): Promise<LayerOutcome> {
  const args = ['bench', 'one-layer', '--methods', layer.method, '--sizes', formatShape(layer)];
  args.push('--densities', String(layer.density), '--batch', String(layer.batch));
  if (repeat !== undefined) args.push('--repeat', String(repeat));
  return measureInChild<LayerFigures>(args);
}

function describe({ layers, skipped }: LayerResults, machine: Machine): string[] {
  const spread = (layer: LayerFigures): string =>
    `${duration(layer.proveLowerQuartileMs)} to ${duration(layer.proveUpperQuartileMs)}`;
  return [
    `${machine.cpu}, Node ${machine.node}: base multiplication ${machine.baseMulNs.toFixed(2)} ns, extension ` +
      `multiplication ${machine.extMulNs.toFixed(2)} ns, one nonzero of a gather ${machine.gatherNs.toFixed(2)} ns`,
    '',
    ...table(
      ['layer', 'density', 'batch', 'method', 'nonzeros', 'prove', 'quartiles', 'first', 'verify', 'proof', 'memory'],
      layers.map((layer) => [
        formatShape(layer),
        formatDensity(layer.density),
        count(layer.batch),
        layer.method,
        count(layer.nnz),
        duration(layer.proveMs),
        spread(layer),
        duration(layer.coldProveMs),
        duration(layer.verifyMs),
        size(layer.proofBytes),
        size(layer.peakRssBytes),
      ]),
    ),
    ...(skipped.length === 0 ? [] : ['', 'not measured:']),
    ...skipped.map(
      (layer) =>
        `  ${formatShape(layer)}, ${formatDensity(layer.density)}, batch ${layer.batch}, ${layer.method}: ${layer.reason}`,
    ),
  ];
}
