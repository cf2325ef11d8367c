// Shapes, values and bounds of every kind of layer against their definitions, over random shapes and windows.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageDivisor } from '../../../src/network/model/layers/average-pool/rules.ts';
import { rulesOf } from '../../../src/network/model/layers/registry.ts';
import { valuesOf } from '../../../src/network/model/layers/values.ts';
import type { Layer, LayerKind, Shape, Window } from '../../../src/network/model/network.ts';
import { ternaryFromDense } from '../../../src/sparse/ternary-matrix.ts';
import { integerFromDense, type WeightMatrix } from '../../../src/sparse/weight-matrix.ts';
import { runs } from '../../support/depth.ts';
import { divisorOf, naive, type Tensor } from './naive.ts';

const pair = (value: fc.Arbitrary<number>) => fc.tuple(value, value);
const between = (min: number, max: number) => fc.integer({ min, max });

/** Images and windows that have a place on them. */
const windowed: fc.Arbitrary<{ shape: Shape; window: Window }> = fc
  .record({
    shape: fc.tuple(between(1, 6), between(1, 9), between(1, 9)),
    kernel: pair(between(1, 4)),
    strides: pair(between(1, 4)),
    dilations: pair(between(1, 3)),
    padding: fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4), fc.nat(4)),
  })
  .map(({ shape, ...window }) => ({ shape, window }))
  .filter(({ shape, window: { kernel, dilations, padding } }) =>
    [0, 1].every((axis) => shape[axis + 1] + padding[axis] + padding[axis + 2] > dilations[axis] * (kernel[axis] - 1)),
  );

/** The same for pools: no window lies in the padding alone. */
const pooled = windowed.filter(({ shape, window }) => windowsHoldInputs(shape, window));

function windowsHoldInputs(shape: Shape, { kernel, strides, dilations, padding }: Window): boolean {
  return [0, 1].every((axis) => {
    const inputs = shape[axis + 1];
    const reach = dilations[axis] * (kernel[axis] - 1);
    for (let start = -padding[axis]; start + reach < inputs + padding[axis + 2]; start += strides[axis]) {
      const places = Array.from({ length: kernel[axis] }, (_, k) => start + dilations[axis] * k);
      if (!places.some((place) => place >= 0 && place < inputs)) return false;
    }
    return true;
  });
}

const values = (length: number, bound: number): fc.Arbitrary<number[]> =>
  fc.oneof(
    fc.array(between(-bound, bound), { minLength: length, maxLength: length, size: 'max' }),
    fc.constantFrom(-bound, bound).map((value) => new Array<number>(length).fill(value)),
  );

/** Ternary or 8-bit weights; with groups, zeros outside of the blocks. */
const weights = (rowCount: number, groups: number, columnCount: number): fc.Arbitrary<WeightMatrix> => {
  const rowsEach = rowCount / groups;
  const columnsEach = columnCount / groups;
  const isInside = (k: number): boolean =>
    Math.floor(Math.floor(k / columnCount) / rowsEach) === Math.floor((k % columnCount) / columnsEach);
  const cells = rowCount * columnCount;
  const matrix = (entry: fc.Arbitrary<number>, make: (entries: number[]) => WeightMatrix) =>
    fc
      .array(entry, { minLength: cells, maxLength: cells, size: 'max' })
      .map((entries) => make(entries.map((value, k) => (isInside(k) ? value : 0))));
  return fc.oneof(
    matrix(fc.constantFrom(0, 0, 1, -1), (entries) => ternaryFromDense(entries, rowCount, columnCount)),
    matrix(fc.oneof(fc.constant(0), between(-128, 127)), (entries) => integerFromDense(entries, rowCount, columnCount)),
  );
};

/** A layer with the tensors that it reads; each lies in an interval that holds 0 and is known to the bound. */
interface Case {
  readonly layer: Layer;
  readonly inputs: readonly Tensor[];
}

const tensor = (shape: Shape, bound: number): fc.Arbitrary<Tensor> =>
  values(
    shape.reduce((a, b) => a * b, 1),
    bound,
  ).map((all) => ({ shape, values: all }));

const anyShape: fc.Arbitrary<Shape> = fc.oneof(
  fc.tuple(between(1, 20)),
  fc.tuple(between(1, 5), between(1, 5)),
  fc.tuple(between(1, 5), between(1, 5), between(1, 5)),
);
const size = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);
const int32s = (length: number, bound: number): fc.Arbitrary<Int32Array> =>
  values(length, bound).map((all) => Int32Array.from(all));
const common = { name: fc.constant('it'), input: fc.constant(0) };
const kind = <K extends LayerKind>(name: K) => fc.constant(name);

