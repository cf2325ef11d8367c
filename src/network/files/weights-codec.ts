// How the weights of layers stand in a file: what readers and writers of layers ask for.

import type { WeightMatrix } from '../../sparse/weight-matrix.ts';
import type { ByteReader, ByteWriter } from './byte-stream.ts';

/** The integers of an affine layer, one of each for a channel. */
export interface ScaleWeights {
  readonly multipliers: Int32Array;
  readonly biases: Int32Array;
}

/** Writes the weights of layers. */
export interface WeightsWriter {
  /** Writes the number of rows and the matrix; its columns follow from what the layer reads. */
  writeMatrix(writer: ByteWriter, matrix: WeightMatrix): void;
  writeScale(writer: ByteWriter, weights: ScaleWeights): void;
}

/** Reads the weights of layers. */
export interface WeightsReader {
  readMatrix(reader: ByteReader, columnCount: number): WeightMatrix;
  readScale(reader: ByteReader, channels: number): ScaleWeights;
}

/** The rows of a matrix; at least one. */
export function readRowCount(reader: ByteReader): number {
  const rowCount = reader.varint('the number of outputs');
  if (rowCount === 0) reader.fail('it has 0 outputs');
  return rowCount;
}

/** The byte that says what a matrix holds. */
export const TERNARY = 0;
export const INTEGER = 1;

/** Whether a matrix is ternary; other than ternary ones hold 8-bit integers. */
export function readIsTernary(reader: ByteReader): boolean {
  const kind = reader.byte('the kind of the weights');
  if (kind > INTEGER) reader.fail(`the weights are of kind ${kind}, which is not known`);
  return kind === TERNARY;
}
