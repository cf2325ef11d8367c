// From bytes to an ONNX message. The wire format is walked once against the schema before any object is
// built: every length stays inside its parent, every field has the wire type of the schema, and the
// number of messages is bounded, because a message of two bytes becomes an object of hundreds. The
// decoder's memory is then a bounded multiple of the file (tensor data stays a view of it).
//
// It does not check the meaning of fields; read.ts does.

import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { fromBinary, ScalarType } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { checkBytes } from '../bytes.ts';
import { InputError } from '../errors.ts';

/** The most messages (a residual network of 152 layers has about 5,000). */
const MAX_MESSAGES = 1 << 16;
/** The most entries of 64-bit integer lists: they become bigints, up to 32 bytes for one in the file. */
const MAX_LISTED_INTEGERS = 1 << 20;
const MAX_DEPTH = 32;

/** Returns the message. @throws InputError; never another exception */
export function readModel(bytes: Uint8Array): ModelProto {
  checkBytes('model', bytes);
  if (bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw new InputError('the model is compressed with gzip: decompress it first (gunzip in ternary-gkr/onnx)');
  }
  if (bytes.length === 0) throw new InputError('the model is an empty file: export the network to ONNX again');
  const reader = new BinaryReader(bytes);
  try {
    checkMessage(ModelProtoSchema, reader, bytes.length, 0, { messages: 0, integers: 0 });
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      `not a readable ONNX file: damaged near byte ${Math.min(reader.pos, bytes.length)}; export it again`,
    );
  }
}

function checkMessage(
  schema: DescMessage,
  reader: BinaryReader,
  end: number,
  depth: number,
  seen: { messages: number; integers: number },
): void {
  if (depth > MAX_DEPTH)
    throw new InputError(`not an ONNX file of a network: messages nested ${depth} deep; export it again`);
  if (++seen.messages > MAX_MESSAGES)
    throw new InputError(`not an ONNX file of a network: over ${MAX_MESSAGES} messages; export it again`);
  const fields = fieldsOf(schema);
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    const field = fields.get(number);
    if (field === undefined) {
      reader.skip(wireType, number);
    } else if (wireType !== wireTypeOf(field) && !isPacked(field, wireType)) {
      throw new InputError(
        `not a readable ONNX file: damaged near byte ${reader.pos} (${field.toString()}); export it again`,
      );
    } else if (field.message !== undefined) {
      const length = reader.uint32();
      if (reader.pos + length > end) throw new RangeError('a message longer than its parent');
      checkMessage(field.message, reader, reader.pos + length, depth + 1, seen);
    } else {
      const start = reader.pos;
      reader.skip(wireType, number);
      if (field.fieldKind === 'list' && field.scalar !== ScalarType.FLOAT && field.scalar !== ScalarType.DOUBLE) {
        seen.integers += reader.pos - start;
        if (wireType === WireType.LengthDelimited && !isPacked(field, wireType)) seen.messages++;
        const listed = isPacked(field, wireType) || wireType === WireType.Varint;
        if (listed && seen.integers > MAX_LISTED_INTEGERS) {
          throw new InputError('the file lists too many integers: store tensors as raw data, as exporters do');
        }
      }
    }
  }
  if (reader.pos !== end) throw new RangeError('a field that crosses the end of its message');
}

const isPacked = (field: DescField, wireType: WireType): boolean =>
  wireType === WireType.LengthDelimited && field.fieldKind === 'list' && wireTypeOf(field) !== WireType.LengthDelimited;

function wireTypeOf(field: DescField): WireType {
  if (field.message !== undefined) return WireType.LengthDelimited;
  switch (field.scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.LengthDelimited;
    case ScalarType.FLOAT:
      return WireType.Bit32;
    case ScalarType.DOUBLE:
      return WireType.Bit64;
    default:
      return WireType.Varint; // integers, booleans, enumerations: ONNX has no other fixed-width fields
  }
}

const fieldMaps = new Map<DescMessage, ReadonlyMap<number, DescField>>();

function fieldsOf(schema: DescMessage): ReadonlyMap<number, DescField> {
  let map = fieldMaps.get(schema);
  if (map === undefined) {
    map = new Map(schema.fields.map((field) => [field.number, field]));
    fieldMaps.set(schema, map);
  }
  return map;
}
