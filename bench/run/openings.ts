// openings: the opening of one committed ternary matrix against its nonzeros, each density in a fresh process.

import { totalmem } from 'node:os';
import type { Arguments } from '../../src/cli/arguments.ts';
import type { Command, Report } from '../../src/cli/command.ts';
import { packageFolder } from '../../src/cli/package.ts';
import { count, duration, type Progress, size, table } from '../../src/cli/terminal.ts';
import { formatDensity, type LayerShape } from '../layers/cases.ts';
import { memoryLimit, overLimit } from '../measure/memory.ts';
import { MEMORY_CHOICES } from '../networks/cases.ts';
import {
  benchOpening,
  estimateOpeningMs,
  fitOpenings,
  type OpeningCase,
  type OpeningFigures,
  type OpeningFit,
  type OpeningLine,
} from '../openings/openings.ts';
import { measureInChild } from './child.ts';
import { describeMachine, type Machine } from './machine.ts';
import {
  densitiesOption,
  MEMORY_OPTION,
  parseDensity,
  parseShape,
  REPEAT_OPTION,
  readChoices,
  readList,
  readRuns,
  sizesOption,
} from './options.ts';
import { runSuite, type SuiteResults } from './suite.ts';

/** 2²² entries, densities from 1 to 1/64. */
const SHAPES: readonly LayerShape[] = [{ outputs: 2048, inputs: 2048 }];
const DENSITIES: readonly number[] = [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64];

/** A committed entry, encoded and hashed, and what encodes it. */
const BYTES_PER_ENTRY = 64;

type Results = SuiteResults<OpeningCase, OpeningFigures>;

const OPTIONS = {
  sizes: sizesOption(SHAPES),
  densities: densitiesOption(DENSITIES),
  memory: MEMORY_OPTION,
  repeat: REPEAT_OPTION,
};

export const openingsCommand: Command = {
  name: 'openings',
  summary: 'what a commitment adds to a proof: one committed ternary matrix against its nonzeros',
  positionals: [],
  options: OPTIONS,
  details: ['The weights are synthetic, from a fixed seed. Each case is measured in a process of its own.'],
  run: reportOpenings,
};

/** One case in this process; the suite starts it. */
export const oneOpeningCommand: Command = {
  name: 'one-opening',
  summary: 'one case of openings in this process',
  positionals: [],
  options: OPTIONS,
  details: [],
  run: reportOneOpening,
};

async function reportOpenings(args: Arguments, progress: Progress): Promise<Report> {
  const { repeat } = readRuns(args);
  const cases = readCases(args);
  progress(0, 'measuring the kernels');
  const machine = describeMachine(packageFolder());
  const limit = memoryLimit(totalmem());
  const results = await runSuite<OpeningCase, OpeningFigures>(
    cases,
    {
      describe: describeCase,
      estimateMs: estimateOpeningMs,
      reasonToSkip: ({ outputs, inputs }) => overLimit(150e6 + BYTES_PER_ENTRY * outputs * inputs, limit),
      run(one) {
        const child = ['one-opening', '--sizes', `${one.outputs}x${one.inputs}`];
        child.push('--densities', String(one.density), '--memory', one.memory);
        if (repeat !== undefined) child.push('--repeat', String(repeat));
        return measureInChild<OpeningFigures>(child);
      },
    },
    progress,
  );
  const { measured: openings, skipped } = results;
  const fits = fitOpenings(openings, machine.gatherNs);
  return { json: { openings, skipped, fits, machine }, lines: describe(results, fits, machine) };
}

async function reportOneOpening(args: Arguments): Promise<Report> {
  const figures = await benchOpening(readCases(args)[0], readRuns(args).repeat);
  return { json: figures, lines: [JSON.stringify(figures)] };
}

function readCases(args: Arguments): OpeningCase[] {
  const shapes = readList(args, 'sizes', parseShape) ?? SHAPES;
  const densities = readList(args, 'densities', (text) => parseDensity(text)) ?? DENSITIES;
  const memories = readChoices(args, 'memory', MEMORY_CHOICES);
  return shapes.flatMap((shape) =>
    memories.flatMap((memory) => densities.map((density) => ({ ...shape, density, memory }))),
  );
}

const describeCase = ({ outputs, inputs, density, memory }: OpeningCase): string =>
  `${outputs}x${inputs}, ${formatDensity(density)}, ${memory} memory`;

function describe({ measured, skipped }: Results, fits: readonly OpeningFit[], machine: Machine): string[] {
  return [
    `${machine.cpu}, Node ${machine.node}: one nonzero of a gather ${machine.gatherNs.toFixed(2)} ns`,
    '',
    ...table(
      [
        'matrix',
        'density',
        'memory',
        'nonzeros',
        'opening',
        'quartiles',
        'claim',
        'vector',
        'reading',
        'work',
        'verify',
        'proof',
      ],
      measured.map((one) => [
        `${one.outputs}x${one.inputs}`,
        formatDensity(one.density),
        one.memory,
        count(one.nnz),
        duration(one.openMs),
        `${duration(one.openLowerQuartileMs)} to ${duration(one.openUpperQuartileMs)}`,
        duration(one.claimMs),
        duration(one.vectorMs),
        duration(one.readMs),
        duration(one.workMs),
        duration(one.verifyMs),
        size(one.proofBytes),
      ]),
    ),
    ...(fits.length === 0 ? [] : ['']),
    ...fits.flatMap(({ outputs, inputs, memory, reading, ...whole }) => [
      `${outputs}x${inputs}, ${memory} memory: opening ${describeLine(whole)}`,
      `${' '.repeat(4)}of which what looks at the weights ${describeLine(reading)}`,
    ]),
    ...(skipped.length === 0 ? [] : ['', 'not measured:']),
    ...skipped.map((one) => `  ${describeCase(one)}: ${one.reason}`),
  ];
}

const describeLine = ({ fixedMs, nsPerNonzero, gathersPerNonzero, rSquared }: OpeningLine): string =>
  `${fixedMs.toFixed(1)} ms + ${nsPerNonzero.toFixed(2)} ns per nonzero (${gathersPerNonzero.toFixed(1)} gathers), ` +
  `R² ${rSquared.toFixed(4)}`;
