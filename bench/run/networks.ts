// networks: published shapes with synthetic weights, networks of the examples, and model files, each case in a
// fresh process of its own; where weights are committed, their registration too, once for each network.

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { type Arguments, nearest } from '../../src/cli/arguments.ts';
import type { Command, Report } from '../../src/cli/command.ts';
import { readFile, readModel, readPlain, readSamples } from '../../src/cli/files.ts';
import { syntheticInput } from '../../src/cli/measure.ts';
import { writeFile } from '../../src/cli/output.ts';
import { packageFolder } from '../../src/cli/package.ts';
import { count, duration, type Progress, size, table } from '../../src/cli/terminal.ts';
import { InputError } from '../../src/errors.ts';
import { encodeNetwork } from '../../src/network/files/model.ts';
import type { IntegerNetwork } from '../../src/network/model/network.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { readFloatNetwork } from '../../src/onnx/read.ts';
import { memoryLimit } from '../measure/memory.ts';
import type { Outcome } from '../measure/outcome.ts';
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
} from '../networks/cases.ts';
import { networkFacts } from '../networks/facts.ts';
import { benchNetwork, type NetworkFigures } from '../networks/networks.ts';
import { benchRegistration, type RegistrationFigures } from '../networks/registrations.ts';
import { buildZooNetwork, isZooName, ZOO_DENSITY, ZOO_NAMES, type ZooName } from '../zoo/zoo.ts';
import { measureInChild } from './child.ts';
import { describeMachine, type Machine } from './machine.ts';
import {
  BATCH_OPTION,
  MEMORY_OPTION,
  parseDensity,
  REPEAT_OPTION,
  readChoices,
  readList,
  readRuns,
} from './options.ts';
import { roundTimes } from './round-times.ts';
import { runSuite, type SuiteResults } from './suite.ts';

/** The options of a run and of the process of one of its cases. */
const CASE_OPTIONS = {
  names: {
    value: '<a,b>',
    help: `${ZOO_NAMES.join(', ')}, examples, or model files; all but files unless given`,
  },
  weights: { value: '<a,b>', help: 'public, committed, or both; public unless given' },
  memory: MEMORY_OPTION,
  batch: BATCH_OPTION,
  repeat: REPEAT_OPTION,
};

export const networksCommand: Command = {
  name: 'networks',
  summary: 'whole networks: run, prove, verify, and registration of committed weights',
  positionals: [],
  options: {
    ...CASE_OPTIONS,
    density: { value: '<d,…>', help: `shares of nonzero weights in the synthetic ones; ${ZOO_DENSITY} unless given` },
  },
  details: [
    'Examples, model files, and published shapes with synthetic weights from a fixed seed. A name of both, lenet5, is the',
    'example unless --density is given. Median times of one thread after warm-up; cold is the first proof.',
    '--weights committed measures proofs against a commitment, and the registration that makes it.',
    'Each case is measured in a process of its own.',
  ],
  run: reportNetworks,
};

/** One case in this process; the suite starts it. */
export const oneNetworkCommand: Command = {
  name: 'one-network',
  summary: 'one case of networks in this process',
  positionals: [],
  options: CASE_OPTIONS,
  details: [],
  run: reportOneNetwork,
};

/** One registration in this process; the suite starts it. */
export const oneRegistrationCommand: Command = {
  name: 'one-registration',
  summary: 'the registration of one network in this process',
  positionals: [],
  options: { names: CASE_OPTIONS.names },
  details: [],
  run: reportOneRegistration,
};

/** Figures of one case, measured; of a committed network with those of its registration. */
type MeasuredNetwork = NetworkCase & NetworkFigures & Partial<RegistrationFigures>;
type Results = SuiteResults<NetworkCase, MeasuredNetwork>;

/** The one case of a child process: a model file, and beside it the prover's file if it is registered. */
async function reportOneNetwork(args: Arguments): Promise<Report> {
  const path = args.need('names');
  const network = readModel(path);
  const { batches = [1], repeat } = readRuns(args);
  const { mode, memory } = readVariants(args)[0];
  const proverFile = mode === 'public' ? undefined : readFile(proverBeside(path));
  const outcome = await benchNetwork(network, await inputFor(network, batches[0]), { repeat, proverFile, memory });
  return { json: outcome, lines: [JSON.stringify(outcome)] };
}

/** The registration of a model file in a process of its own; the prover's file is written beside it. */
async function reportOneRegistration(args: Arguments): Promise<Report> {
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

/** Samples of the examples for their networks, where there are enough; values of a fixed sequence for others. */
async function inputFor(network: IntegerNetwork, batch: number): Promise<Int32Array> {
  const path = exampleData(network.name);
  const fits = ['1,28,28', '784'].includes(network.input.shape.join());
  const samples = fits && existsSync(path) ? await readSamples(path, network.input.shape) : [];
  if (samples.length < batch) return syntheticInput(network, batch);
  return Int32Array.from(samples.slice(0, batch).flatMap((sample) => [...sample]));
}

async function reportNetworks(args: Arguments, progress: Progress): Promise<Report> {
  const densities = readList(args, 'density', (text) => parseDensity(text, 'density'));
  const { batches = [1], repeat } = readRuns(args);
  const variants = readVariants(args);
  const models = selectModels(args.get('names')?.split(','), densities);
  const folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-bench-'));
  try {
    progress(0, 'measuring the kernels');
    const machine = describeMachine(packageFolder());
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
      const child = ['one-network', '--names', path, '--batch', String(network.batch)];
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
    known.get(path) ?? (await measureInChild<Outcome<RegistrationFigures>>(['one-registration', '--names', path]));
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
  /** The density of its weights; undefined where the network has its own. */
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
    throw new InputError(`networks: unknown network '${name}'; ${hint} (a model file ends in .tern)`);
  });
}

const zooModel = (name: ZooName, density: number): Model => ({
  name,
  source: 'zoo',
  density,
  load: () => buildZooNetwork(name, { density }),
});

/** The folder of the example networks and their samples. */
const examplesFolder = (): string => join(packageFolder(), 'examples');

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
