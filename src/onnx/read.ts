// From an ONNX file to a float network: one input, one or several outputs, and between them the operators of
// operators.ts. The graph is walked in the file's order (ONNX requires it sorted), without the nodes that no output
// uses; then fold.ts reduces the number of layers.
//
// A sample is one element of the batch: the first axis of the input, if it is dynamic or has a length other
// than 1, is taken as 1; should the shapes not fit then, the file is read again with its shapes as they are.

import type { GraphProto, ModelProto, NodeProto, ValueInfoProto } from 'onnx-buf';
import { InputError } from '../errors.ts';
import type { FloatNetwork } from './float-network.ts';
import { foldLayers } from './fold.ts';
import { type Computed, GraphBuilder, OperatorNode, type Value } from './graph.ts';
import { type NodeLabel, naming, nodeError, quoted } from './names.ts';
import { OPERATORS } from './operators.ts';
import { readModel } from './protobuf.ts';
import { MAX_RANK, readTensor } from './tensors.ts';

/** The oldest supported operator set: older ones broadcast differently. */
const MIN_OPSET = 7;

/**
 * Returns the float network of an ONNX file. Takes at most 64 MiB of memory, and 64 bytes for each byte of the file.
 *
 * @param bytes - the file, not compressed
 * @param fileName - for messages only
 * @throws InputError that names the file and the node and says how to fix it; never anything else
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { readFloatNetwork } from 'ternary-gkr/onnx';
 *
 * const network = readFloatNetwork(readFileSync('examples/mlp-small.onnx'), 'mlp-small.onnx');
 * console.log(network.inputShape, network.outputs.length); // [ 784 ] 1
 * ```
 */
export function readFloatNetwork(bytes: Uint8Array, fileName?: string): FloatNetwork {
  return naming(fileName, () => readModelGraph(bytes));
}

function readModelGraph(bytes: Uint8Array): FloatNetwork {
  const model = readModel(bytes);
  const graph = model.graph;
  if (graph === undefined) throw new InputError('not an ONNX file of a network: it holds no graph; export it again');
  const opset = opsetOf(model);
  if (graph.sparseInitializer.length > 0)
    throw new InputError('sparse initialisers are not supported: export dense weights');

  checkNames(graph);
  const input = onlyInput(graph);
  const declared = declaredShape(input);
  const options = { input: input.name, opset, weights: Math.max(1 << 20, 4 * bytes.length) };
  const batch = declared.length > 1 ? declared[0] : 1;
  if (batch === 1) return readGraph(graph, { ...options, shape: declared, batch: 1 });
  const shape = [1, ...declared.slice(1)];
  if (batch === DYNAMIC) return readGraph(graph, { ...options, shape, batch: 0 });
  try {
    return readGraph(graph, { ...options, shape, batch });
  } catch (error) {
    try {
      return readGraph(graph, { ...options, shape: declared, batch: 1 });
    } catch {
      throw error;
    }
  }
}

/** The version of the operator set that says what the nodes do. */
function opsetOf({ opsetImport }: ModelProto): number {
  const versions = new Set(
    opsetImport.filter(({ domain }) => domain === '' || domain === 'ai.onnx').map(({ version }) => version),
  );
  const [version] = versions;
  if (versions.size > 1) {
    throw new InputError(`operator sets ${[...versions].join(' and ')} are both given: the file is damaged`);
  }
  if (version === undefined || version < MIN_OPSET) {
    throw new InputError(`operator set ${version ?? 'missing'}: export with opset ${MIN_OPSET} or later`);
  }
  return Number(version);
}

const DYNAMIC = -1;

/** Checks that each name is declared once: of two initialisers of one name, either could be meant. */
function checkNames({ initializer, input, output }: GraphProto): void {
  const twice = (list: readonly { readonly name: string }[]): string | undefined => {
    const seen = new Set<string>();
    return list.find(({ name }) => seen.size === seen.add(name).size)?.name;
  };
  const constant = twice(initializer);
  if (constant !== undefined) {
    throw new InputError(
      `initialiser ${quoted(constant)} is given twice: one of the two is not the trained one; export the model again`,
    );
  }
  for (const [kind, list] of [
    ['input', input],
    ['output', output],
  ] as const) {
    const name = twice(list);
    if (name === undefined) continue;
    throw new InputError(`${kind} ${quoted(name)} is declared twice: the file is damaged; export the model again`);
  }
}

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

/** Returns the input's axes; DYNAMIC for a first axis without a fixed length. */
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

interface ReadOptions {
  /** The input's name, and its axes as ONNX sees them. */
  readonly input: string;
  readonly shape: readonly number[];
  readonly opset: number;
  /** The batch size in the file's shapes, 0 for a dynamic one. */
  readonly batch: number;
  /** The most weights that may be held. */
  readonly weights: number;
}

