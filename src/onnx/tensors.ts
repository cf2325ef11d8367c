// Constant tensors of an ONNX file. The declared shape must match the stored data, so that memory is bounded by
// the file. Data in other files is rejected.

import { type TensorProto, TensorProto_DataLocation, TensorProto_DataType } from 'onnx-buf';
import { InputError } from '../errors.ts';
import { quoted } from './names.ts';

/** A constant: row-major values; integers are exact. */
export interface ConstantTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array;
  readonly integer: boolean;
  /** The least and the greatest integer of the stored type, where it is one of 8 or 16 bits. */
  readonly range?: readonly [number, number] | undefined;
}

/** The most axes of a tensor. */
export const MAX_RANK = 16;

/** @throws InputError with the tensor's name */
export function readTensor(tensor: TensorProto, name: string): ConstantTensor {
  const fail = (text: string): InputError => new InputError(`tensor ${quoted(name)}: ${text}`);
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL || tensor.externalData.length > 0) {
    throw fail('its data is in another file: save the model as one file (external_data=False)');
  }
  if (tensor.segment !== undefined) throw fail('stored in segments: save the model as one file');
  if (tensor.dims.length > MAX_RANK) throw fail(`${tensor.dims.length} axes; at most ${MAX_RANK} are supported`);
  const shape = tensor.dims.map(Number);
  if (shape.some((length) => length < 0 || length > 2 ** 31)) throw fail(`impossible shape [${shape.join(', ')}]`);
  const count = shape.reduce((product, length) => product * length, 1);
  const found = storedValues(tensor, fail);
  if (found.count !== count) {
    throw fail(
      `its shape [${shape.join(', ')}] needs ${count} values but the file holds ${found.count}: damaged; export it again`,
    );
  }
  const values = found.read();
  if (!values.every(Number.isFinite)) throw fail('holds a value that is not finite: train or export the network again');
  return { shape, values, integer: found.integer, range: found.range };
}

interface StoredValues {
  readonly count: number;
  readonly integer: boolean;
  readonly range?: readonly [number, number] | undefined;
  readonly read: () => Float32Array | Float64Array;
}

function storedValues(tensor: TensorProto, fail: (text: string) => InputError): StoredValues {
  const raw = tensor.rawData;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  switch (tensor.dataType) {
    case TensorProto_DataType.FLOAT:
      if (raw.length === 0) return listed(tensor.floatData.length, false, () => Float32Array.from(tensor.floatData));
      return listed(raw.length / 4, false, () => {
        const values = new Float32Array(raw.length / 4);
        for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, true);
        return values;
      });
    case TensorProto_DataType.DOUBLE:
      if (raw.length === 0) return listed(tensor.doubleData.length, false, () => Float64Array.from(tensor.doubleData));
      return listed(raw.length / 8, false, () => {
        const values = new Float64Array(raw.length / 8);
        for (let i = 0; i < values.length; i++) values[i] = view.getFloat64(8 * i, true);
        return values;
      });
    case TensorProto_DataType.INT64:
      if (raw.length === 0) return listed(tensor.int64Data.length, true, () => exact(tensor.int64Data, fail));
      return listed(raw.length / 8, true, () => {
        const values: bigint[] = [];
        for (let i = 0; i < raw.length / 8; i++) values.push(view.getBigInt64(8 * i, true));
        return exact(values, fail);
      });
    case TensorProto_DataType.INT32:
      if (raw.length === 0) return listed(tensor.int32Data.length, true, () => Float64Array.from(tensor.int32Data));
      return listed(raw.length / 4, true, () => {
        const values = new Float64Array(raw.length / 4);
        for (let i = 0; i < values.length; i++) values[i] = view.getInt32(4 * i, true);
        return values;
      });
    case TensorProto_DataType.INT8:
      return small(tensor, 1, [-128, 127], (at) => view.getInt8(at));
    case TensorProto_DataType.UINT8:
      return small(tensor, 1, [0, 255], (at) => view.getUint8(at));
    case TensorProto_DataType.INT16:
      return small(tensor, 2, [-(2 ** 15), 2 ** 15 - 1], (at) => view.getInt16(at, true));
    case TensorProto_DataType.UINT16:
      return small(tensor, 2, [0, 2 ** 16 - 1], (at) => view.getUint16(at, true));
    case TensorProto_DataType.BOOL:
      return small(tensor, 1, [0, 1], (at) => Math.min(view.getUint8(at), 1));
    default: {
      const type = TensorProto_DataType[tensor.dataType] ?? `number ${tensor.dataType}`;
      throw fail(
        `its type is ${type}; supported are FLOAT and DOUBLE (weights), integers of 8 to 64 bits (shapes, quantised weights): convert the model`,
      );
    }
  }
}

/** Integers of one or two bytes: raw, or listed in int32_data. */
function small(
  tensor: TensorProto,
  bytes: number,
  range: readonly [number, number],
  readAt: (offset: number) => number,
): StoredValues {
  const count = tensor.rawData.length / bytes;
  if (count > 0) {
    return {
      count,
      integer: true,
      range,
      read: () => Float64Array.from({ length: count }, (_, i) => readAt(bytes * i)),
    };
  }
  const read = (): Float64Array =>
    Float64Array.from(tensor.int32Data, (v) => Math.min(Math.max(v, range[0]), range[1]));
  return { count: tensor.int32Data.length, integer: true, range, read };
}

function listed(count: number, integer: boolean, read: () => Float32Array | Float64Array): StoredValues {
  return { count, integer, read };
}

function exact(values: readonly bigint[], fail: (text: string) => InputError): Float64Array {
  return Float64Array.from(values, (value) => {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw fail(`the integer ${value} is out of range`);
    return number;
  });
}
