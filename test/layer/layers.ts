// Random layers, and their statements.

import { padTensors } from '../../src/poly/cube.ts';
import { multiply, type TernaryMatrix, ternaryFromDense } from '../../src/sparse/index.ts';
import { seeded } from '../support/fields.ts';

/** Rows of `width` values on their cube: as a layer's inputs and outputs are proven. */
export function padRows(values: Int32Array, width: number): Int32Array {
  return padTensors([width], values.length / width, values);
}

export interface RandomLayer {
  readonly weights: TernaryMatrix;
  /** All entries, row after row. */
  readonly entries: readonly number[];
  readonly input: Int32Array;
  readonly output: Int32Array;
}

/** A layer of `rows` × `columns` weights on `batch` inputs. */
export function randomLayer(rows: number, columns: number, batch: number, density: number, seed: number): RandomLayer {
  const random = seeded(seed);
  const entries = Array.from({ length: rows * columns }, () => (random(1000) < 1000 * density ? 2 * random(2) - 1 : 0));
  const weights = ternaryFromDense(entries, rows, columns);
  const input = Int32Array.from({ length: batch * columns }, () => random(255) - 127);
  const output = new Int32Array(batch * rows);
  for (let b = 0; b < batch; b++) {
    output.set(multiply(weights, input.subarray(b * columns, (b + 1) * columns)), b * rows);
  }
  return { weights, entries, input, output };
}
