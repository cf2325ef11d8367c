export { type DataArray, splitIntegerSamples, splitSamples } from './data-array.ts';
export { gunzip, isGzip, MAX_DECOMPRESSED } from './gzip.ts';
export { readArray, readLabels } from './read.ts';
