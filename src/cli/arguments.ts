// The arguments of the command line: options by their table, positionals, and the values in them. Everything
// that does not fit is an InputError that names the option and shows a valid value.

import { parseArgs } from 'node:util';
import { InputError } from '../errors.ts';

/** One option of a command. */
export interface OptionSpec {
  /** The value as help shows it, `<file>`; an option without one is a switch. */
  readonly value?: string;
  readonly short?: string;
  readonly help: string;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** Parsed arguments of a command. */
export interface Arguments {
  readonly positionals: readonly string[];
  /** The value of an option; undefined if it was not given. */
  get(name: string): string | undefined;
  /** The value of an option. @throws InputError if it was not given */
  need(name: string): string;
  /** Whether a switch was given. */
  has(name: string): boolean;
}

/**
 * @param command - its name, for messages
 * @param prefix - what a user types before it, for messages
 * @throws InputError for an unknown option, a repeated one, a missing value or a wrong number of positionals
 */
export function parseArguments(
  command: string,
  args: readonly string[],
  table: OptionTable,
  positionals: readonly string[],
  prefix = 'ternary-gkr',
): Arguments {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {};
  for (const [name, { value, short }] of Object.entries(table)) {
    options[name] = { type: value === undefined ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) };
  }
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
  const values = new Map<string, string>();
  const given: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') given.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(table, token.name) ? table[token.name] : undefined;
    if (spec === undefined) throw unknownOption(command, token.rawName, Object.keys(table), prefix);
    if (values.has(token.name)) throw new InputError(`${token.rawName} is given twice; leave one out`);
    if (
      spec.value !== undefined &&
      (token.value === undefined || token.value === '' || (!token.inlineValue && token.value.startsWith('--')))
    ) {
      throw new InputError(`${token.rawName} needs a value: ${token.rawName} ${spec.value}`);
    }
    if (spec.value === undefined && token.value !== undefined) throw new InputError(`${token.rawName} takes no value`);
    values.set(token.name, token.value ?? '');
  }
  if (given.length < positionals.length) {
    throw new InputError(`${command}: ${positionals[given.length]} is missing; see ${prefix} ${command} --help`);
  }
  if (given.length > positionals.length) {
    throw new InputError(
      `${command}: '${given[positionals.length]}' is one argument too many; see ${prefix} ${command} --help`,
    );
  }
  return {
    positionals: given,
    get: (name) => values.get(name),
    need(name) {
      const value = values.get(name);
      if (value !== undefined) return value;
      throw new InputError(`${command}: --${name} ${table[name]?.value ?? ''} is missing; it is ${table[name]?.help}`);
    },
    has: (name) => values.has(name),
  };
}

function unknownOption(command: string, rawName: string, names: readonly string[], prefix: string): InputError {
  const near = nearest(rawName.replace(/^-+/, ''), names);
  const hint = near === undefined ? `see ${prefix} ${command} --help` : `did you mean --${near}?`;
  return new InputError(`${command}: unknown option ${rawName}; ${hint}`);
}

/** Returns the candidate with the fewest edits from `word`, if they are few. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const scored = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = scored;
  return best !== undefined && best.distance <= Math.max(1, best.candidate.length / 2) ? best.candidate : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const FRACTION = new RegExp(`^(${NUMBER})(?:/(${NUMBER}))?$`);

/** Parses a number or a fraction such as 1/255. */
export function parseReal(option: string, text: string): number {
  const match = FRACTION.exec(text.trim());
  const value = match === null ? Number.NaN : Number(match[1]) / Number(match[2] ?? 1);
  if (!Number.isFinite(value)) {
    throw new InputError(`--${option} '${text}' is not a number; write one such as 0.5 or 1/255`);
  }
  return value;
}

/** Parses an integer in [min, max]. */
export function parseInteger(option: string, text: string, min: number, max: number): number {
  const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw new InputError(`--${option} '${text}' is not an integer from ${min} to ${max}`);
  }
  return value;
}

/** Parses two integers as `0..255`, both included. */
export function parseRange(option: string, text: string): readonly [number, number] {
  const match = /^([+-]?\d+)\.\.([+-]?\d+)$/.exec(text.trim());
  const [from, to] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || !Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from > to) {
    throw new InputError(`--${option} '${text}' is not a range; write two integers such as 0..9, the smaller first`);
  }
  return [from, to];
}

/** Returns the indices that `i` or `i..j` (both included) names among `count` samples. */
export function parseIndices(option: string, text: string, count: number): number[] {
  const match = /^([+-]?\d+)(?:\.\.([+-]?\d+))?$/.exec(text.trim());
  const from = Number(match?.[1]);
  const to = Number(match?.[2] ?? from);
  const has = `the data has ${count} samples, with indices from 0 to ${count - 1}`;
  if (match === null || from > to) {
    throw new InputError(`--${option} '${text}' is not an index or a range such as 0..9; ${has}`);
  }
  if (from < 0 || to >= count) throw new InputError(`--${option} ${text} is not in the data: ${has}`);
  return Array.from({ length: to - from + 1 }, (_, k) => from + k);
}
