#!/usr/bin/env node
// The command line: its commands.

import { runProgram } from './program.ts';

await runProgram(
  {
    name: 'ternary-gkr',
    prefix: 'ternary-gkr',
    summary: 'ternary-gkr proves that a sparse ternary neural network was run correctly on an input.',
    details: [
      'ternary-gkr help <command> says more; --version prints the version.',
      'Exit codes: 0 done or valid, 1 the proof is invalid, 2 the command or a file is wrong.',
    ],
    commands: {
      import: async () => (await import('./commands/import.ts')).importCommand,
      inspect: async () => (await import('./commands/inspect.ts')).inspectCommand,
      eval: async () => (await import('./commands/eval.ts')).evalCommand,
      register: async () => (await import('./commands/register.ts')).registerCommand,
      'verify-model': async () => (await import('./commands/verify-model.ts')).verifyModelCommand,
      commit: async () => (await import('./commands/commit.ts')).commitCommand,
      prove: async () => (await import('./commands/prove.ts')).proveCommand,
      verify: async () => (await import('./commands/verify.ts')).verifyCommand,
    },
  },
  process.argv.slice(2),
);
