// bench networks: published shapes with synthetic weights, networks of the examples, and model files, each case in a
// fresh process of its own.

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { memoryLimit } from '../../bench/layer-cases.ts';
import { describeMachine, type Machine } from '../../bench/machine.ts';
import {
  describeNetworkCase,
  estimateNetworkMs,
  formatShare,
  type NetworkCase,
  reasonToSkipNetwork,
} from '../../bench/network-cases.ts';
import { networkFacts } from '../../bench/network-facts.ts';
import { benchNetwork, type NetworkFigures } from '../../bench/networks.ts';
import { syntheticInput } from '../../bench/report.ts';
import { type Outcome, runSuite, type SuiteResults } from '../../bench/suite.ts';
import { buildZooNetwork, isZooName, ZOO_DENSITY, ZOO_NAMES, type ZooName } from '../../bench/zoo/zoo.ts';
import { InputError } from '../../errors.ts';
import { encodeNetwork } from '../../network/files/model.ts';
import type { IntegerNetwork } from '../../network/network.ts';
import { importOnnx } from '../../onnx/import.ts';
import { readFloatNetwork } from '../../onnx/read.ts';
import { type Arguments, nearest } from '../arguments.ts';
import { measureInChild } from '../child.ts';
import type { Report } from '../command.ts';
import { readModel, readPlain, readSamples, writeFile } from '../files.ts';
import { examplesFolder } from '../package.ts';
import { count, duration, type Progress, roundTimes, size, table } from '../terminal.ts';
import { parseDensity, readRuns } from './bench-layers.ts';

export const NETWORK_OPTIONS = {
  names: {
    value: '<a,b>',
    help: `networks: ${ZOO_NAMES.join(', ')}, examples, or model files; all but files unless given`,
  },
  density: {
    value: '<d,…>',
    help: `networks: shares of nonzero weights in the synthetic ones; ${ZOO_DENSITY} unless given`,
  },
};

/** Figures of one case, measured. */
type MeasuredNetwork = NetworkCase & NetworkFigures;
type Results = SuiteResults<NetworkCase, MeasuredNetwork>;

/** The one case of a child process: a model file. */
export async function reportOneNetwork(args: Arguments): Promise<Report> {
  const network = readModel(args.need('names'));
  const { batches = [1], repeat } = readRuns(args);
  const outcome = await benchNetwork(network, await inputFor(network, batches[0]), repeat);
  return { json: outcome, lines: [JSON.stringify(outcome)] };
}

/** Samples of the examples for their networks, where there are enough; values of a fixed sequence for others. */
async function inputFor(network: IntegerNetwork, batch: number): Promise<Int32Array> {
  const path = exampleData(network.name);
  const fits = ['1,28,28', '784'].includes(network.input.shape.join());
  const samples = fits && existsSync(path) ? await readSamples(path, network.input.shape) : [];
  if (samples.length < batch) return syntheticInput(network, batch);
  return Int32Array.from(samples.slice(0, batch).flatMap((sample) => [...sample]));
}

