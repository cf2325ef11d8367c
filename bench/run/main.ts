// The command line of the benchmarks: its commands. scripts/bench.mjs compiles and starts it.

import { runProgram } from '../../src/cli/program.ts';
import { kernelsCommand } from './kernels.ts';
import { layersCommand, oneLayerCommand } from './layers.ts';
import { networksCommand, oneNetworkCommand, oneRegistrationCommand } from './networks.ts';
import { oneOpeningCommand, openingsCommand } from './openings.ts';
import { scalarsCommand } from './scalars.ts';

await runProgram(
  {
    name: 'bench',
    prefix: 'npm run bench --',
    summary: 'Measures ternary-gkr on this machine: kernels, scalars, single layers, whole networks, openings.',
    details: [
      'npm run bench -- report [results.json] [folder] writes docs/benchmarks.md and its pictures from what layers --json,',
      'networks --json and openings --json print.',
      'npm run bench -- help <command> says more. With npm run --silent bench, standard output has the report alone.',
      'Exit codes: 0 done, 2 the command or a file is wrong.',
    ],
    commands: {
      kernels: async () => kernelsCommand,
      scalars: async () => scalarsCommand,
      layers: async () => layersCommand,
      networks: async () => networksCommand,
      openings: async () => openingsCommand,
    },
    internal: {
      'one-layer': async () => oneLayerCommand,
      'one-network': async () => oneNetworkCommand,
      'one-registration': async () => oneRegistrationCommand,
      'one-opening': async () => oneOpeningCommand,
    },
  },
  process.argv.slice(2),
);
