// The shape of a command: a table of options and a function from arguments to a report. program.ts prints the
// report, as text or as one JSON object, and sets the exit code.

import type { Arguments, OptionTable } from './arguments.ts';
import type { Progress } from './terminal.ts';

/** The result of a command. */
export interface Report {
  /** The one JSON object of `--json`. */
  readonly json: object;
  /** The same as text. */
  readonly lines: readonly string[];
  /** The proof is invalid: exit code 1. */
  readonly invalid?: boolean;
}

/** One command of the program. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Positional arguments, as in `<model.tern>`. */
  readonly positionals: readonly string[];
  readonly options: OptionTable;
  /** Names of options that must be given; `--help` puts them on the usage line. */
  readonly required?: readonly string[];
  /** More lines for `--help`. */
  readonly details: readonly string[];
  run(args: Arguments, progress: Progress): Promise<Report>;
}
