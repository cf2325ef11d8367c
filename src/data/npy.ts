// NumPy's .npy format: "\x93NUMPY", a version, the length of a header, and the header, a Python literal
// {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)}, then the values. Source: NEP 1 of NumPy.

import { collect, type DataArray, fileError, MAX_RANK, sizeOf } from './data-array.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy's own headers are 64 to 128 bytes long. */
const MAX_HEADER = 1 << 16;

type Read = (view: DataView, at: number, littleEndian: boolean) => number;

const TYPES: ReadonlyMap<string, Read> = new Map([
  ['b1', (view, at) => view.getUint8(at)],
  ['u1', (view, at) => view.getUint8(at)],
  ['i1', (view, at) => view.getInt8(at)],
  ['u2', (view, at, little) => view.getUint16(at, little)],
  ['i2', (view, at, little) => view.getInt16(at, little)],
  ['u4', (view, at, little) => view.getUint32(at, little)],
  ['i4', (view, at, little) => view.getInt32(at, little)],
  ['u8', (view, at, little) => Number(view.getBigUint64(at, little))],
  ['i8', (view, at, little) => Number(view.getBigInt64(at, little))],
  ['f4', (view, at, little) => view.getFloat32(at, little)],
  ['f8', (view, at, little) => view.getFloat64(at, little)],
]);

export const isNpy = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte);

/** @throws InputError if the header is not one that NumPy writes, or if it and the length of the file disagree */
export function readNpy(bytes: Uint8Array, fileName: string): DataArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12) throw fileError(fileName, 'ends within the .npy header: save it again with numpy.save');
  const wide = bytes[6]! >= 2;
  const start = wide ? 12 : 10;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (length > MAX_HEADER || start + length > bytes.length) {
    throw fileError(fileName, 'ends within the .npy header: save it again with numpy.save');
  }
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, start + length));
  const type = /'descr':\s*'([<>|=]?)(\w+)'/.exec(header);
  const axes = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (type === null || axes === undefined) {
    throw fileError(fileName, 'its .npy header gives no plain type and shape: save one plain array with numpy.save');
  }
  if (/'fortran_order':\s*True/.test(header)) {
    throw fileError(fileName, 'stored column by column: save numpy.ascontiguousarray(array)');
  }
  const read = TYPES.get(type[2]!);
  if (read === undefined) {
    throw fileError(fileName, `type ${type[2]!.slice(0, 20)} is not supported; convert it with array.astype('int32')`);
  }
  const shape = axes
    .split(',')
    .filter((text) => text.trim() !== '')
    .map(Number);
  if (shape.length > MAX_RANK) throw fileError(fileName, `${shape.length} axes; at most ${MAX_RANK} are supported`);
  const bytesPerValue = Number(type[2]!.slice(1));
  const needed = start + length + sizeOf(shape) * bytesPerValue;
  if (needed !== bytes.length) {
    throw fileError(
      fileName,
      `an array of shape [${shape.join(', ')}] takes ${needed} bytes, but there are ${bytes.length}: save it again`,
    );
  }
  return collect(fileName, shape, (index) => read(view, start + length + index * bytesPerValue, type[1] !== '>'));
}
