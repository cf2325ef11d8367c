// A network so small that browsers prove it at once.

import type { IntegerNetwork } from '../../src/index.ts';
import { ternaryFromDense } from '../../src/sparse/index.ts';

/** A perceptron 16-12-4 with fixed weights. */
export function smallNetwork(): IntegerNetwork {
  const signs = (rows: number, columns: number, step: number) =>
    ternaryFromDense(
      Array.from({ length: rows * columns }, (_, i) => ((i * step) % 7 < 4 ? 0 : (i * step) % 2 === 0 ? 1 : -1)),
      rows,
      columns,
    );
  return {
    name: 'small',
    input: { shape: [16], min: 0, max: 255, scale: 1 / 255, mean: 0 },
    layers: [
      { kind: 'linear', name: 'fc1', input: 0, weights: signs(12, 16, 5) },
      {
        kind: 'affine',
        name: 'bn1',
        input: 1,
        multipliers: new Int32Array(12).fill(3),
        biases: Int32Array.from({ length: 12 }, (_, i) => 50 * i - 200),
      },
      { kind: 'requantise', name: 'relu1', input: 2, shift: 4, activation: 'relu', min: 0, max: 255 },
      { kind: 'linear', name: 'fc2', input: 3, weights: signs(4, 12, 3) },
    ],
    outputs: [{ tensor: 4, scale: 1 }],
  };
}
