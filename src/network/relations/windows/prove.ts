// The prover of the relation of windows (protocol.ts), and the evaluation for a matrix that reads them.

import type { Engine, Vector } from '../../../field/engine.ts';
import type { Claim } from '../../../poly/claim.ts';
import { partialEvaluation } from '../../../poly/partial.ts';
import { logCeil, type Point } from '../../../poly/point.ts';
import { sumOfProducts } from '../../../sumcheck/products.ts';
import type { ProverRelation } from '../../../sumcheck/prove-relations.ts';
import { type AxisMap, axisWeights } from '../axis-map.ts';
import type { WindowsNode } from '../nodes.ts';
import { imageVariables, splitPoint, windowsRelation } from './protocol.ts';

/**
 * Returns the relation of a claim on u.
 *
 * @param input - x, 2^(batch variables + channel variables + image variables) values, zero on padding
 */
export function proveWindows<E>(
  engine: Engine<E>,
  node: WindowsNode,
  batchVariables: number,
  input: Int32Array,
  output: Claim<E>,
): ProverRelation<E> {
  const { rows, columns } = node;
  const { batch, rowKernel, columnKernel, channel, rowPlace, columnPlace } = splitPoint(
    node,
    batchVariables,
    output.point,
  );
  const image = partialEvaluation(engine, input, [...batch, ...channel], []);
  const weights = engine.scaleRows(
    axisVector(engine, rows, rowKernel, rowPlace),
    axisVector(engine, columns, columnKernel, columnPlace),
    1,
  );
  const summand = sumOfProducts(engine, [[image, weights]]);
  return { ...windowsRelation(node, batchVariables, output), summand, factors: () => [summand.finals()[0]] };
}

/**
 * Returns ũ(r_b, ·, r_p) over (k_r, k_c, c): for each k_r the image's rows are summed by their weights, then, for each
 * k_c, its columns. About one multiplication for each value and row of the kernel.
 */
export function evaluateWindows<E>(
  engine: Engine<E>,
  node: WindowsNode,
  input: Int32Array,
  batch: Point<E>,
  place: Point<E>,
): Vector {
  const { rows, columns, channels } = node;
  const rowPlace = place.slice(0, logCeil(rows.places));
  const columnPlace = place.slice(rowPlace.length);
  const depth = 2 ** logCeil(channels);
  const [, columnVariables] = imageVariables(node);
  const kernelColumns = 2 ** logCeil(columns.kernel);
  const folded = engine.zeros('extension', 2 ** logCeil(rows.kernel) * kernelColumns * depth);
  const mark = engine.mark();
  const image = partialEvaluation(engine, input, batch, []);
  const columnWeights = Array.from({ length: columns.kernel }, (_, k) => kernelVector(engine, columns, k, columnPlace));
  for (let row = 0; row < rows.kernel; row++) {
    const rowMark = engine.mark();
    const lines = engine.contract(image, kernelVector(engine, rows, row, rowPlace), 2 ** columnVariables);
    for (let column = 0; column < columns.kernel; column++) {
      const sums = engine.contract(lines, columnWeights[column], 1);
      engine.copy(engine.view(folded, (row * kernelColumns + column) * depth, depth), sums);
    }
    engine.release(rowMark);
  }
  engine.release(mark);
  return folded;
}

/** Returns E over the padded axis of inputs. */
function axisVector<E>(engine: Engine<E>, map: AxisMap, kernelPoint: Point<E>, placePoint: Point<E>): Vector {
  const { field } = engine;
  const weights = axisWeights(field, map, kernelPoint, placePoint);
  while (weights.length < 2 ** logCeil(map.inputs)) weights.push(field.zero);
  return engine.fromElements(weights);
}

/** Returns E at one position of the kernel. */
function kernelVector<E>(engine: Engine<E>, map: AxisMap, k: number, placePoint: Point<E>): Vector {
  const entries = map.entries.filter((entry) => entry.k === k).map((entry) => ({ ...entry, k: 0 }));
  return axisVector(engine, { ...map, kernel: 1, entries }, [], placePoint);
}
