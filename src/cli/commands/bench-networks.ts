// bench networks: published shapes with synthetic weights, networks of the examples, and model files, each case in a
// fresh process of its own; where weights are committed, their registration too, once for each network.

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { memoryLimit } from '../../bench/layer-cases.ts';
import { describeMachine, type Machine } from '../../bench/machine.ts';
import {
  describeNetworkCase,
  describeWeights,
  estimateNetworkMs,
  formatShare,
  MEMORY_CHOICES,
  type NetworkCase,
  reasonToSkipNetwork,
  WEIGHT_MODES,
  weightVariants,
} from '../../bench/network-cases.ts';
import { networkFacts } from '../../bench/network-facts.ts';
import { benchNetwork, type NetworkFigures } from '../../bench/networks.ts';
import { benchRegistration, type RegistrationFigures } from '../../bench/registrations.ts';
import { syntheticInput } from '../../bench/report.ts';
import { type Outcome, runSuite, type SuiteResults } from '../../bench/suite.ts';
import { buildZooNetwork, isZooName, ZOO_DENSITY, ZOO_NAMES, type ZooName } from '../../bench/zoo/zoo.ts';
import { InputError } from '../../errors.ts';
import { encodeNetwork } from '../../network/files/model.ts';
import type { IntegerNetwork } from '../../network/model/network.ts';
import { importOnnx } from '../../onnx/import.ts';
import { readFloatNetwork } from '../../onnx/read.ts';
import { type Arguments, nearest } from '../arguments.ts';
import { measureInChild } from '../child.ts';
import type { Report } from '../command.ts';
import { readFile, readModel, readPlain, readSamples } from '../files.ts';
import { writeFile } from '../output.ts';
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
  weights: { value: '<a,b>', help: 'networks: public, committed, or both; public unless given' },
  memory: {
    value: '<a,b>',
    help: 'networks, opening: high keeps encoded weights between proofs, low encodes them again; high unless given',
  },
};

/** Figures of one case, measured; of a committed network with those of its registration. */
type MeasuredNetwork = NetworkCase & NetworkFigures & Partial<RegistrationFigures>;
type Results = SuiteResults<NetworkCase, MeasuredNetwork>;

/** The one case of a child process: a model file, and beside it the prover's file if it is registered. */
export async function reportOneNetwork(args: Arguments): Promise<Report> {
  const path = args.need('names');
  const network = readModel(path);
  const { batches = [1], repeat } = readRuns(args);
  const { mode, memory } = readVariants(args)[0];
  const proverFile = mode === 'public' ? undefined : readFile(proverBeside(path));
  const outcome = await benchNetwork(network, await inputFor(network, batches[0]), { repeat, proverFile, memory });
  return { json: outcome, lines: [JSON.stringify(outcome)] };
}

/** The registration of a model file in a process of its own; the prover's file is written beside it. */
export async function reportOneRegistration(args: Arguments): Promise<Report> {
  const path = args.need('names');
  const outcome = await benchRegistration(readModel(path));
  if (!('reason' in outcome)) writeFile(proverBeside(path), outcome.proverFile);
  const json = 'reason' in outcome ? outcome : outcome.figures;
  return { json, lines: [JSON.stringify(json)] };
}

const proverBeside = (model: string): string => `${model}.prover`;

/** The modes and memory choices that are asked for. */
function readVariants(args: Arguments): Pick<NetworkCase, 'mode' | 'memory'>[] {
  return weightVariants(readChoices(args, 'weights', WEIGHT_MODES), readChoices(args, 'memory', MEMORY_CHOICES));
}

/** Some of a few words, separated by commas; the first of them unless given. */
export function readChoices<T extends string>(args: Arguments, option: string, known: readonly T[]): readonly T[] {
  const words = args.get(option)?.split(',') ?? [known[0]];
  return words.map((word) => {
    const choice = known.find((name) => name === word);
    if (choice !== undefined) return choice;
    throw new InputError(`--${option} '${word}' is no choice; write ${known.join(', ')}, or several with commas`);
  });
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
  const variants = readVariants(args);
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
      for (const batch of batches) {
        for (const variant of variants) paths.set({ name, source, density, batch, ...variant, ...facts }, path);
      }
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
  const registrations = new Map<string, Outcome<RegistrationFigures>>();
  const suite = {
    describe: describeNetworkCase,
    estimateMs: estimateNetworkMs,
    reasonToSkip: (network: NetworkCase) => reasonToSkipNetwork(network, limit),
    async run(network: NetworkCase): Promise<Outcome<MeasuredNetwork>> {
      const path = paths.get(network) ?? '';
      const registration = network.mode === 'public' ? undefined : await registrationOf(path, registrations);
      if (registration !== undefined && 'reason' in registration) return registration;
      const child = ['bench', 'one-network', '--names', path, '--batch', String(network.batch)];
      child.push('--weights', network.mode, '--memory', network.memory);
      if (repeat !== undefined) child.push('--repeat', String(repeat));
      const outcome = await measureInChild<Outcome<NetworkFigures>>(child);
      return 'reason' in outcome ? outcome : { ...network, ...outcome, ...registration };
    },
  };
  return runSuite([...paths.keys()], suite, progress);
}

/** Registers a model once; its cases share the key. */
async function registrationOf(
  path: string,
  known: Map<string, Outcome<RegistrationFigures>>,
): Promise<Outcome<RegistrationFigures>> {
  const outcome =
    known.get(path) ??
    (await measureInChild<Outcome<RegistrationFigures>>(['bench', 'one-registration', '--names', path]));
  known.set(path, outcome);
  return outcome;
}

function describe({ measured, skipped }: Results, machine: Machine): string[] {
  return [
    `${machine.cpu}, Node ${machine.node}`,
    '',
    ...table(
      [
        ...['network', 'density', 'batch', 'weights', 'parameters', 'nonzeros', 'activations'],
        ...['run', 'prove', 'first proof', 'verify', 'proof', 'peak memory'],
      ],
      measured.map((figures) => [
        figures.name,
        formatShare(figures.density),
        count(figures.batch),
        describeWeights(figures),
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
    ...describeRegistrations(measured),
    ...(skipped.length === 0 ? [] : ['', 'not measured:']),
    ...skipped.map((network) => `  ${describeNetworkCase(network)}: ${network.reason}`),
  ];
}

/** A line for each registration; its cases share it. */
function describeRegistrations(measured: readonly MeasuredNetwork[]): string[] {
  const rows = new Map<string, (string | number)[]>();
  for (const figures of measured) {
    if (!isRegistered(figures)) continue;
    const name = [figures.name, formatShare(figures.density)];
    const times = [figures.registerMs, figures.verifyModelMs].map(duration);
    const sizes = [figures.keyBytes, figures.registrationBytes, figures.proverFileBytes, figures.registerPeakRssBytes];
    rows.set(name.join(), [...name, ...times, ...sizes.map(size)]);
  }
  if (rows.size === 0) return [];
  const heads = ['register', 'verify-model', 'key', 'proof', "prover's file", 'peak memory'];
  return ['', ...table(['registration', 'density', ...heads], [...rows.values()])];
}

const isRegistered = (figures: MeasuredNetwork): figures is NetworkCase & NetworkFigures & RegistrationFigures =>
  figures.registerMs !== undefined;

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
