// How much memory a case may take, and why one that takes more is not run.

/** WebAssembly addresses 4 GiB; half of one is left to Node. */
const ADDRESSABLE_BYTES = 3.5 * 2 ** 30;

/** Returns the memory that a case may take on a machine with `totalBytes` of memory. */
export const memoryLimit = (totalBytes: number): number => Math.min(ADDRESSABLE_BYTES, 0.75 * totalBytes);

/** Says that so much memory is more than is allowed; undefined if it is not. */
export function overLimit(bytes: number, limit: number): string | undefined {
  if (bytes <= limit) return undefined;
  const gibibytes = (value: number): string => `${(value / 2 ** 30).toFixed(1)} GiB`;
  return `it would take about ${gibibytes(bytes)} of memory; ${gibibytes(limit)} are allowed`;
}