function readGraph(graph: GraphProto, { input, shape, opset, batch, weights }: ReadOptions): FloatNetwork {
  const builder = new GraphBuilder(shape, batch, weights);
  const values = new Map<string, Value>([[input, { kind: 'computed', tensor: 0, shape }]]);
  const initialisers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const producers = findProducers(graph, (name) => values.has(name) || initialisers.has(name));

  const resolve = (node: NodeLabel, name: string): Value => {
    const known = values.get(name);
    if (known !== undefined) return known;
    const tensor = initialisers.get(name);
    if (tensor === undefined) {
      const index = producers.get(name);
      const [first] = index === undefined ? [] : graph.node[index].output;
      if (index !== undefined && first !== name && (first === '' || values.has(first))) {
        const { name: by, operator } = labelOf(graph.node[index], index);
        throw nodeError(
          node,
          `reads ${quoted(name)}, a second output of node ${quoted(by)} (${operator}); only first ones are supported`,
        );
      }
      throw nodeError(node, `its input ${quoted(name)} is not computed before it: the file is damaged`);
    }
    const value: Value = { kind: 'constant', name, tensor: readTensor(tensor, name) };
    values.set(name, value);
    return value;
  };

  for (const index of neededNodes(graph, producers)) {
    const proto = graph.node[index];
    const label = labelOf(proto, index);
    const apply = proto.domain === '' || proto.domain === 'ai.onnx' ? OPERATORS.get(proto.opType) : undefined;
    if (apply === undefined) {
      const supported = [...OPERATORS.keys()].join(', ');
      throw nodeError(
        label,
        `this operator is not supported; supported are ${supported}: change the model or leave the node out`,
      );
    }
    const operands = proto.input.map((name) => (name === '' ? undefined : resolve(label, name)));
    while (operands.length > 0 && operands.at(-1) === undefined) operands.pop();
    const value = apply(new OperatorNode(label, proto, opset, operands, builder));
    if (proto.output[0]) values.set(proto.output[0], value);
  }
  return networkOf(graph, builder, resolve);
}

/** Returns the node that computes each name. */
function findProducers(graph: GraphProto, isTaken: (name: string) => boolean): ReadonlyMap<string, number> {
  const producers = new Map<string, number>();
  for (const [index, node] of graph.node.entries()) {
    if (node.output.every((name) => name === '')) throw nodeError(labelOf(node, index), 'has no output');
    for (const name of node.output) {
      if (name === '') continue;
      if (isTaken(name) || producers.has(name)) {
        throw nodeError(labelOf(node, index), `computes ${quoted(name)} a second time`);
      }
      producers.set(name, index);
    }
  }
  return producers;
}

/** Returns the nodes that outputs depend on, in the file's order. */
function neededNodes(graph: GraphProto, producers: ReadonlyMap<string, number>): number[] {
  const needed = new Set<number>();
  const names = graph.output.map(({ name }) => name);
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    const index = producers.get(name);
    if (index === undefined || needed.has(index)) continue;
    needed.add(index);
    for (const input of graph.node[index].input) names.push(input);
  }
  return [...needed].sort((a, b) => a - b);
}

function networkOf(
  graph: GraphProto,
  builder: GraphBuilder,
  resolve: (node: NodeLabel, name: string) => Value,
): FloatNetwork {
  if (graph.output.length === 0) throw new InputError('the network has no outputs; export a model with one');
  const given = graph.output.map(({ name }) => outputTensor(name, resolve({ name, operator: 'output' }, name)));
  const { layers, shapes, outputs } = foldLayers({ layers: builder.layers, shapes: builder.shapes, outputs: given });
  if (outputs.includes(0)) {
    throw new InputError('the network has no layers between its input and an output; export one with linear layers');
  }
  const names = graph.output.map(({ name }) => name);
  for (const [index, tensor] of outputs.entries()) {
    const first = outputs.indexOf(tensor);
    if (first !== index) {
      throw new InputError(
        `outputs ${quoted(names[first])} and ${quoted(names[index])} are the same values; export the model with one of them`,
      );
    }
  }
  return {
    name: printableName(graph.name, 'network'),
    inputShape: shapes[0],
    layers,
    shapes,
    outputs: outputs.map((tensor, index) => ({ name: printableName(names[index], 'output'), tensor })),
  };
}

function outputTensor(name: string, value: Value): number {
  const text = `output ${quoted(name)}`;
  if (value.kind === 'constant')
    throw new InputError(`${text} is not computed from the input; export a model whose output depends on its input`);
  const { padding, quantised, tensor }: Computed = value;
  const by = padding?.by ?? quantised?.by;
  if (by === undefined) return tensor;
  throw nodeError(by, `gives ${text}, which is supported only before another operator`);
}

const labelOf = (node: NodeProto, index: number): NodeLabel => ({
  name: node.name || node.output[0] || `#${index}`,
  operator: node.opType,
});

const printableName = (name: string, otherwise: string): string =>
  name.replace(/[^\x20-\x7e]/g, '?').slice(0, 80) || otherwise;
