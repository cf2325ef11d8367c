import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paddedPlaces, padTensors } from '../../src/poly/cube.ts';
import { logCeil } from '../../src/poly/point.ts';

describe('tensors on their cube', () => {
  it('have each value at its index in padded axes, and zeros elsewhere (property)', () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 3 }), (shape, batch) => {
        const length = shape.reduce((size, extent) => size * extent, 1);
        const widths = shape.map((extent) => 2 ** logCeil(extent));
        const width = widths.reduce((size, extent) => size * extent, 1);
        const expected = new Int32Array(width * 2 ** logCeil(batch));
        const places = Array.from({ length }, (_, index) => {
          let [rest, place, step] = [index, 0, 1];
          for (let axis = shape.length - 1; axis >= 0; axis--) {
            place += (rest % shape[axis]) * step;
            rest = Math.floor(rest / shape[axis]);
            step *= widths[axis];
          }
          return place;
        });
        const values = Int32Array.from({ length: batch * length }, (_, k) => k + 1);
        values.forEach((value, k) => {
          expected[Math.floor(k / length) * width + places[k % length]] = value;
        });
        expect([...paddedPlaces(shape)]).toEqual(places);
        expect(padTensors(shape, batch, values)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });
});
