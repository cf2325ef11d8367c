// Fields, engines and generators that every protocol test runs over.

import fc from 'fast-check';
import { createArrayEngine } from '../../src/field/array-engine.ts';
import type { Engine } from '../../src/field/engine.ts';
import type { Field } from '../../src/field/field.ts';
import { bn254, koalaBear } from '../../src/field/index.ts';
import { createKoalaBearEngine } from '../../src/field/koalabear-engine.ts';
import { seeded } from '../../src/testing/random.ts';

export { seeded };

/** A field whose element type the test does not care about. */
export type AnyField = Field<unknown>;

/** Name, field and a fresh engine. */
export const settings: readonly [string, AnyField, () => Engine<unknown>][] = [
  ['KoalaBear, wasm', koalaBear as AnyField, () => createKoalaBearEngine() as Engine<unknown>],
  ['KoalaBear, js', koalaBear as AnyField, () => createKoalaBearEngine({ kernels: 'js' }) as Engine<unknown>],
  ['KoalaBear, reference', koalaBear as AnyField, () => createArrayEngine(koalaBear as AnyField)],
  ['BN254, reference', bn254 as AnyField, () => createArrayEngine(bn254 as AnyField)],
];

/** Uniform elements, with 0, 1 and −1 now and then. */
export function element(field: AnyField): fc.Arbitrary<unknown> {
  const coordinate = fc.oneof(
    { weight: 4, arbitrary: fc.bigInt({ min: 0n, max: field.characteristic - 1n }) },
    { weight: 1, arbitrary: fc.constantFrom(0n, 1n, field.characteristic - 1n) },
  );
  return fc
    .array(coordinate, { minLength: field.degree, maxLength: field.degree })
    .map((coefficients) => field.fromCoefficients(coefficients));
}

/** Vectors of exactly `length` elements. */
export function elements(field: AnyField, length: number): fc.Arbitrary<unknown[]> {
  return fc.array(element(field), { minLength: length, maxLength: length });
}

/** Pseudo-random elements from a seed. */
export function seededElements(field: AnyField, length: number, seed: number): unknown[] {
  const random = seeded(seed);
  return Array.from({ length }, () =>
    field.fromCoefficients(Array.from({ length: field.degree }, () => random(2 ** 30))),
  );
}
