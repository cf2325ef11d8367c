// Operators on the values of a tensor, one by one: sums, scales, clamps and concatenation.

import type { FloatClamp } from './float-network.ts';
import { sizeOf } from './float-network.ts';
import { type Computed, describe, type OperatorNode, type Value } from './graph.ts';
import { broadcastShape, channelsOf, expandTo } from './matrices.ts';
import type { ConstantTensor } from './tensors.ts';

/** Beyond any float32: exporters write the greatest float where they mean no bound. */
const UNBOUNDED = 3.4028234e38;

/** The sum of computed tensors of one shape, or of a computed one and a constant. */
export function add(node: OperatorNode): Value {
  node.expect(2, 2, []);
  if (node.operand(0).kind === 'computed' && node.operand(1).kind === 'computed') return addComputed(node);
  const { value, constant } = withConstant(node);
  return affine(node, value, scalar(1), constant);
}

/** The sum of any number of computed tensors. */
export function sum(node: OperatorNode): Value {
  node.expect(1, Number.POSITIVE_INFINITY, []);
  return node.operands.length === 1 ? node.computed(0) : addComputed(node);
}

function addComputed(node: OperatorNode): Computed {
  const values = node.operands.map((_, index) => node.computed(index));
  const [first] = values;
  for (const { shape } of values) {
    if (`${shape}` !== `${first.shape}`) {
      throw node.fail(
        `adds tensors of shapes ${describe(first.shape)} and ${describe(shape)}; equal shapes are supported`,
      );
    }
  }
  const { inputs, shape } = alike(node, values);
  return node.builder.add(node, { kind: 'add', ...node.label, inputs }, shape, first.shape);
}

/** Returns tensors under one shape: as they are if all agree, else as vectors. */
function alike(node: OperatorNode, values: readonly Computed[]): { inputs: number[]; shape: readonly number[] } {
  const { builder } = node;
  const shapes = values.map(({ tensor }) => `${builder.shapes[tensor]}`);
  const agree = shapes.every((shape) => shape === shapes[0]);
  const inputs = values.map((value) => (agree ? value.tensor : builder.vector(node, value)));
  return { inputs, shape: builder.shapes[inputs[0]] };
}

export function sub(node: OperatorNode): Value {
  node.expect(2, 2, []);
  const { value, constant, isConstantFirst } = withConstant(node);
  if (isConstantFirst) return affine(node, value, scalar(-1), constant);
  return affine(node, value, scalar(1), { ...constant, values: constant.values.map((x) => -x) });
}

export function mul(node: OperatorNode): Value {
  node.expect(2, 2, []);
  const { value, constant } = withConstant(node);
  return affine(node, value, constant, scalar(0));
}

export function div(node: OperatorNode): Value {
  node.expect(2, 2, []);
  const { value, constant, isConstantFirst } = withConstant(node);
  if (isConstantFirst) throw node.fail('divides by a computed tensor; only a constant divisor is supported');
  const values = Float64Array.from(constant.values, (divisor) => 1 / divisor);
  if (!values.every(Number.isFinite)) throw node.fail('divides by zero');
  return affine(node, value, { ...constant, values }, scalar(0));
}

const scalar = (value: number): ConstantTensor => ({ shape: [], values: Float64Array.of(value), integer: false });

/** Returns the operands of an operator that takes one computed tensor and one constant. */
function withConstant(node: OperatorNode): {
  readonly value: Computed;
  readonly constant: ConstantTensor;
  readonly isConstantFirst: boolean;
} {
  const [first, second] = [node.operand(0), node.operand(1)];
  if (first.kind === 'computed' && second.kind === 'computed') {
    throw node.fail('works on two computed tensors; of two such, only sums (Add) are supported');
  }
  const isConstantFirst = first.kind === 'constant';
  const value = node.computed(isConstantFirst ? 1 : 0);
  return { value, constant: node.realConstant(isConstantFirst ? 0 : 1, 'its constant'), isConstantFirst };
}

/** m·x + b with constants that are broadcast to the shape of x: by channel where they can be, else by value. */
export function affine(
  node: OperatorNode,
  value: Computed,
  multipliers: ConstantTensor,
  biases: ConstantTensor,
): Computed {
  const { builder } = node;
  const shape = builder.shapes[value.tensor];
  builder.spendActivations(node, sizeOf(value.shape));
  const [m, b] = [multipliers, biases].map((constant) => spread(node, constant, value, shape[0]));
  const view = m.view.length > b.view.length ? m.view : b.view;
  if (m.byChannel !== undefined && b.byChannel !== undefined) {
    const layer = { multipliers: m.byChannel, biases: b.byChannel, input: value.tensor };
    return builder.add(node, { kind: 'affine', ...node.label, ...layer }, shape, view);
  }
  if (value.shape.length > 2) {
    throw node.fail(
      'its constant differs between positions of one channel; one value a channel, or one for all, is supported',
    );
  }
  const layer = { multipliers: m.byValue(), biases: b.byValue(), input: builder.vector(node, value) };
  return builder.add(node, { kind: 'affine', ...node.label, ...layer }, [sizeOf(shape)], view);
}

