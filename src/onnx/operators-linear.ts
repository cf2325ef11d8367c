// Operators with weights: Gemm, MatMul, Conv and BatchNormalization.

import type { FloatConvolution, FloatLinear, SparseRows } from './float-network.ts';
import { sizeOf } from './float-network.ts';
import { type Computed, type Constant, describe, type OperatorNode, shapeOf, type Value } from './graph.ts';
import { broadcastShape, denseToRows, expandTo } from './matrices.ts';
import { quoted } from './names.ts';
import { affine } from './operators-values.ts';
import { placeWindow, WINDOW_ATTRIBUTES } from './windows.ts';

/** Y = alpha·A′·B′ + beta·C with one of A and B constant; A′ is Aᵀ if transA, B′ likewise. */
export function gemm(node: OperatorNode): Value {
  node.expect(2, 3, ['alpha', 'beta', 'transA', 'transB']);
  const [a, b] = [node.operand(0), node.operand(1)];
  const [transA, transB] = [node.flag('transA'), node.flag('transB')];
  if (shapeOf(a).length !== 2 || shapeOf(b).length !== 2) {
    throw node.fail(`takes matrices, but its inputs have shapes ${describe(shapeOf(a))} and ${describe(shapeOf(b))}`);
  }
  const added = node.optionalConstant(2, 'its third input (the bias)');
  return product(node, [transA, transB], node.float('alpha', 1), added, node.float('beta', 1));
}

/** Y = A·B, one of them constant, for one row (or one column) per sample. */
export function matMul(node: OperatorNode): Value {
  node.expect(2, 2, []);
  return product(node, [false, false], 1);
}

function product(
  node: OperatorNode,
  [transA, transB]: readonly [boolean, boolean],
  alpha: number,
  added?: Constant['tensor'],
  beta = 1,
): Computed {
  const [a, b] = [node.operand(0), node.operand(1)];
  if (a.kind === b.kind) {
    throw node.fail(
      a.kind === 'computed'
        ? 'multiplies two computed tensors; one of them must be constant weights'
        : 'multiplies two constants; simplify the model (constant folding) and export it again',
    );
  }
  const flowIsLeft = a.kind === 'computed';
  const weights = (flowIsLeft ? b : a) as Constant;
  const flow = node.computed(flowIsLeft ? 0 : 1);
  if (weights.tensor.integer)
    throw node.fail(`weights ${JSON.stringify(weights.name)} are integers; export them as floats`);

  // As matrices, W is rows × columns after its transposition; a vector is a column on the right, a row on the left.
  const stored = weights.tensor.shape;
  if (stored.length !== 1 && stored.length !== 2)
    throw node.fail(`weights of shape ${describe(stored)}; a matrix is supported`);
  const matrix = stored.length === 2 ? stored : flowIsLeft ? [stored[0], 1] : [1, stored[0]];
  const transposed = flowIsLeft ? transB : transA;
  const [rows, columns] = transposed ? [matrix[1], matrix[0]] : [matrix[0], matrix[1]];
  const [inputs, outputs] = flowIsLeft ? [rows, columns] : [columns, rows];
  if (inputs === 0 || outputs === 0) throw node.fail(`empty weights of shape ${describe(stored)}`);

  const oriented = (flowIsLeft ? transA : transB) ? [flow.shape[1], flow.shape[0]] : flow.shape;
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
  const bias = added === undefined ? undefined : fittingBias(node, added, shape);

  node.builder.spend(node, sizeOf(stored));
  // Rows of the layer's matrix are its outputs: as stored if W is outputs × inputs there.
  const outputsFirst = flowIsLeft === transposed;
  const layer: FloatLinear = {
    kind: 'linear',
    ...node.label,
    input: node.builder.vector(node, flow),
    weights: denseToRows(weights.tensor.values, outputs, inputs, outputsFirst, alpha),
    bias: bias?.map((value) => beta * value) ?? new Float64Array(outputs),
  };
  return node.builder.add(node, layer, [outputs], shape);
}

function fittingBias(node: OperatorNode, bias: Constant['tensor'], shape: readonly number[]): Float64Array {
  if (bias.integer) throw node.fail('adds integers; export the bias as floats');
  const view = broadcastShape(bias, shape);
  if (view === undefined || view.length > shape.length) {
    throw node.fail(`a bias of shape ${describe(bias.shape)} does not fit an output of shape ${describe(shape)}`);
  }
  return expandTo(bias, view);
}