export async function reportNetworks(args: Arguments, progress: Progress): Promise<Report> {
  const densities = args
    .get('density')
    ?.split(',')
    .map((text) => parseDensity(text, 'density'));
  const { batches = [1], repeat } = readRuns(args);
  const models = selectModels(args.get('names')?.split(','), densities);
  const folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-bench-'));
  try {
    progress(0, 'measuring the kernels');
    const machine = describeMachine(dirname(examplesFolder()));
    const paths = new Map<NetworkCase, string>();
    for (const [index, model] of models.entries()) {
      progress(0, `preparing ${model.name}`);
      const network = await model.load();
      const path = join(folder, `${index}.tern`);
      writeFile(path, encodeNetwork(network));
      const facts = networkFacts(network);
      const density = model.density ?? facts.nnz / facts.weights;
      const { name, source } = model;
      for (const batch of batches) paths.set({ name, source, density, batch, ...facts }, path);
    }
    const results = await measureAll(paths, repeat, progress);
    const { measured, skipped } = results;
    return { json: { networks: measured.map(roundTimes), skipped, machine }, lines: describe(results, machine) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measureAll(
  paths: ReadonlyMap<NetworkCase, string>,
  repeat: number | undefined,
  progress: Progress,
): Promise<Results> {
  const limit = memoryLimit(totalmem());
  const suite = {
    describe: describeNetworkCase,
    estimateMs: estimateNetworkMs,
    reasonToSkip: (network: NetworkCase) => reasonToSkipNetwork(network, limit),
    async run(network: NetworkCase): Promise<Outcome<MeasuredNetwork>> {
      const child = ['bench', 'one-network', '--names', paths.get(network) ?? '', '--batch', String(network.batch)];
      if (repeat !== undefined) child.push('--repeat', String(repeat));
      const outcome = await measureInChild<Outcome<NetworkFigures>>(child);
      return 'reason' in outcome ? outcome : { ...network, ...outcome };
    },
  };
  return runSuite([...paths.keys()], suite, progress);
}

function describe({ measured, skipped }: Results, machine: Machine): string[] {
  return [
    `${machine.cpu}, Node ${machine.node}`,
    '',
    ...table(
      [
        ...['network', 'density', 'batch', 'parameters', 'nonzeros', 'activations'],
        ...['run', 'prove', 'first proof', 'verify', 'proof', 'peak memory'],
      ],
      measured.map((figures) => [
        figures.name,
        formatShare(figures.density),
        count(figures.batch),
        count(figures.parameters),
        count(figures.nnz),
        count(figures.activations),
        duration(figures.inferenceMs),
        duration(figures.proveMs),
        duration(figures.coldProveMs),
        duration(figures.verifyMs),
        size(figures.proofBytes),
        size(figures.peakRssBytes),
      ]),
    ),
    ...(skipped.length === 0 ? [] : ['', 'not measured:']),
    ...skipped.map((network) => `  ${describeNetworkCase(network)}: ${network.reason}`),
  ];
}

/** A network to measure, not read or built yet. */
interface Model extends Pick<NetworkCase, 'name' | 'source'> {
  /** What it is built with; undefined where the network has its own. */
  readonly density?: number;
  load(): IntegerNetwork | Promise<IntegerNetwork>;
}

/** A name that is an example's and a shape's too is the example's, unless densities are asked for. */
function selectModels(names: readonly string[] | undefined, densities: readonly number[] | undefined): Model[] {
  const examples = exampleNames();
  const known = [...new Set([...examples, ...ZOO_NAMES])];
  return (names ?? known).flatMap((name): Model[] => {
    if (name.endsWith('.tern')) {
      const network = readModel(name);
      return [{ name: basename(name, '.tern'), source: 'file', load: () => network }];
    }
    const isExample = examples.includes(name);
    if (isZooName(name) && (densities !== undefined || !isExample)) {
      return (densities ?? [ZOO_DENSITY]).map((density) => zooModel(name, density));
    }
    if (isExample) return [{ name, source: 'example', load: () => importExample(name) }];
    const near = nearest(name, known);
    const hint = near === undefined ? `the networks are ${known.join(', ')}` : `did you mean ${near}?`;
    throw new InputError(`bench: there is no network '${name}'; ${hint} (a model file ends in .tern)`);
  });
}

const zooModel = (name: ZooName, density: number): Model => ({
  name,
  source: 'zoo',
  density,
  load: () => buildZooNetwork(name, { density }),
});

const DIGITS = 'digits-images-idx3-ubyte.gz';
const CLOTHES = 'fashion-images-idx3-ubyte.gz';
const TRAINED_ON_CLOTHES: readonly string[] = ['vgg-small', 'resnet-mini'];
const ONNX_FILE = /^(.*)\.onnx(\.gz)?$/;

/** The samples for an example, digits unless it knows clothes. */
const exampleData = (name: string): string =>
  join(examplesFolder(), TRAINED_ON_CLOTHES.includes(name) ? CLOTHES : DIGITS);

function exampleNames(): string[] {
  const folder = examplesFolder();
  return existsSync(folder) ? readdirSync(folder).flatMap((file) => ONNX_FILE.exec(file)?.[1] ?? []) : [];
}

async function importExample(name: string): Promise<IntegerNetwork> {
  const plain = join(examplesFolder(), `${name}.onnx`);
  const bytes = await readPlain(existsSync(plain) ? plain : `${plain}.gz`);
  const calibration = await readSamples(exampleData(name), readFloatNetwork(bytes, name).inputShape);
  return importOnnx(bytes, { calibration, inputScale: 1 / 255, name, fileName: name });
}
