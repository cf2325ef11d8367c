// ONNX files made by hand: nodes, constants and one input, encoded with the same schema that exporters use.

import { create, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';

/** A float32 tensor, stored raw. */
export function floats(name: string, dims: readonly number[], values: readonly number[]): TensorProto {
  const data = Float32Array.from(values);
  return create(TensorProtoSchema, {
    name,
    dims: dims.map(BigInt),
    dataType: DataType.FLOAT,
    rawData: new Uint8Array(data.buffer),
  });
}

/** An int64 tensor of one axis, stored as a list. */
export function integers(name: string, values: readonly number[]): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dims: [BigInt(values.length)],
    dataType: DataType.INT64,
    int64Data: values.map(BigInt),
  });
}

/** A tensor of 8-bit integers, stored raw. */
export function bytes(name: string, dims: readonly number[], values: readonly number[], isSigned = true): TensorProto {
  const data = isSigned ? Int8Array.from(values) : Uint8Array.from(values);
  return create(TensorProtoSchema, {
    name,
    dims: dims.map(BigInt),
    dataType: isSigned ? DataType.INT8 : DataType.UINT8,
    rawData: new Uint8Array(data.buffer),
  });
}

/** Whole numbers in `whole` become INT attributes, other numbers FLOAT ones, lists INTS, texts STRING, tensors TENSOR. */
export function attributes(values: {
  readonly floats?: Readonly<Record<string, number>>;
  readonly whole?: Readonly<Record<string, number>>;
  readonly lists?: Readonly<Record<string, readonly number[]>>;
  readonly texts?: Readonly<Record<string, string>>;
  readonly tensor?: TensorProto;
}): AttributeProto[] {
  return [
    ...Object.entries(values.lists ?? {}).map(([name, ints]) =>
      create(AttributeProtoSchema, { name, ints: ints.map(BigInt), type: AttributeType.INTS }),
    ),
    ...Object.entries(values.texts ?? {}).map(([name, text]) =>
      create(AttributeProtoSchema, { name, s: new TextEncoder().encode(text), type: AttributeType.STRING }),
    ),
    ...Object.entries(values.floats ?? {}).map(([name, f]) =>
      create(AttributeProtoSchema, { name, f, type: AttributeType.FLOAT }),
    ),
    ...Object.entries(values.whole ?? {}).map(([name, i]) =>
      create(AttributeProtoSchema, { name, i: BigInt(i), type: AttributeType.INT }),
    ),
    ...(values.tensor === undefined
      ? []
      : [create(AttributeProtoSchema, { name: 'value', t: values.tensor, type: AttributeType.TENSOR })]),
  ];
}

export function node(
  opType: string,
  input: readonly string[],
  output: string | readonly string[],
  attribute: readonly AttributeProto[] = [],
): NodeProto {
  const outputs = typeof output === 'string' ? [output] : output;
  return create(NodeProtoSchema, {
    name: `/${outputs[0]}/${opType}`,
    opType,
    input: [...input],
    output: [...outputs],
    attribute: [...attribute],
  });
}

/** A tensor of floats; its shape is left open unless given. */
function valueInfo(name: string, shape?: readonly (number | string)[]): ValueInfoProto {
  const dim = shape?.map((length) =>
    create(TensorShapeProto_DimensionSchema, {
      value:
        typeof length === 'number' ? { case: 'dimValue', value: BigInt(length) } : { case: 'dimParam', value: length },
    }),
  );
  const tensor = create(TypeProto_TensorSchema, {
    elemType: 1,
    ...(dim === undefined ? {} : { shape: create(TensorShapeProtoSchema, { dim }) }),
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } }),
  });
}

export interface Parts {
  readonly input: readonly (number | string)[];
  readonly nodes: readonly NodeProto[];
  readonly constants?: readonly TensorProto[];
  /** The output's name, or several; that of the last node if left out. */
  readonly output?: string | readonly string[];
  readonly opset?: number;
}

export function buildMessage({ input, nodes, constants = [], output, opset = 13 }: Parts): ModelProto {
  return create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(opset) })],
    graph: create(GraphProtoSchema, {
      name: 'test',
      node: [...nodes],
      initializer: [...constants],
      input: [valueInfo('x', input)],
      output: [output ?? nodes.at(-1)?.output[0] ?? 'x'].flat().map((name) => valueInfo(name)),
    }),
  });
}

/** The file of a network whose input is called x. */
export function buildModel(parts: Parts): Uint8Array {
  return toBinary(ModelProtoSchema, buildMessage(parts));
}

/** A message as a file. */
export const encode = (model: ModelProto): Uint8Array => toBinary(ModelProtoSchema, model);
