// Operators that leave values as they are: new names for axes, padding that the next operator applies, and
// operators that do nothing once a network is trained.

import { TensorProto_DataType as DataType } from 'onnx-buf';
import { sizeOf } from './float-network.ts';
import { type Constant, describe, type OperatorNode, type Padding, shapeOf, type Value } from './graph.ts';
import type { ConstantTensor } from './tensors.ts';

/** To a matrix: the axes before `axis` in one, the others in the other. */
export function flatten(node: OperatorNode): Value {
  node.expect(1, 1, ['axis']);
  const { shape } = node.computed(0);
  const rank = shape.length;
  const axis = node.integer('axis', 1);
  if (axis < -rank || axis > rank) throw node.fail(`axis ${axis} of a tensor with ${rank} axes`);
  const at = axis < 0 ? axis + rank : axis;
  return rename(node, [sizeOf(shape.slice(0, at)), sizeOf(shape.slice(at))]);
}

/** 0 keeps the length of its axis (unless allowzero), −1 is the remaining length; before opset 5 an attribute. */
export function reshape(node: OperatorNode): Value {
  node.expect(2, 2, [{ name: 'allowzero', since: 14 }]);
  const target = node.optionalConstant(1, 'its target shape');
  if (target === undefined || !target.integer || target.shape.length !== 1)
    throw node.fail('its target shape is not a list of integers');
  const operand = node.operand(0);
  const isComputed = operand.kind === 'computed';
  const from = shapeOf(operand);
  const wanted = [...target.values];
  node.checkShape(wanted);
  const keepZeros = node.flag('allowzero');
  const shape = wanted.map((length, axis) => {
    if (length === 0 && !keepZeros) return from[axis] ?? 0;
    return isComputed && axis === 0 && length === node.builder.batch ? 1 : length;
  });
  const unknown = shape.indexOf(-1);
  if (unknown >= 0) {
    shape[unknown] = 1;
    shape[unknown] = sizeOf(from) / sizeOf(shape);
  }
  if (!shape.every((length) => Number.isInteger(length) && length > 0) || sizeOf(shape) !== sizeOf(from)) {
    throw node.fail(
      `cannot turn a ${isComputed ? 'sample' : 'constant'} of shape ${describe(from)} into ${describe(wanted)}`,
    );
  }
  return rename(node, shape);
}

/** Supported where only axes of length 1 move among the others, so that the values keep their order. */
export function transpose(node: OperatorNode): Value {
  node.expect(1, 1, ['perm']);
  const operand = node.operand(0);
  const from = shapeOf(operand);
  const order = node.integers('perm') ?? from.map((_, axis) => from.length - 1 - axis);
  if (`${[...order].sort((a, b) => a - b)}` !== `${from.map((_, axis) => axis)}`) {
    throw node.fail(`its perm ${describe(order)} is not an order of the ${from.length} axes`);
  }
  if (operand.kind === 'constant') {
    node.builder.spend(node, operand.tensor.values.length);
    return { ...operand, tensor: transposed(operand.tensor, order) };
  }
  const moved = order.filter((axis) => from[axis] !== 1);
  if (moved.some((axis, i) => i > 0 && axis < moved[i - 1])) {
    throw node.fail(
      `exchanges axes of ${describe(from)} (perm ${describe(order)}); only axes of length 1 may move: ` +
        'export with channels first',
    );
  }
  return rename(
    node,
    order.map((axis) => from[axis]),
  );
}

function transposed({ shape, values, ...rest }: ConstantTensor, order: readonly number[]): ConstantTensor {
  const to = order.map((axis) => shape[axis]);
  const strides = order.map((axis) => sizeOf(shape.slice(axis + 1)));
  const result = values.slice();
  for (let i = 0; i < result.length; i++) {
    let at = 0;
    for (let axis = to.length - 1, left = i; axis >= 0; left = Math.floor(left / to[axis]), axis--) {
      at += strides[axis] * (left % to[axis]);
    }
    result[i] = values[at];
  }
  return { ...rest, shape: to, values: result };
}

/** Removes the given axes, which have length 1; without given axes all of length 1, except the samples' axis. */
export function squeeze(node: OperatorNode): Value {
  node.expect(1, 2, [{ name: 'axes', before: 13 }]);
  const operand = node.operand(0);
  const from = shapeOf(operand);
  const first = operand.kind === 'computed' && node.builder.isBatched ? 1 : 0;
  const ones = from.flatMap((length, axis) => (length === 1 && axis >= first ? [axis] : []));
  const axes = axesOf(node, from.length) ?? new Set(ones);
  for (const axis of axes) {
    if (from[axis] !== 1) throw node.fail(`axis ${axis} of ${describe(from)} does not have length 1`);
  }
  return rename(
    node,
    from.filter((_, axis) => !axes.has(axis)),
  );
}

/** Inserts axes of length 1 at these positions of the result. */
export function unsqueeze(node: OperatorNode): Value {
  node.expect(1, 2, [{ name: 'axes', before: 13 }]);
  const from = shapeOf(node.operand(0));
  const count = node.integerList('axes', 1)?.length ?? 0;
  const rank = from.length + count;
  const axes = axesOf(node, rank);
  if (axes === undefined) throw node.fail('has no axes: the file is damaged');
  // the axes are distinct, so that as many are left as there were
  const kept = from[Symbol.iterator]();
  return rename(
    node,
    Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (kept.next().value as number))),
  );
}

