// bench: the kernels in this process; layers, networks and openings each in a fresh process of its own.

import { benchKernels } from '../../bench/kernels.ts';
import { InputError } from '../../errors.ts';
import type { Arguments } from '../arguments.ts';
import type { Command, Report } from '../command.ts';
import { count, duration, type Progress, table } from '../terminal.ts';
import { LAYER_OPTIONS, reportLayers, reportOneLayer } from './bench-layers.ts';
import { NETWORK_OPTIONS, reportNetworks, reportOneNetwork, reportOneRegistration } from './bench-networks.ts';
import { OPENING_OPTIONS, reportOneOpening, reportOpening } from './bench-opening.ts';

interface Benchmark {
  /** The options that it knows. */
  readonly options: readonly string[];
  run(args: Arguments, progress: Progress): Report | Promise<Report>;
}

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  kernels: { options: [], run: reportKernels },
  layers: { options: Object.keys(LAYER_OPTIONS), run: reportLayers },
  networks: { options: [...Object.keys(NETWORK_OPTIONS), 'batch', 'repeat'], run: reportNetworks },
  opening: { options: OPENING_OPTIONS, run: reportOpening },
  // how these start themselves
  'one-layer': { options: Object.keys(LAYER_OPTIONS), run: reportOneLayer },
  'one-network': { options: ['names', 'batch', 'repeat', 'weights', 'memory'], run: reportOneNetwork },
  'one-opening': { options: OPENING_OPTIONS, run: reportOneOpening },
  'one-registration': { options: ['names'], run: reportOneRegistration },
};

const OPTIONS = { ...NETWORK_OPTIONS, ...LAYER_OPTIONS };

export const benchCommand: Command = {
  name: 'bench',
  summary: 'measure this machine: kernels, single layers, or whole networks',
  positionals: ['<kernels|layers|networks|opening>'],
  options: OPTIONS,
  details: [
    'kernels: nanoseconds of each operation, in WebAssembly and in JavaScript.',
    'layers: one layer by each method that has a prover, on seeded synthetic weights; a short run of some',
    '  minutes unless options say otherwise. What would not fit in memory is skipped, and said so.',
    'networks: examples, model files, and published shapes with seeded synthetic weights; a name of both, lenet5, is',
    '  the example unless --density is given. Median times of one thread after warm-up; cold is the first proof.',
    '  --weights committed measures proofs against a commitment, and the registration that makes it.',
    'opening: what a commitment adds to a proof: one committed ternary matrix, against its nonzero weights.',
    'Each layer, network and opening is measured in a process of its own.',
  ],
  async run(args, progress) {
    const [what] = args.positionals;
    const benchmark = Object.hasOwn(BENCHMARKS, what) ? BENCHMARKS[what] : undefined;
    if (benchmark === undefined) {
      throw new InputError(`bench: '${what}' cannot be measured; write kernels, layers, networks or opening`);
    }
    for (const option of Object.keys(OPTIONS)) {
      if (!args.has(option) || benchmark.options.includes(option)) continue;
      throw new InputError(`bench ${what}: --${option} belongs to another benchmark; leave it out`);
    }
    return benchmark.run(args, progress);
  },
};

function reportKernels(): Report {
  const kernels = benchKernels();
  return {
    json: { kernels },
    lines: table(
      ['kernel', 'engine', 'one operation'],
      kernels.map(({ name, engine, nsPerOp }) => [name, engine, nanoseconds(nsPerOp)]),
    ),
  };
}

function nanoseconds(value: number): string {
  return value < 1e6 ? `${count(Number(value.toPrecision(3)))} ns` : duration(value / 1e6);
}
