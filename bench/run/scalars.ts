// scalars: nanoseconds of scalar operations and of the channel, in this process.

import type { Command } from '../../src/cli/command.ts';
import { count, table } from '../../src/cli/terminal.ts';
import { benchScalars } from '../scalars/scalars.ts';

export const scalarsCommand: Command = {
  name: 'scalars',
  summary: 'nanoseconds of scalar operations and of rounds of the channel, of every field',
  positionals: [],
  options: {},
  details: ['Medians after warm-up, one thread, in this process: what a verifier pays for.'],
  async run() {
    const scalars = await benchScalars();
    return {
      json: { scalars },
      lines: table(
        ['operation', 'median', 'samples'],
        scalars.map(({ name, medianNs, samples }) => [name, `${count(Math.round(medianNs))} ns`, count(samples)]),
      ),
    };
  },
};
