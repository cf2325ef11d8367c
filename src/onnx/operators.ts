// The supported operators, by the ONNX specification (opsets 7 and later). Each function takes its node and
// returns the value that the node computes; an operator is added by one line here.

import type { OperatorNode, Value } from './graph.ts';
import { batchNormalization, conv, gemm, matMul } from './operators-linear.ts';
import { averagePool, globalAveragePool, globalMaxPool, maxPool, reduceMean } from './operators-pools.ts';
import { dequantizeLinear, quantizeLinear } from './operators-quantised.ts';
import {
  cast,
  constant,
  dropout,
  flatten,
  identity,
  pad,
  reshape,
  squeeze,
  transpose,
  unsqueeze,
} from './operators-shapes.ts';
import { add, bound, clip, concat, div, mul, relu, sub, sum } from './operators-values.ts';

export const OPERATORS: ReadonlyMap<string, (node: OperatorNode) => Value> = new Map([
  ['Gemm', gemm],
  ['MatMul', matMul],
  ['Conv', conv],
  ['BatchNormalization', batchNormalization],
  ['Add', add],
  ['Sum', sum],
  ['Sub', sub],
  ['Mul', mul],
  ['Div', div],
  ['Concat', concat],
  ['Relu', relu],
  ['Clip', clip],
  ['Min', bound],
  ['Max', bound],
  ['MaxPool', maxPool],
  ['AveragePool', averagePool],
  ['GlobalMaxPool', globalMaxPool],
  ['GlobalAveragePool', globalAveragePool],
  ['ReduceMean', reduceMean],
  ['Flatten', flatten],
  ['Reshape', reshape],
  ['Transpose', transpose],
  ['Squeeze', squeeze],
  ['Unsqueeze', unsqueeze],
  ['Pad', pad],
  ['Dropout', dropout],
  ['Identity', identity],
  ['Cast', cast],
  ['Constant', constant],
  ['QuantizeLinear', quantizeLinear],
  ['DequantizeLinear', dequantizeLinear],
]);
