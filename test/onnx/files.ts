// The example files, and small helpers that several tests share.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzip, readArray, readLabels, splitIntegerSamples } from '../../src/data/index.ts';

const examples = join(import.meta.dirname, '../../examples');

export const exampleBytes = (name: string): Uint8Array => new Uint8Array(readFileSync(join(examples, name)));

export const exampleModel = (name: string): Promise<Uint8Array> => gunzip(exampleBytes(name), name);

/** The files beside an example model. */
export function exampleReference(name: string): {
  readonly input: { readonly shape: readonly number[]; readonly scale: number; readonly mean: number };
  readonly logits: readonly (readonly number[])[];
} {
  return JSON.parse(readFileSync(join(examples, name), 'utf8'));
}

/** The example digits or clothes, pixels of 0 to 255, and their labels. */
export async function exampleSamples(
  data: 'digits' | 'fashion',
): Promise<{ samples: Int32Array[]; labels: Int32Array }> {
  const [images, labels] = [`${data}-images-idx3-ubyte.gz`, `${data}-labels-idx1-ubyte.gz`];
  const samples = splitIntegerSamples(await readArray(exampleBytes(images), images), [28, 28], images);
  return { samples, labels: await readLabels(exampleBytes(labels), labels) };
}

/** Numbers that look random and are the same on every run. */
export function* pseudoRandom(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    yield (state >>> 8) / 2 ** 24;
  }
}
