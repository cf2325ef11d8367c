// Mutations of an ONNX message as what it is: fields of any message in it set to boundaries, lists made longer and
// shorter, names that point elsewhere, tensors of other shapes and types whose data fit or do not, and messages nested
// deep. What comes of it is encoded again, so that every length in the file is right.

import { clone, create, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
} from 'onnx-buf';
import { OPERATORS } from '../../../src/onnx/operators.ts';
import type { Random } from '../random.ts';

/** A message as its fields; the schema says what they are. */
type Fields = Record<string, unknown>;

interface Found {
  readonly schema: DescMessage;
  readonly fields: Fields;
}

/** The value of a field, be it in a oneof or not. */
function fieldValue({ oneof, localName }: DescField, fields: Fields): unknown {
  if (oneof === undefined) return fields[localName];
  const { case: name, value } = fields[oneof.localName] as { readonly case?: string; readonly value?: unknown };
  return name === localName ? value : undefined;
}

function setValue({ oneof, localName }: DescField, fields: Fields, value: unknown): void {
  if (oneof === undefined) fields[localName] = value;
  else fields[oneof.localName] = value === undefined ? { case: undefined } : { case: localName, value };
}

/** All messages of a tree. */
function messagesOf(schema: DescMessage, message: unknown): Found[] {
  const own = { schema, fields: message as Fields };
  return [
    own,
    ...schema.fields.flatMap((field) => {
      const inner = field.message;
      const value = fieldValue(field, own.fields);
      if (inner === undefined || value === undefined) return [];
      return (Array.isArray(value) ? value : [value]).flatMap((each) => messagesOf(inner, each));
    }),
  ];
}

const FLOATS = [0, -0, 1, -1, 0.1, Number.NaN, Number.POSITIVE_INFINITY, 1e-45, 3e38, 2 ** 24 + 1];

function scalar(random: Random, type: ScalarType, names: readonly string[]): unknown {
  const integer = (random.oneIn(3) ? -1 : 1) * random.integer();
  switch (type) {
    case ScalarType.STRING:
      return random.oneIn(8) ? random.pick(['', '\n', 'x'.repeat(300), '\u{1f600}']) : random.pick(names);
    case ScalarType.BYTES:
      return random.bytes(random.below(40));
    case ScalarType.BOOL:
      return random.oneIn(2);
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return random.pick(FLOATS);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return random.oneIn(8) ? random.pick([-(2n ** 63n), 2n ** 63n - 1n, 2n ** 32n]) : BigInt(integer);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return random.oneIn(8) ? 2n ** 64n - 1n : BigInt(Math.abs(integer));
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return Math.abs(integer) % 2 ** 32;
    default:
      return integer | 0;
  }
}

/** Another value of one place in a field. */
function otherValue(random: Random, field: DescField, names: readonly string[], donors: readonly Found[]): unknown {
  const { message } = field;
  if (message !== undefined) {
    const alike = donors.filter(({ schema }) => schema === message);
    if (alike.length === 0 || random.oneIn(8)) return create(message);
    return clone(message, random.pick(alike).fields as never);
  }
  if (field.enum !== undefined) return random.oneIn(4) ? random.integer() | 0 : random.below(24);
  return scalar(random, field.scalar as ScalarType, names);
}

function changedList(random: Random, list: unknown[], other: () => unknown): unknown[] {
  const at = random.below(list.length);
  switch (list.length === 0 ? 0 : random.below(6)) {
    case 0:
      return [...list.slice(0, at), other(), ...list.slice(at)];
    case 1:
      return list.filter((_, k) => k !== at);
    case 2:
      return [...list, ...Array.from({ length: random.oneIn(6) ? random.below(300) : 1 }, () => list[at])];
    case 3: {
      const swapped = [...list];
      const to = random.below(list.length);
      [swapped[at], swapped[to]] = [swapped[to], swapped[at]];
      return swapped;
    }
    default:
      return list.map((each, k) => (k === at ? other() : each));
  }
}

