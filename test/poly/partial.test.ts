import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partialEvaluation } from '../../src/poly/partial.ts';
import { seeded, seededElements, settings } from '../support/fields.ts';

describe.each(settings)('partial evaluation over %s', (_name, field, createEngine) => {
  const engine = createEngine();

  it('is the tensor at the points of its outer axes and each vertex of the free one (property)', () => {
    const axis = fc.nat({ max: 3 });
    fc.assert(
      fc.property(axis, axis, axis, fc.nat(), (before, free, after, seed) => {
        const random = seeded(seed);
        const values = Int32Array.from({ length: 2 ** (before + free + after) }, () => random(511) - 255);
        const point = seededElements(field, before + after, seed);
        const [left, right] = [point.slice(0, before), point.slice(before)];
        const mark = engine.mark();
        const table = partialEvaluation(engine, values, left, right);
        expect(table.kind).toBe(before + after > 0 ? 'extension' : 'base');
        const elements = engine.toElements(table);
        engine.release(mark);
        expect(elements).toHaveLength(2 ** free);
        elements.forEach((value, index) => {
          const vertex = Array.from({ length: free }, (_, k) => field.fromInteger((index >> (free - 1 - k)) & 1));
          const whole = field.tables.evaluateIntegers(values, [...left, ...vertex, ...right]);
          expect(field.equal(value, whole)).toBe(true);
        });
      }),
      { numRuns: 30 },
    );
  });
});
