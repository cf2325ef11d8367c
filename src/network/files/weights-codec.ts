// The interface between the readers and writers of layers and the form of the weights in a file.

import type { WeightMatrix } from '../../sparse/weight-matrix.ts';
import type { ByteReader, ByteWriter } from './byte-stream.ts';

/** The integers of an affine layer: one multiplier and one bias for each channel. */
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

/** Reads the number of rows of a matrix; at least one. */
export function readRowCount(reader: ByteReader): number {
  const rowCount = reader.varint('the number of outputs');
  if (rowCount === 0) reader.fail('it has 0 outputs');
  return rowCount;
}

/** The byte of a ternary matrix. */
export const TERNARY = 0;
export const INTEGER = 1;

/** Reads whether a matrix is ternary; the others hold 8-bit integers. */
export function readIsTernary(reader: ByteReader): boolean {
  const kind = reader.byte('the kind of the weights');
  if (kind > INTEGER) reader.fail(`the weights are of kind ${kind}, which is not known`);
  return kind === TERNARY;
}