const CASES: { readonly [K in LayerKind]: fc.Arbitrary<Case> } = {
  linear: anyShape.chain((shape) =>
    fc.record({
      inputs: fc.tuple(tensor(shape, 1000)),
      layer: fc.record({
        kind: kind('linear'),
        ...common,
        weights: between(1, 12).chain((rows) => weights(rows, 1, size(shape))),
      }),
    }),
  ),
  convolution: fc
    .tuple(windowed, between(1, 3), between(1, 3), fc.constantFrom(1, 255, 10_000))
    .chain(([{ shape, window }, groups, rowsEach, bound]) => {
      const channels = shape[0] * groups;
      return fc.record({
        inputs: fc.tuple(tensor([channels, shape[1], shape[2]], bound)),
        layer: fc.record({
          kind: kind('convolution'),
          ...common,
          window: fc.constant(window),
          weights: weights(groups * rowsEach, groups, channels * window.kernel[0] * window.kernel[1]),
        }),
      });
    }),
  affine: anyShape.chain((shape) =>
    fc.record({
      inputs: fc.tuple(tensor(shape, 1000)),
      layer: fc.record({
        kind: kind('affine'),
        ...common,
        multipliers: int32s(shape[0], 1000),
        biases: int32s(shape[0], 1_000_000),
      }),
    }),
  ),
  requantise: anyShape.chain((shape) =>
    fc.record({
      inputs: fc.tuple(tensor(shape, 2 ** 30)),
      layer: fc.record({
        kind: kind('requantise'),
        ...common,
        shift: between(0, 24),
        activation: fc.constantFrom('relu' as const, 'identity' as const),
        min: between(-1000, 0),
        max: between(0, 1000),
      }),
    }),
  ),
  'max-pool': pooled.chain(({ shape, window }) =>
    fc.record({
      inputs: fc.tuple(tensor(shape, 2 ** 30)),
      layer: fc.record({ kind: kind('max-pool'), ...common, window: fc.constant(window) }),
    }),
  ),
  'average-pool': pooled.chain(({ shape, window }) =>
    fc.record({
      inputs: fc.tuple(tensor(shape, 1000)),
      layer: fc.record({
        kind: kind('average-pool'),
        ...common,
        window: fc.constant(window),
        countsPadding: fc.boolean(),
      }),
    }),
  ),
  add: fc.tuple(anyShape, between(1, 4)).chain(([shape, count]) =>
    fc.record({
      inputs: fc.array(tensor(shape, 1000), { minLength: count, maxLength: count }),
      layer: fc.record({
        kind: kind('add'),
        name: common.name,
        inputs: fc.constant(Array.from({ length: count }, (_, j) => j)),
        multipliers: int32s(count, 1000),
      }),
    }),
  ),
  concatenate: fc
    .tuple(anyShape, fc.array(between(1, 4), { minLength: 1, maxLength: 4 }))
    .chain(([[, ...rest], channels]) =>
      fc.record({
        inputs: fc.tuple(...channels.map((each) => tensor([each, ...rest], 1000))),
        layer: fc.record({
          kind: kind('concatenate'),
          name: common.name,
          inputs: fc.constant(channels.map((_, j) => j)),
        }),
      }),
    ),
  flatten: anyShape.chain((shape) =>
    fc.record({
      inputs: fc.tuple(tensor(shape, 1000)),
      layer: fc.record({ kind: kind('flatten'), ...common }),
    }),
  ),
};

describe.each(Object.entries(CASES))('the rules of %s', (_, cases) => {
  it('give the shape and the values of the definition, within the bound', () => {
    fc.assert(
      fc.property(cases, ({ layer, inputs }) => {
        const rules = rulesOf(layer);
        const shapes = inputs.map(({ shape }) => shape);
        const tensors = inputs.map((input) => Int32Array.from(input.values));
        const expected = naive(layer, inputs);
        expect(rules.outputShape(layer, shapes)).toEqual(expected.shape);
        const output = valuesOf(layer).evaluate(layer, tensors, shapes);
        expect(Array.from(output)).toEqual(expected.values.map((value) => value + 0));
        expect(tensors.map((each) => Array.from(each))).toEqual(inputs.map((input) => input.values));

        const intervals = inputs.map((input) => ({
          min: Math.min(0, ...input.values),
          max: Math.max(0, ...input.values),
        }));
        const { min, max } = valuesOf(layer).bound(layer, intervals, shapes);
        expect(min).toBeLessThanOrEqual(Math.min(0, ...output));
        expect(max).toBeGreaterThanOrEqual(Math.max(0, ...output));
      }),
      { numRuns: runs(300) },
    );
  });
});

describe('a convolution', () => {
  it('keeps sums apart that share a double, however large they are', () => {
    const window: Window = { kernel: [3, 3], strides: [1, 1], dilations: [1, 1], padding: [1, 1, 1, 1] };
    const input = 0;
    for (let bits = 1; bits < 31; bits++) {
      for (const weight of [1, -1]) {
        const layer: Layer = {
          ...{ kind: 'convolution', name: 'it', input, window },
          weights: ternaryFromDense(new Array(9).fill(weight), 1, 9),
        };
        for (const value of [(2 ** bits - 1) / 9, 2 ** bits / 9, (2 ** bits + 8) / 9].map(Math.floor)) {
          const values = Array.from({ length: 63 }, (_, i) => (i < 21 ? value : i < 42 ? -value : (i % 2) * value));
          const shape = [1, 9, 7];
          const output = valuesOf(layer).evaluate(layer, [Int32Array.from(values)], [shape]);
          const expected = naive(layer, [{ shape, values }]).values;
          expect(Array.from(output)).toEqual(expected.map((sum) => sum + 0));
        }
      }
    }
  });
});

describe('the divisor of an average pool', () => {
  it('is the least that makes the means of every row and column of windows whole', () => {
    fc.assert(
      fc.property(CASES['average-pool'], ({ layer, inputs: [input] }) => {
        if (layer.kind !== 'average-pool') throw new Error('another kind');
        const { shape } = input;
        expect(averageDivisor(layer.window, shape, layer.countsPadding)).toBe(divisorOf(layer, shape));
      }),
    );
  });
});
