// Options that several benchmarks share: what they mean, and what is read from them.

import { type Arguments, type OptionSpec, parseInteger, parseReal } from '../../src/cli/arguments.ts';
import { InputError } from '../../src/errors.ts';
import { formatDensity, type LayerShape } from '../layers/cases.ts';

const MAX_SIZE = 2 ** 15;
const MAX_BATCH = 2 ** 12;
const MAX_REPEAT = 10_000;

export const BATCH_OPTION: OptionSpec = { value: '<b,…>', help: 'inputs per proof; 1 unless given' };

export const REPEAT_OPTION: OptionSpec = {
  value: '<n>',
  help: 'proofs to measure per case; as many as fit a second or two unless given',
};

export const MEMORY_OPTION: OptionSpec = {
  value: '<a,b>',
  help: 'high keeps encoded weights between proofs, low encodes them again; high unless given',
};

/** @param shapes - those of a run without this option */
export const sizesOption = (shapes: readonly LayerShape[]): OptionSpec => ({
  value: '<n,m×n,…>',
  help: `outputs x inputs, or one number for a square; ${shapes.map(formatShape).join(',')} unless given`,
});

/** @param densities - those of a run without this option */
export const densitiesOption = (densities: readonly number[]): OptionSpec => ({
  value: '<d,…>',
  help: `expected shares of nonzero weights; ${densities.map(formatDensity).join(',')} unless given`,
});

/** The values of an option that is a list with commas; undefined if it was not given. */
export const readList = <T>(args: Arguments, option: string, parse: (text: string) => T): readonly T[] | undefined =>
  args
    .get(option)
    ?.split(',')
    .map((text) => parse(text));

/** `4096`, or outputs before inputs as in `6912x2560`. */
export function parseShape(text: string): LayerShape {
  const sizes = text.split(/[x×]/);
  if (sizes.length > 2) throw new InputError(`--sizes '${text}' is not a shape; write one such as 4096 or 6912x2560`);
  const [outputs, inputs = outputs] = sizes.map((part) => parseInteger('sizes', part, 1, MAX_SIZE));
  return { outputs, inputs };
}

/** The text that `parseShape` reads. */
export function formatShape({ outputs, inputs }: LayerShape): string {
  return outputs === inputs ? String(outputs) : `${outputs}x${inputs}`;
}

/** A number or a fraction in (0, 1]. */
export function parseDensity(text: string, option = 'densities'): number {
  const density = parseReal(option, text);
  if (density > 0 && density <= 1) return density;
  throw new InputError(`--${option} '${text}' is not a share; write numbers above 0 and up to 1, such as 1/16`);
}

/** Batches and repeats, if they are given. */
export function readRuns(args: Arguments): {
  readonly batches: readonly number[] | undefined;
  readonly repeat: number | undefined;
} {
  const repeat = args.get('repeat');
  return {
    batches: readList(args, 'batch', (text) => parseInteger('batch', text, 1, MAX_BATCH)),
    repeat: repeat === undefined ? undefined : parseInteger('repeat', repeat, 1, MAX_REPEAT),
  };
}

/** Some of a few words, separated by commas; the first of them unless given. */
export function readChoices<T extends string>(args: Arguments, option: string, known: readonly T[]): readonly T[] {
  const words = args.get(option)?.split(',') ?? [known[0]];
  return words.map((word) => {
    const choice = known.find((name) => name === word);
    if (choice !== undefined) return choice;
    throw new InputError(`--${option} '${word}' is not known; write ${known.join(', ')}, or several with commas`);
  });
}
