// QuantizeLinear and DequantizeLinear: of constants they are computed here; on activations a pair of them rounds
// (FloatRound), and the value between the two is kept as the real numbers that the second one gives.

import { roundToEven, sizeOf } from './float-network.ts';
import { describe, type OperatorNode, type Value } from './graph.ts';
import type { ConstantTensor } from './tensors.ts';

/** round(x / scale) + zero point: of constants the integers, of a computed tensor rounding, kept as real numbers. */
export function quantizeLinear(node: OperatorNode): Value {
  const versioned = [
    { name: 'axis', since: 13 },
    { name: 'saturate', since: 19 },
    { name: 'block_size', since: 21 },
  ];
  node.expect(2, 3, versioned);
  const operand = node.operand(0);
  const { scale, zeroPoint, range } = quantisation(node);
  if (operand.kind === 'constant') {
    if (operand.tensor.integer) throw node.fail('takes real numbers, but its input is a constant of integers');
    node.builder.spend(node, operand.tensor.values.length);
    const at = places(node, operand.tensor.shape, scale.length);
    const values = Float64Array.from(operand.tensor.values, (value, i) => {
      const rounded = roundToEven(value / scale[at(i)]) + zeroPoint[at(i)];
      return Math.min(Math.max(rounded, range[0]), range[1]);
    });
    return { ...operand, tensor: { ...operand.tensor, values, integer: true, range } };
  }
  const value = node.computed(0);
  if (scale.length !== 1) {
    throw node.fail('rounds activations with a scale for each channel; one scale for all is supported');
  }
  const { tensor } = node.builder.add(
    node,
    {
      kind: 'round',
      ...node.label,
      input: value.tensor,
      step: scale[0],
      min: range[0] - zeroPoint[0],
      max: range[1] - zeroPoint[0],
    },
    node.builder.shapes[value.tensor],
  );
  return { ...value, tensor, quantised: { by: node.label, scale: scale[0], zeroPoint: zeroPoint[0] } };
}

/** scale·(x − zero point): of constants, or of the result of a QuantizeLinear with the same scale. */
export function dequantizeLinear(node: OperatorNode): Value {
  const versioned = [
    { name: 'axis', since: 13 },
    { name: 'block_size', since: 21 },
  ];
  node.expect(2, 3, versioned);
  const operand = node.operand(0);
  const { scale, zeroPoint } = quantisation(node);
  if (operand.kind === 'constant') {
    if (!operand.tensor.integer) throw node.fail('takes integers, but its input is a constant of real numbers');
    node.builder.spend(node, operand.tensor.values.length);
    const at = places(node, operand.tensor.shape, scale.length);
    const values = Float64Array.from(operand.tensor.values, (value, i) => scale[at(i)] * (value - zeroPoint[at(i)]));
    return { ...operand, tensor: { ...operand.tensor, values, integer: false, range: undefined } };
  }
  const { quantised } = operand;
  if (quantised === undefined) throw node.fail('takes integers, but its input is computed and was not quantised');
  if (scale.length !== 1 || scale[0] !== quantised.scale || zeroPoint[0] !== quantised.zeroPoint) {
    throw node.fail('its scale or zero point is not that of the QuantizeLinear before it; equal ones are supported');
  }
  return { ...operand, quantised: undefined };
}

interface Quantisation {
  readonly scale: ConstantTensor['values'];
  readonly zeroPoint: ConstantTensor['values'];
  /** The integers of the quantised type. */
  readonly range: readonly [number, number];
}

function quantisation(node: OperatorNode): Quantisation {
  if (node.integer('block_size', 0) !== 0)
    throw node.fail('has scales by block; one for all or one a channel is supported');
  const { values: scale, shape } = node.realConstant(1, 'its scale');
  if (shape.length > 1 || scale.length === 0)
    throw node.fail(`its scale has shape ${describe(shape)}; one axis is supported`);
  if (!scale.every((step) => step > 0 && Number.isFinite(1 / step))) throw node.fail('its scale is not positive');
  const zero = node.optionalConstant(2, 'its zero point');
  if (zero !== undefined && (!zero.integer || zero.values.length !== scale.length)) {
    throw node.fail(`its zero point of shape ${describe(zero.shape)} does not fit a scale of shape ${describe(shape)}`);
  }
  const zeroPoint = zero?.values ?? new Float64Array(scale.length);
  return { scale, zeroPoint, range: zero?.range ?? [0, 255] };
}

/** Returns the index of the scale for an entry of a constant of this shape. */
function places(node: OperatorNode, shape: ConstantTensor['shape'], scales: number): (index: number) => number {
  if (scales === 1) return () => 0;
  const rank = shape.length;
  const axis = node.integer('axis', 1);
  const at = axis < 0 ? axis + rank : axis;
  if (!(shape[at] === scales)) {
    throw node.fail(`${scales} scales on axis ${axis} of a tensor of shape ${describe(shape)}`);
  }
  const after = sizeOf(shape.slice(at + 1));
  return (index) => Math.floor(index / after) % scales;
}