/** A convolution of images, with any kernel, strides, dilations, padding and groups. */
export function conv(node: OperatorNode): Value {
  node.expect(2, 3, [...WINDOW_ATTRIBUTES, 'group']);
  const value = node.padded(0);
  const { tensor: weights } = constantWeights(node);
  if (weights.shape.length !== 4) {
    throw node.fail(
      `weights of shape ${describe(weights.shape)}; convolutions of images, with four axes, are supported`,
    );
  }
  const image = node.builder.image(node, value);
  const [channels, rows, columns] = image.shape;
  const [outputs, filterChannels, ...kernel] = weights.shape;
  const groups = node.integer('group', 1);
  if (outputs === 0 || groups < 1 || outputs % groups !== 0 || filterChannels * groups !== channels) {
    throw node.fail(
      `weights of shape ${describe(weights.shape)} in ${groups} groups do not fit an input with ${channels} channels`,
    );
  }
  const placed = placeWindow(node, [rows, columns], value.padding?.sides, kernel);
  const { padding } = placed.window;
  node.builder.spend(node, weights.values.length);
  node.builder.spendActivations(
    node,
    channels * (padding[0] + rows + padding[2]) * (padding[1] + columns + padding[3]) + channels * sizeOf(kernel),
  );
  const bias = node.operands[2] === undefined ? undefined : node.realConstant(2, 'its bias');
  if (bias !== undefined && `${bias.shape}` !== `${outputs}`) {
    throw node.fail(`a bias of shape ${describe(bias.shape)} does not fit ${outputs} output channels`);
  }
  const filter = filterChannels * sizeOf(kernel);
  const layer: FloatConvolution = {
    kind: 'convolution',
    ...node.label,
    input: image.tensor,
    weights: grouped(denseToRows(weights.values, outputs, filter, true, 1), groups),
    bias: bias === undefined ? new Float64Array(outputs) : Float64Array.from(bias.values),
    window: placed.window,
  };
  return node.builder.add(node, layer, [outputs, ...placed.output]);
}

function constantWeights(node: OperatorNode): Constant {
  const weights = node.operand(1);
  if (weights.kind !== 'constant') throw node.fail('its weights must be a constant of the file, not computed');
  if (weights.tensor.integer)
    throw node.fail(`weights ${JSON.stringify(weights.name)} are integers; export them as floats`);
  return weights;
}

/** Returns the weights with the rows of group g moved to the columns of its channels. */
function grouped(weights: SparseRows, groups: number): SparseRows {
  if (groups === 1) return weights;
  const { rowCount, columnCount, ends } = weights;
  const columns = weights.columns.slice();
  for (let row = 0, k = 0; row < rowCount; row++) {
    const offset = Math.floor((row * groups) / rowCount) * columnCount;
    for (; k < ends[row]; k++) columns[k] += offset;
  }
  return { ...weights, columnCount: columnCount * groups, columns };
}

/**
 * Y = scale·(X − mean)/√(variance + epsilon) + bias, by channel. A node that also gives means and variances is in
 * training mode: before opset 14 nothing else says so.
 */
export function batchNormalization(node: OperatorNode): Value {
  const [training] = node.furtherOutputs;
  if (training !== undefined) {
    throw node.fail(
      `is in training mode: it also gives ${quoted(training)}, a mean or variance of the batch; ` +
        'export the model after model.eval()',
    );
  }
  const versioned = [
    { name: 'training_mode', since: 14 },
    { name: 'spatial', before: 9 },
  ];
  node.expect(5, 5, ['epsilon', 'momentum', ...versioned]);
  if (node.flag('training_mode')) throw node.fail('is in training mode; export the model after model.eval()');
  if (!node.flag('spatial', true))
    throw node.fail('normalises each position on its own (spatial = 0); by channel is supported');
  const value = node.computed(0);
  if (value.shape.length < 2)
    throw node.fail(`takes channels on axis 1, but its input has shape ${describe(value.shape)}`);
  const epsilon = node.float('epsilon', 1e-5);
  const parameter = (index: number, what: string): Float32Array | Float64Array => {
    const { shape, values } = node.realConstant(index, what);
    if (`${shape}` === `${value.shape[1]}`) return values;
    throw node.fail(`${what} has shape ${describe(shape)}, but its input has ${value.shape[1]} channels`);
  };
  const [scale, bias] = [parameter(1, 'its scale'), parameter(2, 'its bias')];
  const [mean, variance] = [parameter(3, 'its mean'), parameter(4, 'its variance')];
  const multipliers = Float64Array.from(scale, (factor, channel) => {
    const spread = variance[channel] + epsilon;
    if (variance[channel] >= 0 && spread > 0) return factor / Math.sqrt(spread);
    throw node.fail(`its variance of channel ${channel} is ${variance[channel]}; with epsilon it must be positive`);
  });
  const biases = multipliers.map((multiplier, channel) => bias[channel] - mean[channel] * multiplier);
  // By channel, as constants that are broadcast over the axes after it.
  const shape = [value.shape[1], ...value.shape.slice(2).map(() => 1)];
  return affine(node, value, { shape, values: multipliers, integer: false }, { shape, values: biases, integer: false });
}
