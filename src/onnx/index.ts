export { type DataArray, splitIntegerSamples, splitSamples } from '../data/data-array.ts';
export { gunzip } from '../data/gzip.ts';
export { readArray, readLabels } from '../data/read.ts';
export { evaluateFloat, evaluateFloatLayer } from './float-evaluate.ts';
export type { FloatLayer, FloatNetwork, SparseRows } from './float-network.ts';
export { argmax } from './float-network.ts';
export {
  type ImportOptions,
  importOnnx,
  type QuantiseOptions,
  type QuantiseStep,
  quantiseNetwork,
  quantiseSteps,
} from './import.ts';
export { readFloatNetwork } from './read.ts';
export type { ImportReport, LayerReport, OutputReport } from './report.ts';
export type { WeightForm } from './weights.ts';
