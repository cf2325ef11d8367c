// Weights that are committed and not in the file: the rows and the kind of a matrix, and nothing of an affine layer.
//
// A few bytes of the file allocate memory here: empty matrices and zeros, whose number is bounded over a whole file.

import { isTernary } from '../../sparse/weight-matrix.ts';
import { emptyMatrix } from '../model/bounds.ts';
import type { ByteReader } from './byte-stream.ts';
import {
  INTEGER,
  readIsTernary,
  readRowCount,
  TERNARY,
  type WeightsReader,
  type WeightsWriter,
} from './weights-codec.ts';

/** The most columns of all matrices and channels of all affine layers in a file. */
export const MAX_OUTLINE_COLUMNS = 2 ** 22;

/** Writes the sizes alone. */
export const outlinedWriter: WeightsWriter = {
  writeMatrix(writer, matrix) {
    writer.varint(matrix.rowCount);
    writer.byte(isTernary(matrix) ? TERNARY : INTEGER);
  },
  writeScale() {
    // One integer for each channel, whose number the shapes say.
  },
};

/** The reader for one file: it counts what it has allocated. */
export function outlinedReader(): WeightsReader {
  let total = 0;

  function allow(reader: ByteReader, columns: number): void {
    if (columns > MAX_OUTLINE_COLUMNS) reader.fail(`it has ${columns} columns, at most ${MAX_OUTLINE_COLUMNS}`);
    total += columns;
    if (total > MAX_OUTLINE_COLUMNS) reader.fail(`the matrices have more than ${MAX_OUTLINE_COLUMNS} columns in all`);
  }

  return {
    readMatrix(reader, columnCount) {
      const rowCount = readRowCount(reader);
      const ternary = readIsTernary(reader);
      allow(reader, columnCount);
      return emptyMatrix({ rowCount, columnCount }, ternary);
    },
    readScale(reader, channels) {
      allow(reader, channels);
      return { multipliers: new Int32Array(channels), biases: new Int32Array(channels) };
    },
  };
}
