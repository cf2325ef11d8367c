// The operators of multilayer perceptrons, one function each, by the ONNX specification (opsets 7 and
// later). Each takes its node and gives the value that the node computes; an operator is added by one line
// in the table at the end.

import type { FloatClamp, FloatLinear } from './float-network.ts';
import { sizeOf } from './float-network.ts';
import type { Computed, Constant, OperatorNode, Value } from './graph.ts';
import { denseToRows, expandTo } from './matrices.ts';

/** Y = alpha·A′·B′ + beta·C with one of A and B constant; A′ is Aᵀ if transA, B′ likewise. */
function gemm(node: OperatorNode): Value {
  node.expect(2, 3, ['alpha', 'beta', 'transA', 'transB']);
  const [a, b] = [node.operand(0), node.operand(1)];
  const [transA, transB] = [node.flag('transA'), node.flag('transB')];
  if (shapeOf(a).length !== 2 || shapeOf(b).length !== 2) {
    throw node.fail(`takes matrices, but its inputs have shapes ${describe(shapeOf(a))} and ${describe(shapeOf(b))}`);
  }
  const output = product(node, a, transA, b, transB, node.float('alpha', 1));
  const added = node.optionalConstant(2, 'its third input (the bias)');
  if (added === undefined) return output;
  const beta = node.float('beta', 1);
  return addBias(node, output, added, beta);
}

/** Y = A·B, one of them constant, for one row (or one column) per sample. */
function matMul(node: OperatorNode): Value {
  node.expect(2, 2, []);
  return product(node, node.operand(0), false, node.operand(1), false, 1);
}

/** Adds a constant to the output of the linear layer before it. */
function add(node: OperatorNode): Value {
  node.expect(2, 2, []);
  const [first, second] = [node.operand(0), node.operand(1)];
  if (first.kind === 'computed' && second.kind === 'computed') {
    throw node.fail('adds two computed tensors (a residual connection), which is not supported; a constant bias is');
  }
  const computed = first.kind === 'computed' ? first : node.computed(1);
  const constant = (first.kind === 'constant' ? first : second) as Constant;
  return addBias(node, computed, constant.tensor, 1);
}

function product(node: OperatorNode, a: Value, transA: boolean, b: Value, transB: boolean, alpha: number): Computed {
  if (a.kind === b.kind) {
    throw node.fail(
      a.kind === 'computed'
        ? 'multiplies two computed tensors; one of them must be constant weights'
        : 'multiplies two constants; simplify the model (constant folding) and export it again',
    );
  }
  const weights = (a.kind === 'constant' ? a : b) as Constant;
  const flow = (a.kind === 'computed' ? a : b) as Computed;
  const flowIsLeft = flow === a;
  if (weights.tensor.integer)
    throw node.fail(`weights ${JSON.stringify(weights.name)} are integers; export them as floats`);

  // As matrices, W is rows × columns after its transposition; a vector is a column on the right, a row on the left.
  const stored = weights.tensor.shape;
  if (stored.length !== 1 && stored.length !== 2)
    throw node.fail(`weights of shape ${describe(stored)}; a matrix is supported`);
  const matrix = stored.length === 2 ? stored : flowIsLeft ? [stored[0]!, 1] : [1, stored[0]!];
  const transposed = flowIsLeft ? transB : transA;
  const [rows, columns] = transposed ? [matrix[1]!, matrix[0]!] : [matrix[0]!, matrix[1]!];
  const [inputs, outputs] = flowIsLeft ? [rows, columns] : [columns, rows];
  if (inputs === 0 || outputs === 0) throw node.fail(`empty weights of shape ${describe(stored)}`);

  const oriented = transposeIf(flow.shape, flowIsLeft ? transA : transB);
  const contracted = flowIsLeft || oriented.length === 1 ? oriented.length - 1 : oriented.length - 2;
  if (oriented[contracted] !== inputs) {
    throw node.fail(
      `its weights of shape ${describe(stored)} take ${inputs} values, but its input of shape ${describe(flow.shape)} gives ${oriented[contracted]}`,
    );
  }
  if (sizeOf(flow.shape) !== inputs) {
    throw node.fail(
      `multiplies ${sizeOf(flow.shape) / inputs} vectors for one sample; one is supported: export with batch size 1`,
    );
  }
  const shape = [...oriented];
  const unit = stored.length === 1 ? [] : [outputs];
  shape.splice(contracted, 1, ...unit);

  node.builder.spend(node, sizeOf(stored));
  // Rows of the layer's matrix are its outputs: as stored if W is outputs × inputs there.
  const outputsFirst = flowIsLeft === transposed;
  const layer: FloatLinear = {
    kind: 'linear',
    name: node.name,
    operator: node.operator,
    input: flow.tensor,
    weights: denseToRows(weights.tensor.values, outputs, inputs, outputsFirst, alpha),
    bias: new Float64Array(outputs),
  };
  return node.builder.add(node, layer, shape);
}

