// kernels: nanoseconds of each operation of the engines, in this process.

import type { Command, Report } from '../../src/cli/command.ts';
import { count, duration, table } from '../../src/cli/terminal.ts';
import { benchKernels } from '../kernels/kernels.ts';

export const kernelsCommand: Command = {
  name: 'kernels',
  summary: 'nanoseconds of each operation, in WebAssembly and in JavaScript',
  positionals: [],
  options: {},
  details: ['Medians after warm-up, one thread, in this process.'],
  run: async () => reportKernels(),
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