/** A constant broadcast to a tensor of these channels. */
interface Spread {
  /** The shape as ONNX sees it. */
  readonly view: readonly number[];
  /** Undefined if positions of one channel have different values. */
  readonly byChannel: Float64Array | undefined;
  readonly byValue: () => Float64Array;
}

/** Spreads a constant; values are laid out one by one only if its shape does not say that it goes by channel. */
function spread(node: OperatorNode, constant: ConstantTensor, { shape }: Computed, channels: number): Spread {
  const view = broadcastShape(constant, shape);
  if (view === undefined) {
    throw node.fail(
      `a constant of shape ${describe(constant.shape)} does not fit a tensor of shape ${describe(shape)}`,
    );
  }
  const { builder } = node;
  const expanded = (): Float64Array => {
    builder.spend(node, sizeOf(view));
    return expandTo(constant, view);
  };
  builder.spend(node, channels);
  const known = channelsOf(constant, view, channels);
  if (known !== undefined) return { view, byChannel: known, byValue: expanded };
  const values = expanded();
  return { view, byChannel: byChannel(values, channels), byValue: () => values };
}

/** Returns the value of each channel, if all of a channel's positions have the same. */
function byChannel(values: Float64Array, channels: number): Float64Array | undefined {
  const places = values.length / channels;
  const found = Float64Array.from({ length: channels }, (_, channel) => values[channel * places]);
  return values.every((value, i) => value === found[Math.floor(i / places)]) ? found : undefined;
}

export function relu(node: OperatorNode): Value {
  node.expect(1, 1, []);
  return clamp(node, node.computed(0), 0, Number.POSITIVE_INFINITY);
}

/** Bounds as attributes (before opset 11) or as the second and third input. */
export function clip(node: OperatorNode): Value {
  const versioned = [
    { name: 'min', before: 11 },
    { name: 'max', before: 11 },
  ];
  node.expect(1, 3, versioned);
  const bound = (name: string, index: number, otherwise: number): number => {
    const tensor = node.optionalConstant(index, `its ${name}`);
    const value = tensor === undefined ? node.float(name, otherwise) : single(node, tensor, `its ${name}`);
    return Math.abs(value) < UNBOUNDED ? value : otherwise;
  };
  const min = bound('min', 1, Number.NEGATIVE_INFINITY);
  const max = bound('max', 2, Number.POSITIVE_INFINITY);
  if (min > max) throw node.fail(`its min ${min} is above its max ${max}`);
  return clamp(node, node.computed(0), min, max);
}

/** Max and Min of a computed tensor and one number, as some exporters write Relu6. */
export function bound(node: OperatorNode): Value {
  node.expect(2, 2, []);
  const { value, constant } = withConstant(node);
  const limit = single(node, constant, 'its constant');
  return node.operator === 'Max'
    ? clamp(node, value, limit, Number.POSITIVE_INFINITY)
    : clamp(node, value, Number.NEGATIVE_INFINITY, limit);
}

function single(node: OperatorNode, tensor: ConstantTensor, what: string): number {
  if (tensor.values.length !== 1) throw node.fail(`${what} has ${tensor.values.length} values, not one`);
  return tensor.values[0];
}

function clamp(node: OperatorNode, value: Computed, min: number, max: number): Computed {
  const layer: FloatClamp = { kind: 'clamp', ...node.label, input: value.tensor, min, max };
  return node.builder.add(node, layer, node.builder.shapes[value.tensor], value.shape);
}

/** Tensors after each other along the channels. */
export function concat(node: OperatorNode): Value {
  node.expect(1, Number.POSITIVE_INFINITY, ['axis']);
  const values = node.operands.map((_, index) => node.computed(index));
  const [first] = values;
  const rank = first.shape.length;
  const axis = node.integer('axis', 1);
  if (axis < -rank || axis >= rank) throw node.fail(`axis ${axis} of tensors with ${rank} axes`);
  const along = axis < 0 ? axis + rank : axis;
  if (values.length === 1) return first;
  for (const { shape } of values) {
    if (shape.length !== rank || shape.some((length, at) => at !== along && length !== first.shape[at])) {
      throw node.fail(`tensors of shapes ${describe(first.shape)} and ${describe(shape)} do not fit on axis ${axis}`);
    }
  }
  const isBatch = along === 0 && rank > 1 && first.shape[0] === 1;
  if (isBatch || sizeOf(first.shape.slice(0, along)) !== 1) {
    throw node.fail(
      `works on axis ${axis} of ${describe(first.shape)}; channels (axis 1, or the only one) are supported`,
    );
  }
  const view = [...first.shape];
  view[along] = values.reduce((length, { shape }) => length + shape[along], 0);
  const { builder } = node;
  const isImage = rank === 4 && along === 1 && builder.shapes[first.tensor].length === 3;
  const inputs = values.map((value) => (isImage ? builder.image(node, value).tensor : builder.vector(node, value)));
  const shape = isImage ? view.slice(1) : [sizeOf(view)];
  return builder.add(node, { kind: 'concatenate', ...node.label, inputs }, shape, view);
}
