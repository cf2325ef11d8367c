// Where the values of a tensor lie: row-major without padding for people and files, and on a cube in proofs, each axis
// padded to a power of two by itself.

import { logCeil } from './point.ts';

function product(values: readonly number[]): number {
  return values.reduce((all, value) => all * value, 1);
}

/** Whether a shape's row-major data is its padded data. */
function isTight(shape: readonly number[]): boolean {
  return shape.every((extent, axis) => axis === 0 || extent === 2 ** logCeil(extent));
}

/** The place on the cube of each value, in row-major order. */
export function paddedPlaces(shape: readonly number[]): Uint32Array {
  const places = new Uint32Array(product(shape));
  let count = 1;
  for (const extent of shape) {
    const width = 2 ** logCeil(extent);
    // downwards, so that a place is read before those of its row are written over it
    for (let place = count - 1; place >= 0; place--) {
      const first = places[place] * width;
      for (let i = extent - 1; i >= 0; i--) places[place * extent + i] = first + i;
    }
    count *= extent;
  }
  return places;
}

/** Puts `batch` tensors of one shape on their cubes, one after the other, zeros beyond them. */
export function padTensors(shape: readonly number[], batch: number, values: Int32Array): Int32Array {
  const width = product(shape.map((extent) => 2 ** logCeil(extent)));
  const length = product(shape);
  const padded = new Int32Array(width * 2 ** logCeil(batch));
  if (isTight(shape)) {
    for (let b = 0; b < batch; b++) padded.set(values.subarray(b * length, (b + 1) * length), b * width);
    return padded;
  }
  // whole lines of the last axis are moved at once
  const line = shape[shape.length - 1];
  const starts = paddedPlaces([...shape.slice(0, -1), 1]);
  const lineWidth = 2 ** logCeil(line);
  for (let b = 0; b < batch; b++) {
    for (let k = 0, from = b * length; k < starts.length; k++, from += line) {
      padded.set(values.subarray(from, from + line), b * width + starts[k] * lineWidth);
    }
  }
  return padded;
}
