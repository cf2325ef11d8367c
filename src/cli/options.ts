// Options that several commands share.

import { InputError } from '../errors.ts';
import { createKoalaBearEngine } from '../field/koalabear-engine.ts';
import type { EngineChoice } from '../network/run/engines.ts';
import type { Arguments } from './arguments.ts';

export const ENGINE_OPTION = { value: '<wasm|js>', help: 'the engine; the fastest available one unless given' };

export const DATA_OPTION = { value: '<data>', help: 'samples as stored integers: IDX, .npy or JSON, plain or gzip' };

/** The sentence of every help page about commitments. */
export const BINDS = 'A commitment binds; it does not hide: an opening reveals encoded values.';

/** Returns the engine, if one was asked for. */
export function engineOption(args: Arguments): { readonly engine?: EngineChoice } {
  const engine = choice(args, 'engine', ['wasm', 'js']);
  return engine === undefined ? {} : { engine };
}

/** Returns the engine of this choice, and a line about it where WebAssembly is missing or forbidden. */
export function engineInUse({ engine }: { readonly engine?: EngineChoice }): {
  readonly engine: EngineChoice;
  readonly lines: readonly string[];
} {
  const { name } = createKoalaBearEngine({
    ...(engine === undefined ? {} : { kernels: engine }),
    maximumBytes: 65_536,
  });
  const isForced = engine === undefined && name === 'js';
  const line = 'engine    js: WebAssembly with 128-bit vectors is not available here; the same proof, more slowly';
  return { engine: name, lines: isForced ? [line] : [] };
}

/** Returns the value of an option that is one of a few words. */
export function choice<W extends string>(args: Arguments, option: string, words: readonly W[]): W | undefined {
  const text = args.get(option);
  const word = words.find((each) => each === text);
  if (word !== undefined || text === undefined) return word;
  throw new InputError(`--${option} '${text}' is not known; write ${words.join(' or ')}`);
}
