export type { FloatClamp, FloatFlatten, FloatLayer, FloatLinear, FloatNetwork, SparseRows } from './float-network.ts';
export { argmax, evaluateFloat } from './float-network.ts';
export { readFloatNetwork } from './read.ts';
