// A program made of commands: it finds the command, parses its arguments and prints its report. Standard output carries
// the report, or with --json exactly one JSON object; standard error carries progress and the one line of an error.
// Exit codes: 0 done or valid, 1 the proof is invalid, 2 the command or a file is wrong.

import { InputError, MemoryError, UsageError } from '../errors.ts';
import { nearest, parseArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { packageVersion } from './package.ts';
import { printable, progressOn } from './terminal.ts';

/** Commands by name, each loaded when it is needed: `verify` does not need the ONNX reader. */
type Commands = Readonly<Record<string, () => Promise<Command>>>;

/** The names of a program, and its commands. */
export interface Program {
  /** The name in front of the line of an error. */
  readonly name: string;
  /** The text that a user types before the name of a command. */
  readonly prefix: string;
  /** First line of its help page. */
  readonly summary: string;
  /** Last lines of its help page. */
  readonly details: readonly string[];
  readonly commands: Commands;
  /** Commands that no help page lists: the program runs itself with them. */
  readonly internal?: Commands;
}

const COMMON_OPTIONS = {
  json: { help: 'print one JSON object; times in milliseconds, sizes in bytes' },
  help: { short: 'h', help: 'print this page' },
};

const HELP = ['help', '--help', '-h'];

/** Runs one command of the program in this process and sets the exit code. */
export async function runProgram(program: Program, args: readonly string[]): Promise<void> {
  const asJson = args.includes('--json');
  watchStreams(program);
  process.on('uncaughtException', (error) => process.exit(complain(program, error, asJson)));
  process.exitCode = await run(program, args, asJson).catch((error: unknown) => complain(program, error, asJson));
}

async function run(program: Program, args: readonly string[], asJson: boolean): Promise<number> {
  // --json may also come before the command
  const [first = 'help', ...rest] =
    args[0] === '--json' ? [...args.slice(1), ...args.slice(1, 2).fill('--json')] : args;
  const show = (name: string, text: string): number => print(asJson ? JSON.stringify({ [name]: text }) : text);
  if (first === '--version') return show('version', packageVersion());
  if (HELP.includes(first)) {
    const names = rest.filter((arg) => ![...HELP, '--json'].includes(arg));
    return show('help', await helpOn(program, names));
  }
  const command = await commandNamed(program, first);
  if (rest.includes('--help') || rest.includes('-h')) return show('help', help(program, command));
  const options = { ...command.options, ...COMMON_OPTIONS };
  const parsed = parseArguments(command.name, rest, options, command.positionals, program.prefix);
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

async function commandNamed({ prefix, commands, internal = {} }: Program, name: string): Promise<Command> {
  for (const list of [commands, internal]) {
    const load = Object.hasOwn(list, name) ? list[name] : undefined;
    if (load !== undefined) return load();
  }
  const near = nearest(name.replace(/^-+/, ''), Object.keys(commands));
  const hint = near === undefined ? `see ${prefix} --help` : `did you mean ${prefix} ${near}?`;
  throw new InputError(`unknown command '${name}'; ${hint}`);
}

/** Returns the help page of a command, or that of the program. */
async function helpOn(program: Program, [name, ...more]: readonly string[]): Promise<string> {
  if (more.length > 0) throw new InputError(`help: '${more[0]}' is one argument too many; name one command`);
  return name === undefined ? overview(program) : help(program, await commandNamed(program, name));
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

async function overview({ prefix, summary, commands, details }: Program): Promise<string> {
  const list = await Promise.all(Object.values(commands).map((load) => load()));
  return [
    summary,
    '',
    `usage: ${prefix} <command> …`,
    '',
    ...list.map((command) => `  ${command.name.padEnd(14)}${command.summary}`),
    '',
    ...details,
  ].join('\n');
}

function help({ prefix }: Program, { name, summary, positionals, options, required = [], details }: Command): string {
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
    `usage: ${prefix} ${[name, ...positionals, ...needed].join(' ')} [options]`,
    '',
    summary,
    ...details,
    '',
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
  ].join('\n');
}

/** Prints the one line of an error; returns exit code 2. */
function complain({ name }: Program, error: unknown, asJson: boolean): number {
  const message = printable(explain(error));
  if (asJson) process.stdout.write(`${JSON.stringify({ error: message })}\n`);
  process.stderr.write(`${name}: ${message}\n`);
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

/**
 * If the reader closes the pipe early, as head does, that is not an error. Any other failure is one, but not a
 * verdict: exit code 1 would say that a proof is invalid.
 */
function watchStreams({ name }: Program): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(
      `${name}: the output cannot be written: ${error.message}; free some space or write elsewhere\n`,
    );
    process.exit(2);
  });
  // progress and errors have no reader then; the exit code says how the command ended
  process.stderr.on('error', () => undefined);
}