/** The linear layer that computed `value`, with factor·constant added to its bias. */
function addBias(node: OperatorNode, value: Computed, constant: Constant['tensor'], factor: number): Computed {
  const layer = node.builder.layers[value.tensor - 1];
  if (layer?.kind !== 'linear') throw node.fail('adds a constant to what is not the direct output of MatMul or Gemm');
  if (constant.integer) throw node.fail('adds integers; export the bias as floats');
  const expanded = expandTo(constant, value.shape);
  if (expanded === undefined) {
    throw node.fail(
      `a bias of shape ${describe(constant.shape)} does not fit an output of shape ${describe(value.shape)}`,
    );
  }
  const bias = layer.bias.map((old, i) => old + factor * expanded.values[i]!);
  const name = node.operator === 'Add' ? layer.name : node.name;
  return node.builder.add(node, { ...layer, name, bias }, expanded.shape);
}

function relu(node: OperatorNode): Value {
  node.expect(1, 1, []);
  return clamp(node, 0, Number.POSITIVE_INFINITY);
}

/** Bounds as attributes (before opset 11) or as the second and third input. */
function clip(node: OperatorNode): Value {
  node.expect(1, 3, ['min', 'max']);
  const bound = (name: string, index: number, otherwise: number): number => {
    const tensor = node.optionalConstant(index, `its ${name}`);
    if (tensor === undefined) return node.float(name, otherwise);
    if (tensor.values.length !== 1) throw node.fail(`its ${name} has ${tensor.values.length} values, not one`);
    return tensor.values[0]!;
  };
  const min = bound('min', 1, Number.NEGATIVE_INFINITY);
  const max = bound('max', 2, Number.POSITIVE_INFINITY);
  if (min > max) throw node.fail(`its min ${min} is above its max ${max}`);
  return clamp(node, min, max);
}

/** A clamp of a clamp is a clamp: clamp(clamp(x, a, b), c, d) = clamp(x, clamp(a, c, d), clamp(b, c, d)). */
function clamp(node: OperatorNode, min: number, max: number): Computed {
  const value = node.computed(0);
  const before = node.builder.layers[value.tensor - 1];
  const within = (bound: number): number => Math.min(Math.max(bound, min), max);
  const layer: FloatClamp =
    before?.kind === 'clamp'
      ? { ...before, min: within(before.min), max: within(before.max) }
      : { kind: 'clamp', name: node.name, operator: node.operator, input: value.tensor, min, max };
  return node.builder.add(node, layer, value.shape);
}

/** To a matrix: the axes before `axis` in one, the others in the other. */
function flatten(node: OperatorNode): Value {
  node.expect(1, 1, ['axis']);
  const value = node.computed(0);
  const rank = value.shape.length;
  const axis = node.integer('axis', 1);
  if (axis < -rank || axis > rank) throw node.fail(`axis ${axis} of a tensor with ${rank} axes`);
  const at = axis < 0 ? axis + rank : axis;
  return rename(node, value, [sizeOf(value.shape.slice(0, at)), sizeOf(value.shape.slice(at))]);
}

/** 0 keeps the length of its axis (unless allowzero), −1 is what is left over. */
function reshape(node: OperatorNode): Value {
  node.expect(2, 2, ['allowzero']);
  const value = node.computed(0);
  const target = node.optionalConstant(1, 'its target shape');
  if (target === undefined || !target.integer || target.shape.length !== 1)
    throw node.fail('its target shape is not a list of integers');
  const wanted = [...target.values];
  node.checkShape(wanted);
  const keepZeros = node.flag('allowzero');
  const shape = wanted.map((length, axis) => {
    if (length === 0 && !keepZeros) return value.shape[axis] ?? 0;
    return axis === 0 && length === node.builder.batch ? 1 : length;
  });
  const unknown = shape.indexOf(-1);
  if (unknown >= 0) {
    shape[unknown] = 1;
    shape[unknown] = sizeOf(value.shape) / sizeOf(shape);
  }
  if (!shape.every((length) => Number.isInteger(length) && length > 0) || sizeOf(shape) !== sizeOf(value.shape)) {
    throw node.fail(`cannot turn a sample of shape ${describe(value.shape)} into ${describe(wanted)}`);
  }
  return rename(node, value, shape);
}

/** Values stay in their order, so only the names of the axes change. */
function rename(node: OperatorNode, value: Computed, shape: readonly number[]): Computed {
  if (`${shape}` === `${value.shape}`) return value;
  return node.builder.add(
    node,
    { kind: 'flatten', name: node.name, operator: node.operator, input: value.tensor },
    shape,
  );
}

function identity(node: OperatorNode): Value {
  node.expect(1, 1, []);
  return node.operand(0);
}

function constant(node: OperatorNode): Value {
  node.expect(0, 0, ['value', 'value_float', 'value_floats', 'value_int', 'value_ints']);
  return { kind: 'constant', name: node.name, tensor: node.constant() };
}

const shapeOf = (value: Value): readonly number[] => (value.kind === 'computed' ? value.shape : value.tensor.shape);

const describe = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

const transposeIf = (shape: readonly number[], transpose: boolean): readonly number[] =>
  transpose ? [shape[1]!, shape[0]!] : shape;

export const OPERATORS: ReadonlyMap<string, (node: OperatorNode) => Value> = new Map([
  ['Gemm', gemm],
  ['MatMul', matMul],
  ['Add', add],
  ['Relu', relu],
  ['Clip', clip],
  ['Flatten', flatten],
  ['Reshape', reshape],
  ['Identity', identity],
  ['Constant', constant],
]);
