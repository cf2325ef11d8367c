// Sample data from the bytes of a file, whose content gives its format: IDX, NumPy .npy or JSON, each plain
// or compressed with gzip. Memory is a bounded multiple of the file, or of the limit on decompression.

import { collect, type DataArray, fileError } from './data-array.ts';
import { gunzip } from './gzip.ts';
import { isIdx, readIdx } from './idx.ts';
import { readJson } from './json.ts';
import { isNpy, readNpy } from './npy.ts';

/**
 * Returns an array of numbers. Takes at most 64 bytes of memory for each byte of the decompressed file, which has at
 * most `MAX_DECOMPRESSED`.
 *
 * @param fileName - for messages only
 * @throws InputError that names the file and says how to fix it; nothing else
 *
 * @example
 * ```ts
 * import { readArray } from 'ternary-gkr/onnx';
 *
 * const bytes = new TextEncoder().encode('[[1, 2], [3, 4]]');
 * const { shape, values } = await readArray(bytes, 'data.json');
 * console.log(shape, values); // [ 2, 2 ] Int32Array(4) [ 1, 2, 3, 4 ]
 * ```
 */
export async function readArray(bytes: Uint8Array, fileName: string): Promise<DataArray> {
  const plain = await gunzip(bytes, fileName);
  if (plain.length === 0) throw fileError(fileName, 'an empty file; give an IDX file, a .npy file or a JSON array');
  if (isIdx(plain)) return readIdx(plain, fileName);
  if (isNpy(plain)) return readNpy(plain, fileName);
  return readJson(plain, fileName);
}

/**
 * Returns class labels: one integer ≥ 0 per sample.
 *
 * @example
 * ```ts
 * import { readLabels } from 'ternary-gkr/onnx';
 *
 * console.log(await readLabels(new TextEncoder().encode('[7, 2, 1]'), 'labels.json')); // Int32Array(3) [ 7, 2, 1 ]
 * ```
 */
export async function readLabels(bytes: Uint8Array, fileName: string): Promise<Int32Array> {
  const { shape, values } = await readArray(bytes, fileName);
  if (values.length !== shape[0])
    throw fileError(fileName, `labels have one axis, not shape [${shape.join(', ')}]; give one label for each sample`);
  const bad = values.findIndex((value) => value < 0 || !Number.isInteger(value));
  if (bad >= 0)
    throw fileError(fileName, `label ${bad} is ${values[bad]}; labels are whole numbers from 0; correct the file`);
  return collect(fileName, shape, (index) => values[index]!).values as Int32Array;
}