function axesOf(node: OperatorNode, rank: number): ReadonlySet<number> | undefined {
  const axes = node.integerList('axes', 1);
  if (axes === undefined) return undefined;
  const places = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  if (places.size !== axes.length || [...places].some((axis) => axis < 0 || axis >= rank)) {
    throw node.fail(`its axes ${describe(axes)} are not different axes of ${rank}`);
  }
  return places;
}

/** Renames the axes: values stay in their order. */
function rename(node: OperatorNode, shape: readonly number[]): Value {
  node.checkShape(shape);
  const operand = node.operand(0);
  if (operand.kind === 'constant') return { ...operand, tensor: { ...operand.tensor, shape } };
  const value = node.computed(0);
  return `${shape}` === `${value.shape}` ? value : { ...value, shape, renamedBy: node.label };
}

/** Zeros around an image, which the next operator applies; if all lengths are 0, nothing is padded in any mode. */
export function pad(node: OperatorNode): Value {
  const versioned = [
    { name: 'pads', before: 11 },
    { name: 'value', before: 11 },
  ];
  node.expect(1, 4, ['mode', ...versioned]);
  const value = node.computed(0);
  const rank = value.shape.length;
  const lengths = node.integerList('pads', 1);
  if (lengths === undefined) throw node.fail('has no pads: the file is damaged');
  const given = node.optionalConstant(3, 'its axes');
  const axes = given === undefined ? value.shape.map((_, axis) => axis) : [...given.values];
  if (lengths.length !== 2 * axes.length) {
    throw node.fail(`its pads ${describe(lengths)} are not two for each of ${axes.length} axes`);
  }
  const [before, after] = [new Array<number>(rank).fill(0), new Array<number>(rank).fill(0)];
  for (const [i, axis] of axes.entries()) {
    if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
      throw node.fail(`axis ${axis} of a tensor with ${rank} axes`);
    before[axis < 0 ? axis + rank : axis] = lengths[i];
    after[axis < 0 ? axis + rank : axis] = lengths[i + axes.length];
  }
  if (lengths.every((length) => length === 0)) return value;
  const mode = node.text('mode', 'constant');
  const filler = node.operands[2] === undefined ? undefined : node.optionalConstant(2, 'its value');
  const constant = filler === undefined ? node.float('value', 0) : filler.values[0];
  if (mode !== 'constant' || constant !== 0) {
    throw node.fail(
      `pads with ${mode === 'constant' ? constant : `mode ${JSON.stringify(mode)}`}; zeros are supported`,
    );
  }
  const isSpatial = rank === 4 && before[0] + before[1] + after[0] + after[1] === 0;
  if (!isSpatial || lengths.some((length) => length < 0 || length > 2 ** 16)) {
    throw node.fail(
      `pads a tensor of shape ${describe(value.shape)} by ${describe(lengths)}; rows and columns of images, by 0 to 65536, are supported`,
    );
  }
  const sides: Padding = [before[2], before[3], after[2], after[3]];
  const shape = value.shape.map((length, axis) => before[axis] + length + after[axis]);
  return { ...value, shape, padding: { by: node.label, sides } };
}

export function identity(node: OperatorNode): Value {
  node.expect(1, 1, []);
  return node.operand(0);
}

/** The identity, once a network is trained; the mask, its second output, may be named and not read. */
export function dropout(node: OperatorNode): Value {
  const versioned = [
    { name: 'ratio', before: 12 },
    { name: 'seed', since: 12 },
  ];
  node.expect(1, 3, versioned, 2);
  const training = node.optionalConstant(2, 'its training_mode');
  if (training?.values[0]) throw node.fail('is in training mode; export the model after model.eval()');
  return node.operand(0);
}

/** Constants between integers and real numbers; of computed tensors only between kinds of real numbers. */
export function cast(node: OperatorNode): Value {
  node.expect(1, 1, ['to', { name: 'saturate', since: 19 }]);
  const operand = node.operand(0);
  const to = node.integer('to', 0);
  const isReal = to === DataType.FLOAT || to === DataType.DOUBLE;
  if (operand.kind === 'constant') node.builder.spend(node, operand.tensor.values.length);
  if (operand.kind === 'computed') {
    if (isReal) return operand;
  } else if (isReal) {
    const values =
      to === DataType.FLOAT ? Float64Array.from(operand.tensor.values, Math.fround) : operand.tensor.values;
    return { ...operand, tensor: { shape: operand.tensor.shape, values, integer: false } };
  } else if (to === DataType.INT64 || to === DataType.INT32) {
    const values = Float64Array.from(operand.tensor.values, Math.trunc);
    return { ...operand, tensor: { shape: operand.tensor.shape, values, integer: true } };
  }
  throw node.fail(
    `casts to ${DataType[to] ?? `type ${to}`}; FLOAT and DOUBLE are supported, and of constants INT32 and INT64`,
  );
}

export function constant(node: OperatorNode): Constant {
  const lists = ['value_float', 'value_floats', 'value_int', 'value_ints'].map((name) => ({ name, since: 12 }));
  node.expect(0, 0, ['value', ...lists]);
  return { kind: 'constant', name: node.name, tensor: node.constant() };
}
