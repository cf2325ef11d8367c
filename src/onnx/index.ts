export { type DataArray, splitIntegerSamples, splitSamples } from '../data/data-array.ts';
export { gunzip } from '../data/gzip.ts';
export { readArray, readLabels } from '../data/read.ts';
export type { FloatClamp, FloatFlatten, FloatLayer, FloatLinear, FloatNetwork, SparseRows } from './float-network.ts';
export { argmax, evaluateFloat } from './float-network.ts';
export { type ImportOptions, importOnnx } from './import.ts';
export { readFloatNetwork } from './read.ts';
export type { ImportReport, LayerReport } from './report.ts';
