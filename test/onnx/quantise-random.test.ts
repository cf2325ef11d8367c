// Random networks as graphs: whatever is put together, the integer network is one that a proof takes, and close to the
// float network.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../support/depth.ts';
import { FloatBuilder, quantised, square } from './float-builder.ts';

const SIDE = 6;

/** A network of as many layers, with two outputs; every tensor that nothing reads goes into the first. */
function randomNetwork(seed: number, depth: number) {
  const builder = new FloatBuilder([2, SIDE, SIDE], seed);
  const pick = (count: number): number => Math.floor(builder.random() * count);
  const images: number[] = [];
  const scale = 2 ** (8 * builder.random() - 4);
  // Only the first layer changes the size of values much: parts that are concatenated share a scale.
  const weights = (size = 1) => {
    const alphas = Array.from({ length: 4 }, () => size * (0.1 + 0.3 * builder.random()));
    const perChannel = pick(2) === 0;
    const alpha = (row: number) => alphas[perChannel ? row % 4 : 0]!;
    const bias = pick(2) === 0 ? () => 0 : () => scale * (builder.random() - 0.5);
    return { alpha, bias, dense: pick(4) === 0 };
  };
  images.push(builder.convolution(0, 4, square(3, 1, pick(2)), weights(scale)));
  if (builder.shapes[1]![1] !== SIDE) images[0] = builder.convolution(1, 4, square(1, 1, 1), weights());
  const any = () => images[Math.max(0, images.length - 1 - pick(3))]!;
  for (let i = 0; i < depth; i++) {
    const x = any();
    const made = [
      () => builder.relu(x),
      () => builder.convolution(x, 4, square(3, 1, 1), weights()),
      () => builder.convolution(builder.relu(x), 4, square(1), weights()),
      () => builder.sum(x, any()),
      () => builder.maxPool(x, square(3, 1, 1)),
      () => builder.relu(builder.maxPool(x, square(3, 1, 1))),
      () => builder.averagePool(x, square(3, 1, 1), pick(2) === 0),
      () => builder.convolution(builder.concatenate(x, any()), 4, square(1), weights()),
      () =>
        builder.affine(
          x,
          (c) => (c === 1 ? -1 : 0.5 + c / 4),
          (c) => scale * (c - 1),
        ),
      () => builder.clamp(x, -2 * scale, 3 * scale),
    ][pick(10)]!();
    images.push(made);
  }
  const read = new Set(builder.layers.flatMap((layer) => ('inputs' in layer ? layer.inputs : [layer.input])));
  const ends = images.filter((tensor) => !read.has(tensor));
  const joined = ends.length === 1 ? ends[0]! : builder.concatenate(...ends);
  const output = builder.linear(builder.flatten(builder.relu(joined)), 5, weights());
  return builder.finish(output, builder.averagePool(joined, square(SIDE)));
}

/** Of all outputs together, as the import measures it: one that is nearly always zero has no size of its own. */
function isClose(seed: number, depth: number, activationLevels: number): boolean {
  const { report, error } = quantised(randomNetwork(seed, depth), { activationLevels });
  return report.outputError < 0.1 && error < 0.2;
}

describe('any network', () => {
  // Where most of a sum cancels, what rounding leaves of it may need finer levels; nothing else may keep it far off.
  it('stays close to its float form, if not with 256 levels then with 4096', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 8 }),
        (seed, depth) => isClose(seed, depth, 256) || isClose(seed, depth, 4096),
      ),
      { numRuns: runs(40) },
    );
  });

  it('leaves room for the multipliers of channels when averages follow one another', () => {
    const { report } = quantised(randomNetwork(-1793012015, 2), { activationLevels: 256 });
    expect(report.outputError).toBeLessThan(0.02);
  });
});
