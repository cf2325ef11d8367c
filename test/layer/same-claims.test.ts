// All methods are about one relation, a = W·x: over random shapes, densities and batches each proves and verifies the same
// statement, and each refuses the same false ones, whether the prover knew that they were false or not.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { bn254, createArrayEngine, createKoalaBearEngine, type Engine, koalaBear } from '../../src/field/index.ts';
import {
  LAYER_METHODS,
  layerOutput,
  prepareLayer,
  proveLayerStatement,
  verifyLayerStatement,
} from '../../src/layer/index.ts';
import { type TernaryMatrix, ternaryDigest, ternaryFromDense } from '../../src/sparse/ternary-matrix.ts';
import type { AnyField } from '../support/fields.ts';
import { randomLayer } from './layers.ts';

const settings: readonly [string, AnyField, () => Engine<unknown>, number][] = [
  ['KoalaBear', koalaBear as AnyField, () => createKoalaBearEngine() as Engine<unknown>, 80],
  ['BN254', bn254 as AnyField, () => createArrayEngine(bn254 as AnyField), 9],
];

describe.each(settings)('over %s', (_name, field, createEngine, most) => {
  const engine = createEngine();
  const shapes = fc.record({
    rows: fc.integer({ min: 1, max: most }),
    columns: fc.integer({ min: 1, max: most }),
    batch: fc.integer({ min: 1, max: 4 }),
    planned: fc.integer({ min: 1, max: 4 }),
    density: fc.constantFrom(0, 0.1, 0.5, 1),
    seed: fc.nat(),
  });

  it('every method accepts what is true and refuses what is false (property)', () => {
    fc.assert(
      fc.property(shapes, ({ rows, columns, batch, planned, density, seed }) => {
        const { weights, entries, input, output } = randomLayer(rows, columns, batch, density, seed);
        const plusOne = (values: Int32Array): Int32Array =>
          values.map((value, k) => (k === seed % values.length ? value + 1 : value));
        const otherEntries = entries.map((entry, k) => (k === seed % entries.length ? (entry === 1 ? 0 : 1) : entry));
        const otherWeights = ternaryFromDense(otherEntries, rows, columns);
        const isFalse = (w: TernaryMatrix, x: Int32Array): boolean =>
          layerOutput(w, x).some((value, k) => value !== output[k]);
        for (const method of LAYER_METHODS) {
          const mark = engine.mark();
          const layer = prepareLayer(engine, method, weights, planned);
          const honest = proveLayerStatement(engine, layer, input);
          expect(honest.output).toEqual(output);
          const lied = proveLayerStatement(engine, layer, input, { output: plusOne(output) });
          engine.release(mark);
          const isBelieved = (proof: Uint8Array, x: Int32Array, a: Int32Array, w = weights): boolean =>
            verifyLayerStatement(field, method, w, ternaryDigest(w), x, a, proof).ok;
          expect(isBelieved(honest.proof, input, output), method).toBe(true);
          for (const proof of [honest.proof, lied.proof]) {
            expect(isBelieved(proof, input, plusOne(output)), method).toBe(false);
            // a column of zeros, or an input that is zero, leaves the outputs as they are
            if (isFalse(weights, plusOne(input))) expect(isBelieved(proof, plusOne(input), output), method).toBe(false);
            if (isFalse(otherWeights, input)) {
              expect(isBelieved(proof, input, output, otherWeights), method).toBe(false);
            }
          }
        }
      }),
      { numRuns: 12 },
    );
  });
});

describe('the method circuit', () => {
  const engine = createKoalaBearEngine();

  it('says that a layer is too large before it lays anything out', () => {
    const weights = ternaryFromDense(new Int8Array(2 ** 12), 4, 2 ** 10);
    const mark = engine.mark();
    expect(() => prepareLayer(engine, 'circuit', weights, 2 ** 11)).toThrow(UsageError);
    expect(() => prepareLayer(engine, 'circuit', weights, 2 ** 11)).toThrow(
      'the method circuit: 4 × 1024 weights and 2^11 inputs are 8388608 products, at most 4194304; take vanilla-sum',
    );
    expect(engine.mark()).toBe(mark);
  });

  it('says so of a batch that is larger than the one that it was laid out for', () => {
    const weights = ternaryFromDense(new Int8Array(2 ** 12), 4, 2 ** 10);
    const mark = engine.mark();
    const layer = prepareLayer(engine, 'circuit', weights);
    const input = new Int32Array(2 ** 21);
    expect(() => proveLayerStatement(engine, layer, input)).toThrow('2^11 inputs are 8388608 products');
    engine.release(mark);
  });
});
