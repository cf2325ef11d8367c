// Sample data from files.
//
//   read.ts                     reads a file of any format
//   idx.ts, npy.ts, json.ts     the formats; gzip.ts decompresses
//   data-array.ts               the array that is read, and its samples
//
// `onnx` and `cli` use it.

export { type DataArray, splitIntegerSamples, splitSamples } from './data-array.ts';
export { gunzip, isGzip, MAX_DECOMPRESSED } from './gzip.ts';
export { readArray, readLabels } from './read.ts';
