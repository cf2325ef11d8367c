#!/usr/bin/env node
// The command line. Standard output carries the report, or with --json exactly one JSON object; standard
// error carries progress and the one line of an error. Exit codes: 0 done or valid, 1 the proof is invalid,
// 2 the command or a file is wrong.

import { InputError, MemoryError, UsageError } from '../errors.ts';
import { nearest, parseArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { packageVersion } from './package.ts';
import { printable, progressOn } from './terminal.ts';

/** Loaded when needed: `verify` does not need the ONNX reader. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  import: async () => (await import('./commands/import.ts')).importCommand,
  inspect: async () => (await import('./commands/inspect.ts')).inspectCommand,
  eval: async () => (await import('./commands/eval.ts')).evalCommand,
  register: async () => (await import('./commands/register.ts')).registerCommand,
  'verify-model': async () => (await import('./commands/verify-model.ts')).verifyModelCommand,
  commit: async () => (await import('./commands/commit.ts')).commitCommand,
  prove: async () => (await import('./commands/prove.ts')).proveCommand,
  verify: async () => (await import('./commands/verify.ts')).verifyCommand,
  bench: async () => (await import('./commands/bench.ts')).benchCommand,
};

const COMMON_OPTIONS = {
  json: { help: 'print one JSON object; times in milliseconds, sizes in bytes' },
  help: { short: 'h', help: 'print this page' },
};

const HELP = ['help', '--help', '-h'];

async function main(args: readonly string[]): Promise<number> {
  const asJson = args.includes('--json');
  // --json may also come before the command
  const [first = 'help', ...rest] =
    args[0] === '--json' ? [...args.slice(1), ...args.slice(1, 2).fill('--json')] : args;
  const show = (name: string, text: string): number => print(asJson ? JSON.stringify({ [name]: text }) : text);
  if (first === '--version') return show('version', packageVersion());
  if (HELP.includes(first)) return show('help', await helpOn(rest.filter((arg) => ![...HELP, '--json'].includes(arg))));
  const command = await commandNamed(first);
  if (rest.includes('--help') || rest.includes('-h')) return show('help', help(command));
  const parsed = parseArguments(command.name, rest, { ...command.options, ...COMMON_OPTIONS }, command.positionals);
  const progress = progressOn(process.stderr);
  try {
    const report = await command.run(parsed, progress.update);
    progress.clear();
    print(parsed.has('json') ? JSON.stringify(report.json) : report.lines.map(printable).join('\n'));
    return report.invalid === true ? 1 : 0;
  } finally {
    progress.clear();
  }
}

async function commandNamed(name: string): Promise<Command> {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load !== undefined) return load();
  const near = nearest(name.replace(/^-+/, ''), Object.keys(COMMANDS));
  const hint = near === undefined ? 'see ternary-gkr --help' : `did you mean ternary-gkr ${near}?`;
  throw new InputError(`unknown command '${name}'; ${hint}`);
}

/** Returns the help page of a command, or that of the program. */
async function helpOn([name, ...more]: readonly string[]): Promise<string> {
  if (more.length > 0) throw new InputError(`help: '${more[0]}' is one argument too many; name one command`);
  return name === undefined ? overview() : help(await commandNamed(name));
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

async function overview(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  return [
    'ternary-gkr proves that a sparse ternary neural network was run correctly on an input.',
    '',
    'usage: ternary-gkr <command> …',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`),
    '',
    'ternary-gkr help <command> says more; --version prints the version.',
    'Exit codes: 0 done or valid, 1 the proof is invalid, 2 the command or a file is wrong.',
  ].join('\n');
}

function help({ name, summary, positionals, options, required = [], details }: Command): string {
  const rows = Object.entries({ ...options, ...COMMON_OPTIONS } as Command['options']).map(
    ([option, { value, short, help }]) =>
      [
        `${short === undefined ? '    ' : `-${short}, `}--${option}${value === undefined ? '' : ` ${value}`}`,
        help,
      ] as const,
  );
  const width = Math.max(...rows.map(([left]) => left.length));
  const needed = required.map((option) => `--${option} ${options[option]?.value ?? ''}`);
  return [
    `usage: ternary-gkr ${[name, ...positionals, ...needed].join(' ')} [options]`,
    '',
    summary,
    ...details,
    '',
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
  ].join('\n');
}

/** Prints the one line of an error; returns exit code 2. */
function complain(error: unknown, asJson: boolean): number {
  const message = printable(explain(error));
  if (asJson) process.stdout.write(`${JSON.stringify({ error: message })}\n`);
  process.stderr.write(`ternary-gkr: ${message}\n`);
  return 2;
}

function explain(error: unknown): string {
  if (error instanceof InputError || error instanceof UsageError || error instanceof MemoryError) return error.message;
  // an array of V8's own, not of the engine's memory
  if (error instanceof RangeError && /allocation failed|Invalid (typed )?array (buffer )?length/.test(error.message)) {
    return `there is not enough memory (${error.message}); take fewer samples at once, or prove with --memory low`;
  }
  return `unexpected ${String(error)}; please report it with the command`;
}

// If the reader closes the pipe early, as head does, that is not an error. Any other failure is one, but not a verdict:
// exit code 1 would say that a proof is invalid.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(
    `ternary-gkr: the output cannot be written: ${error.message}; free some space or write elsewhere\n`,
  );
  process.exit(2);
});

// Progress and errors have no reader then; the exit code says how the command ended.
process.stderr.on('error', () => undefined);

const args = process.argv.slice(2);
process.on('uncaughtException', (error) => process.exit(complain(error, args.includes('--json'))));
process.exitCode = await main(args).catch((error: unknown) => complain(error, args.includes('--json')));
