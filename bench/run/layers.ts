// layers: one layer by several methods, over shapes, densities and batches, each case in a fresh process.

import { totalmem } from 'node:os';
import { type Arguments, nearest } from '../../src/cli/arguments.ts';
import type { Command, Report } from '../../src/cli/command.ts';
import { packageFolder } from '../../src/cli/package.ts';
import { count, duration, type Progress, size, table } from '../../src/cli/terminal.ts';
import { InputError } from '../../src/errors.ts';
import { LAYER_METHODS, type LayerMethod } from '../../src/layer/protocol.ts';
import {
  formatDensity,
  LAYER_DENSITIES,
  LAYER_SHAPES,
  type LayerCase,
  type LayerShape,
  selectCases,
} from '../layers/cases.ts';
import { benchLayer, type LayerFigures } from '../layers/layers.ts';
import { memoryLimit } from '../measure/memory.ts';
import { measureInChild } from './child.ts';
import { type LayerOutcome, type LayerResults, runLayerSuite } from './layer-suite.ts';
import { describeMachine, type Machine } from './machine.ts';
import {
  BATCH_OPTION,
  densitiesOption,
  formatShape,
  parseDensity,
  parseShape,
  REPEAT_OPTION,
  readList,
  readRuns,
  sizesOption,
} from './options.ts';
import { roundTimes } from './round-times.ts';

const OPTIONS = {
  sizes: sizesOption(LAYER_SHAPES),
  densities: densitiesOption(LAYER_DENSITIES),
  methods: { value: '<a,b>', help: `some of ${LAYER_METHODS.join(', ')}; all unless given` },
  batch: BATCH_OPTION,
  repeat: REPEAT_OPTION,
};

export const layersCommand: Command = {
  name: 'layers',
  summary: 'one layer by each method, over shapes, densities and batches',
  positionals: [],
  options: {
    ...OPTIONS,
    full: { help: 'every combination, batches 1,16,256, circuits at every size and density; takes hours' },
  },
  details: [
    'The weights are synthetic, from a fixed seed. A run takes some minutes unless options say otherwise. Each case is',
    'measured in a process of its own; one that would not fit in memory is skipped, and the output says so.',
  ],
  run: reportLayers,
};

/** One case in this process; the suite starts it. */
export const oneLayerCommand: Command = {
  name: 'one-layer',
  summary: 'one case of layers in this process',
  positionals: [],
  options: OPTIONS,
  details: [],
  run: reportOneLayer,
};

async function reportLayers(args: Arguments, progress: Progress): Promise<Report> {
  const given = readOptions(args);
  const cases = selectCases({ ...given, methods: given.methods ?? LAYER_METHODS, full: args.has('full') });
  progress(0, 'measuring the kernels');
  const machine = describeMachine(packageFolder());
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

async function reportOneLayer(args: Arguments): Promise<Report> {
  const { methods, shapes, densities, batches, repeat } = readOptions(args);
  const lists = [methods, shapes, densities, batches];
  if (methods === undefined || shapes === undefined || densities === undefined || batches === undefined) {
    throw new InputError('one-layer: --methods, --sizes, --densities and --batch are all needed');
  }
  if (lists.some((list) => list?.length !== 1)) throw new InputError('one-layer: one value for each option');
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
  return {
    methods: readList(args, 'methods', parseMethod),
    shapes: readList(args, 'sizes', parseShape),
    densities: readList(args, 'densities', (text) => parseDensity(text)),
    ...readRuns(args),
  };
}

function parseMethod(text: string): LayerMethod {
  const method = LAYER_METHODS.find((name) => name === text);
  if (method !== undefined) return method;
  const near = nearest(text, LAYER_METHODS);
  const hint = near === undefined ? `the methods are ${LAYER_METHODS.join(', ')}` : `did you mean ${near}?`;
  throw new InputError(`--methods: unknown method '${text}'; ${hint}`);
}

/** Runs this program again on one case. */
function measureLayer(layer: LayerCase, repeat: number | undefined): Promise<LayerOutcome> {
  const args = ['one-layer', '--methods', layer.method, '--sizes', formatShape(layer)];
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
