// From an ONNX file to a float network: one input, one output, and between them the operators of
// operators.ts. The graph is walked in the file's order (ONNX requires it sorted); branches that the output
// does not use are dropped afterwards, but must be made of supported operators.
//
// A sample is one element of the batch: the first axis of the input, if it is dynamic or has a length other
// than 1, is taken as 1; should the shapes not fit then, the file is read again with its shapes as they are.

import type { GraphProto, NodeProto, ValueInfoProto } from 'onnx-buf';
import { InputError } from '../errors.ts';
import type { FloatLayer, FloatNetwork } from './float-network.ts';
import { sizeOf } from './float-network.ts';
import { GraphBuilder, OperatorNode, type Value } from './graph.ts';
import { type NodeLabel, naming, nodeError, quoted } from './names.ts';
import { OPERATORS } from './operators.ts';
import { readModel } from './protobuf.ts';
import { MAX_RANK, readTensor } from './tensors.ts';

/** Older opsets broadcast differently. */
const MIN_OPSET = 7;

/**
 * The float network of an ONNX file.
 *
 * @param bytes - the file, not compressed
 * @param fileName - for messages only
 * @throws InputError that names the file and the node and says how to mend it; never anything else
 */
export function readFloatNetwork(bytes: Uint8Array, fileName?: string): FloatNetwork {
  return naming(fileName, () => readModelGraph(bytes));
}

function readModelGraph(bytes: Uint8Array): FloatNetwork {
  const model = readModel(bytes);
  const graph = model.graph;
  if (graph === undefined) throw new InputError('not an ONNX file of a network: it holds no graph; export it again');
  const opset = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  if (opset === undefined || opset.version < MIN_OPSET) {
    throw new InputError(`operator set ${opset?.version ?? 'missing'}: export with opset ${MIN_OPSET} or later`);
  }
  if (graph.sparseInitializer.length > 0)
    throw new InputError('sparse initialisers are not supported: export dense weights');

  const input = onlyInput(graph);
  const declared = declaredShape(input);
  const allowance = Math.max(1 << 20, 4 * bytes.length);
  const batch = declared.length > 1 ? declared[0]! : 1;
  if (batch === 1) return readGraph(graph, input.name, declared, 1, allowance);
  const single = [1, ...declared.slice(1)];
  if (batch === DYNAMIC) return readGraph(graph, input.name, single, 1, allowance);
  try {
    return readGraph(graph, input.name, single, batch, allowance);
  } catch (error) {
    try {
      return readGraph(graph, input.name, declared, 1, allowance);
    } catch {
      throw error;
    }
  }
}

const DYNAMIC = -1;

/** The one graph input that is not an initialiser. */
function onlyInput(graph: GraphProto): ValueInfoProto {
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !constants.has(name));
  if (inputs.length !== 1) {
    throw new InputError(
      `the network has ${inputs.length} inputs; one is supported: export a model with a single input`,
    );
  }
  return inputs[0]!;
}

/** The input's axes; DYNAMIC for a first axis without a fixed length. */
function declaredShape(input: ValueInfoProto): number[] {
  const type = input.type?.value;
  const axes = type?.case === 'tensorType' ? type.value.shape?.dim : undefined;
  if (axes === undefined || axes.length === 0 || axes.length > MAX_RANK) {
    throw new InputError(`input ${quoted(input.name)} has no usable shape: export with an example input`);
  }
  return axes.map(({ value }, axis) => {
    const length = value.case === 'dimValue' ? Number(value.value) : DYNAMIC;
    if (length > 0 && length <= 2 ** 24) return length;
    if (axis === 0 && axes.length > 1 && (length === 0 || length === DYNAMIC)) return DYNAMIC;
    throw new InputError(
      `axis ${axis} of input ${quoted(input.name)} has no fixed length: export with fixed sizes for all but the batch`,
    );
  });
}

function readGraph(
  graph: GraphProto,
  inputName: string,
  shape: readonly number[],
  batch: number,
  allowance: number,
): FloatNetwork {
  const builder = new GraphBuilder(batch, allowance);
  const values = new Map<string, Value>([[inputName, { kind: 'computed', tensor: 0, shape }]]);
  const initialisers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  builder.spend({ name: inputName, operator: 'input' }, sizeOf(shape));

  const resolve = (node: NodeLabel, name: string): Value => {
    const known = values.get(name);
    if (known !== undefined) return known;
    const tensor = initialisers.get(name);
    if (tensor === undefined)
      throw nodeError(node, `its input ${quoted(name)} is not computed before it: the file is damaged`);
    const value: Value = { kind: 'constant', name, tensor: readTensor(tensor, name) };
    values.set(name, value);
    return value;
  };

  for (const [index, proto] of graph.node.entries()) {
    const label = labelOf(proto, index);
    const apply = proto.domain === '' || proto.domain === 'ai.onnx' ? OPERATORS.get(proto.opType) : undefined;
    if (apply === undefined) {
      const supported = [...OPERATORS.keys()].join(', ');
      throw nodeError(
        label,
        `this operator is not supported; supported are ${supported}: change the model or leave the node out`,
      );
    }
    const output = proto.output[0];
    if (proto.output.length !== 1 || output === undefined || output === '')
      throw nodeError(label, 'needs exactly one output');
    if (values.has(output) || initialisers.has(output))
      throw nodeError(label, `computes ${quoted(output)} a second time`);
    const operands = proto.input.map((name) => (name === '' ? undefined : resolve(label, name)));
    values.set(output, apply(new OperatorNode(label, proto, operands, builder)));
  }

  if (graph.output.length !== 1) {
    throw new InputError(
      `the network has ${graph.output.length} outputs; one is supported: export a model with a single output`,
    );
  }
  const output = values.get(graph.output[0]!.name);
  if (output?.kind !== 'computed')
    throw new InputError(
      `output ${quoted(graph.output[0]!.name)} is not computed from the input; export a model whose output depends on its input`,
    );
  const layers = pathTo(output.tensor, builder.layers);
  if (layers.length === 0) throw new InputError('the network has no layers; export one with linear layers');
  const inputShape = shape.length > 1 && shape[0] === 1 ? shape.slice(1) : shape;
  return { name: printableName(graph.name), inputShape, layers };
}

/** The layers between tensor 0 and the given one, renumbered: every layer has one input, so they form a chain. */
function pathTo(tensor: number, layers: readonly FloatLayer[]): FloatLayer[] {
  const fromOutput: FloatLayer[] = [];
  for (let at = tensor; at > 0; at = fromOutput.at(-1)!.input) fromOutput.push(layers[at - 1]!);
  return fromOutput.map((_, index) => ({ ...fromOutput[fromOutput.length - 1 - index]!, input: index }));
}

const labelOf = (node: NodeProto, index: number): NodeLabel => ({
  name: node.name || node.output[0] || `#${index}`,
  operator: node.opType,
});

const printableName = (name: string): string => name.replace(/[^\x20-\x7e]/g, '?').slice(0, 80) || 'network';
