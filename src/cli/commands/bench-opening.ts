// bench opening: the opening of one committed ternary matrix against its nonzeros, each density in a fresh process.

import { totalmem } from 'node:os';
import { dirname } from 'node:path';
import { formatDensity, type LayerShape, memoryLimit, overLimit } from '../../bench/layer-cases.ts';
import { describeMachine, type Machine } from '../../bench/machine.ts';
import { MEMORY_CHOICES } from '../../bench/network-cases.ts';
import {
  benchOpening,
  estimateOpeningMs,
  fitOpenings,
  type OpeningCase,
  type OpeningFigures,
  type OpeningFit,
  type OpeningLine,
} from '../../bench/openings.ts';
import { runSuite, type SuiteResults } from '../../bench/suite.ts';
import type { Arguments } from '../arguments.ts';
import { measureInChild } from '../child.ts';
import type { Report } from '../command.ts';
import { examplesFolder } from '../package.ts';
import { count, duration, type Progress, size, table } from '../terminal.ts';
import { parseDensity, parseShape, readRuns } from './bench-layers.ts';
import { readChoices } from './bench-networks.ts';

/** The options that it reads. */
export const OPENING_OPTIONS: readonly string[] = ['sizes', 'densities', 'memory', 'repeat'];

/** 2²² entries, densities from 1 to 1/64. */
const SHAPES: readonly LayerShape[] = [{ outputs: 2048, inputs: 2048 }];
const DENSITIES: readonly number[] = [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64];

/** A committed entry, encoded and hashed, and what encodes it. */
const BYTES_PER_ENTRY = 64;

type Results = SuiteResults<OpeningCase, OpeningFigures>;

export async function reportOpening(args: Arguments, progress: Progress): Promise<Report> {
  const { repeat } = readRuns(args);
  const cases = readCases(args);
  progress(0, 'measuring the kernels');
  const machine = describeMachine(dirname(examplesFolder()));
  const limit = memoryLimit(totalmem());
  const results = await runSuite<OpeningCase, OpeningFigures>(
    cases,
    {
      describe: describeCase,
      estimateMs: estimateOpeningMs,
      reasonToSkip: ({ outputs, inputs }) => overLimit(150e6 + BYTES_PER_ENTRY * outputs * inputs, limit),
      run(one) {
        const child = ['bench', 'one-opening', '--sizes', `${one.outputs}x${one.inputs}`];
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

/** The one case of a child process. */
export async function reportOneOpening(args: Arguments): Promise<Report> {
  const figures = await benchOpening(readCases(args)[0], readRuns(args).repeat);
  return { json: figures, lines: [JSON.stringify(figures)] };
}

function readCases(args: Arguments): OpeningCase[] {
  const shapes = args.get('sizes')?.split(',').map(parseShape) ?? SHAPES;
  const densities =
    args
      .get('densities')
      ?.split(',')
      .map((text) => parseDensity(text)) ?? DENSITIES;
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