/** One field of one message. */
function changeField(
  random: Random,
  all: readonly Found[],
  names: readonly string[],
  donors: readonly Found[],
): string {
  const { schema, fields } = random.pick(all);
  const set = schema.fields.filter((field) => {
    const value = fieldValue(field, fields);
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  const field = random.pick(set.length > 0 && !random.oneIn(6) ? set : schema.fields);
  const other = (): unknown => otherValue(random, field, names, donors);
  const value = fieldValue(field, fields);
  if (Array.isArray(value)) setValue(field, fields, changedList(random, value, other));
  else if (value instanceof Uint8Array && value.length > 0 && !random.oneIn(3)) {
    const bytes = value.slice(0, random.oneIn(2) ? value.length : random.below(value.length + 1));
    if (bytes.length > 0) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    setValue(field, fields, bytes);
  } else if (field.message !== undefined && random.oneIn(3)) setValue(field, fields, undefined);
  else setValue(field, fields, other());
  return field.toString();
}

const WIDTHS: readonly (readonly [TensorProto_DataType, number])[] = [
  [TensorProto_DataType.FLOAT, 4],
  [TensorProto_DataType.DOUBLE, 8],
  [TensorProto_DataType.INT8, 1],
  [TensorProto_DataType.UINT8, 1],
  [TensorProto_DataType.INT16, 2],
  [TensorProto_DataType.INT32, 4],
  [TensorProto_DataType.INT64, 8],
  [TensorProto_DataType.BOOL, 1],
  [TensorProto_DataType.FLOAT16, 2],
  [TensorProto_DataType.STRING, 8],
];

/** A tensor of another shape or type; as often as not with as much data as it needs. */
function changeTensor(random: Random, tensor: TensorProto): string {
  const { dims } = tensor;
  switch (random.below(6)) {
    case 0:
      tensor.dims = changedList(random, dims, () => BigInt(random.below(6))) as bigint[];
      break;
    case 1:
      tensor.dims = dims.map((size) => (random.oneIn(2) ? BigInt(random.below(6)) : size));
      break;
    case 2:
      tensor.dims = dims.map((size) =>
        random.oneIn(2) ? BigInt(random.integer()) * (random.oneIn(3) ? -1n : 1n) : size,
      );
      return 'a tensor of an impossible shape';
    case 3:
      tensor.externalData = [create(StringStringEntryProtoSchema, { key: 'location', value: '/dev/zero' })];
      if (random.oneIn(2)) tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
      return 'a tensor in another file';
    default:
      break;
  }
  const [type, width] = random.pick(random.oneIn(3) ? WIDTHS : WIDTHS.slice(0, 1));
  tensor.dataType = type;
  if (random.oneIn(4)) return 'a tensor of another shape';
  const length = tensor.dims.reduce((product, size) => product * Math.abs(Number(size)), width);
  tensor.rawData = new Uint8Array(Math.min(length, 4096));
  if (type === TensorProto_DataType.FLOAT) {
    const view = new DataView(tensor.rawData.buffer);
    for (let at = 0; at + 4 <= tensor.rawData.length; at += 4) view.setFloat32(at, random.below(3) - 1, true);
  } else tensor.rawData.set(random.bytes(tensor.rawData.length));
  return 'a tensor of another shape with its data';
}

/** Where a node reads from: itself, what comes later, nothing, another node. */
function changeEdge(random: Random, graph: GraphProto, names: readonly string[]): string {
  const node = random.pick(graph.node);
  switch (random.below(5)) {
    case 0:
      node.input[random.below(node.input.length + 1)] = random.pick(node.output);
      return 'a node that reads itself';
    case 1:
      node.input = changedList(random, node.input, () => random.pick(names)) as string[];
      return 'a node that reads another tensor';
    case 2:
      node.opType = random.pick([...OPERATORS.keys()]);
      return 'a node of another operator';
    case 3:
      graph.initializer = graph.initializer.filter((_, k) => k !== random.below(graph.initializer.length));
      return 'without a constant';
    default:
      graph.output[0].name = random.pick(names);
      return 'another output';
  }
}

/** An attribute of graphs in graphs. */
function nest(random: Random, graph: GraphProto): string {
  let inner = create(GraphProtoSchema);
  const depth = random.below(40);
  for (let k = 0; k < depth; k++) {
    const type = AttributeProto_AttributeType.GRAPH;
    const attribute = [create(AttributeProtoSchema, { name: 'body', type, g: inner })];
    inner = create(GraphProtoSchema, { node: [create(NodeProtoSchema, { opType: 'If', output: ['z'], attribute })] });
  }
  random.pick(graph.node).attribute.push(create(AttributeProtoSchema, { name: 'body', g: inner }));
  return `graphs nested ${depth} deep`;
}

/** Input axes whose product is as large as a reader takes, or larger. */
const LARGE: readonly (readonly number[])[] = [
  [1, 1, 4096, 4096],
  [1, 2 ** 24, 1, 1],
  [1, 2, 2896, 2896],
  [1, 2 ** 20, 4, 4],
  [1, 2 ** 24],
  [1, 3, 1, 2 ** 20],
  [2 ** 24],
  [4096, 2, 6, 6],
];

/** A large input, which may be all that an operator needs to be slow. */
function enlarge(random: Random, graph: GraphProto): string {
  const type = graph.input[0]?.type?.value;
  if (type?.case !== 'tensorType') return 'nothing';
  const shape = random.pick(LARGE);
  const dim = shape.map((size) =>
    create(TensorShapeProto_DimensionSchema, { value: { case: 'dimValue', value: BigInt(size) } }),
  );
  type.value.shape = create(TensorShapeProtoSchema, { dim });
  const from = random.below(graph.node.length);
  const [node] = graph.node.splice(from, 1);
  if (random.oneIn(2)) return `an input of ${shape}`;
  // the node reads the input itself, and is all that there is
  node.input = node.input.map((name, k) => (k === 0 ? graph.input[0].name : name));
  graph.node = [node];
  graph.output = graph.output.slice(0, 1);
  graph.output[0].name = node.output[0];
  return `${node.opType} of an input of ${shape}`;
}

/** A chain of nodes that is long, or whose sums double. */
function lengthen(random: Random, graph: GraphProto): string {
  const count = random.below(400);
  const last = random.pick(graph.output);
  const opType = random.pick(['Relu', 'Identity', 'Add', 'Neg', 'Sum']);
  for (let k = 0; k < count; k++) {
    const input = opType === 'Add' || opType === 'Sum' ? [last.name, last.name] : [last.name];
    graph.node.push(create(NodeProtoSchema, { opType, input, output: [`more ${k}`] }));
    last.name = `more ${k}`;
  }
  return `${count} more nodes of ${opType}`;
}

/** One to four mutations of a copy. */
export function mutateModel(random: Random, model: ModelProto, donor: ModelProto): { model: ModelProto; what: string } {
  const mutant = clone(ModelProtoSchema, model);
  const donors = messagesOf(ModelProtoSchema, donor);
  const names = [model, donor].flatMap(({ graph }) => [
    ...(graph?.node ?? []).flatMap(({ input, output }) => [...input, ...output]),
    ...(graph?.initializer ?? []).map(({ name }) => name),
  ]);
  const what: string[] = [];
  for (let left = 1 + (random.oneIn(3) ? random.below(4) : 0); left > 0; left--) {
    const all = messagesOf(ModelProtoSchema, mutant);
    const { graph } = mutant;
    const kind = random.below(8);
    const hasNodes = graph !== undefined && graph.node.length > 0 && graph.output.length > 0;
    if (kind < 3 || !hasNodes) what.push(changeField(random, all, names, donors));
    else if (kind < 5) {
      const tensors = all.filter(({ schema }) => schema.typeName.endsWith('.TensorProto'));
      if (tensors.length > 0) what.push(changeTensor(random, random.pick(tensors).fields as unknown as TensorProto));
    } else if (kind < 7) what.push(changeEdge(random, graph, names));
    else what.push(random.pick([nest, lengthen, enlarge])(random, graph));
  }
  return { model: mutant, what: what.join('; ') };
}
