// Decompression with a bound, through the platform's DecompressionStream (browsers and Node 18 on): a small
// file can claim to expand a thousandfold, so the stream is cut off where the result would pass the limit.

import { checkBytes, concatenate } from '../bytes.ts';
import { fileError } from './data-array.ts';

/** The most decompressed bytes: 256 MiB, more than any file that this package reads. */
export const MAX_DECOMPRESSED = 2 ** 28;

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * Returns the bytes themselves if they are not compressed with gzip, else the decompressed bytes.
 *
 * @param fileName - for messages
 * @param limit - the most bytes of the result
 * @throws InputError if the file is damaged or expands beyond the limit
 *
 * @example
 * ```ts
 * import { gunzip } from 'ternary-gkr/onnx';
 *
 * // bytes that are not compressed come back as they are
 * console.log(await gunzip(Uint8Array.of(1, 2, 3))); // Uint8Array(3) [ 1, 2, 3 ]
 * ```
 */
export async function gunzip(bytes: Uint8Array, fileName = 'data', limit = MAX_DECOMPRESSED): Promise<Uint8Array> {
  checkBytes(fileName, bytes);
  if (!isGzip(bytes)) return bytes;
  const chunks: Uint8Array[] = [];
  let length = 0;
  const source = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      length += step.value.length;
      if (length > limit) break;
      chunks.push(step.value);
    }
  } catch {
    throw fileError(fileName, 'damaged gzip data: copy or compress the file again');
  }
  if (length > limit) {
    await reader.cancel().catch(() => undefined); // an error of the cancelled stream does not matter
    throw fileError(fileName, `expands to more than ${limit} bytes: decompress it yourself if it is meant to`);
  }
  return concatenate(Uint8Array, chunks);
}
