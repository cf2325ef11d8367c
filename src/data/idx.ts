// The IDX format of the MNIST files: two zero bytes, the type, the number of axes, their lengths (32 bits,
// big-endian), then the values row by row, big-endian. Source: http://yann.lecun.com/exdb/mnist/.

import { collect, type DataArray, fileError, MAX_RANK, sizeOf } from './data-array.ts';

type Read = (view: DataView, at: number) => number;

const TYPES: ReadonlyMap<number, { readonly bytes: number; readonly read: Read }> = new Map([
  [0x08, { bytes: 1, read: (view, at) => view.getUint8(at) }],
  [0x09, { bytes: 1, read: (view, at) => view.getInt8(at) }],
  [0x0b, { bytes: 2, read: (view, at) => view.getInt16(at) }],
  [0x0c, { bytes: 4, read: (view, at) => view.getInt32(at) }],
  [0x0d, { bytes: 4, read: (view, at) => view.getFloat32(at) }],
  [0x0e, { bytes: 8, read: (view, at) => view.getFloat64(at) }],
]);

export const isIdx = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0 && TYPES.has(bytes[2]!) && bytes[3]! > 0;

/** @throws InputError if the header and the length of the file disagree */
export function readIdx(bytes: Uint8Array, fileName: string): DataArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = TYPES.get(bytes[2]!)!;
  const rank = bytes[3]!;
  const header = 4 + 4 * rank;
  if (rank > MAX_RANK) throw fileError(fileName, `${rank} axes; at most ${MAX_RANK} are supported`);
  if (bytes.length < header) throw fileError(fileName, 'ends within the IDX header: copy the file again');
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const needed = header + sizeOf(shape) * type.bytes;
  if (needed !== bytes.length) {
    throw fileError(
      fileName,
      `an IDX array of shape [${shape.join(', ')}] takes ${needed} bytes, but there are ${bytes.length}: copy the file again`,
    );
  }
  return collect(fileName, shape, (index) => type.read(view, header + index * type.bytes));
}
