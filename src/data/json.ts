// Nested JSON arrays of numbers, all of one length at each depth.

import { collect, type DataArray, fileError, MAX_RANK } from './data-array.ts';

/** @throws InputError that says where the text is not such an array */
export function readJson(bytes: Uint8Array, fileName: string): DataArray {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw fileError(fileName, 'neither IDX nor .npy nor valid JSON: give an IDX file, a .npy file or a JSON array');
  }
  if (!Array.isArray(parsed))
    throw fileError(fileName, 'its JSON is not an array: give an array of numbers or of samples');
  const shape: number[] = [];
  for (let inner: unknown = parsed; Array.isArray(inner); inner = inner[0]) {
    if (shape.length === MAX_RANK) throw fileError(fileName, `arrays nested over ${MAX_RANK} deep; flatten them`);
    shape.push(inner.length);
  }
  const numbers: number[] = [];
  append(parsed, '', 0);
  return collect(fileName, shape, (index) => numbers[index]!);

  function append(value: unknown, path: string, depth: number): void {
    if (depth === shape.length) {
      if (typeof value !== 'number')
        throw fileError(fileName, `the entry at ${path} is not a number; write numbers only`);
      numbers.push(value);
      return;
    }
    if (!Array.isArray(value) || value.length !== shape[depth]) {
      throw fileError(
        fileName,
        `the entry at ${path} is not an array of ${shape[depth]} values like the others; make all samples of one shape`,
      );
    }
    for (const [i, inner] of value.entries()) append(inner, `${path}[${i}]`, depth + 1);
  }
}
