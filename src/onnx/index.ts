// Import of ONNX models. An import runs down this table, from the bytes of a file to an integer network.
//
//   import.ts                                            the importer; report.ts its figures
//   protobuf.ts, read.ts, graph.ts, names.ts, tensors.ts the file, checked
//   operators.ts and operators-*: operators-linear.ts, operators-pools.ts, operators-quantised.ts, operators-shapes.ts,
//     operators-values.ts; matrices.ts, windows.ts       operators as float layers
//   float-network.ts, float-evaluate.ts                  the network over the real numbers, and its run
//   fold.ts, rewrite.ts                                  fewer layers, clamps moved early
//   calibration.ts, scale-classes.ts                     ranges of tensors, and tensors that share a scale
//   quantise.ts, values.ts, weights.ts, ternary.ts, tables.ts  scales, and weights as integers
//   lower.ts, integers.ts, integer-builder.ts            the integer network, layer by layer
//
// It rests on `network/model` and `data`, knows no proofs, and is loaded by nobody who only proves or verifies.

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
