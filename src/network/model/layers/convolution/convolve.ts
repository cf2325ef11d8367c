// A convolution by its nonzero weights: each adds a shifted piece of an input channel to an output channel.
//
// Two changes of layout make every piece one contiguous run without tests of the border:
// - The channels are laid out with their padding, split by strides: rows r and columns c with the same remainders
//   stand together, so that a stride is one step. Output rows have the width of a laid-out row; the values
//   beyond an output's own columns are dropped in the end.
// - Several values share one double: with |sums| < B / 2, B a power of two, Σ_t x_t·B^t adds its parts without
//   carries into each other while B^parts ≤ 2^52. A run of `length` is cut into `parts` runs that are added at once.

import { signsOf } from '../../../../sparse/ternary-matrix.ts';
import { isTernary, type WeightMatrix } from '../../../../sparse/weight-matrix.ts';
import { placesOf, type WindowAxis } from '../window.ts';

/** Bits of a double that hold packed sums exactly; one bit is left for rounding while they are unpacked. */
const PACKED_BITS = 52;

/** Returns W ∗ x for one input of `channels` images; exact while every output lies within 32 bits. */
export function convolve(
  weights: WeightMatrix,
  axes: readonly [WindowAxis, WindowAxis],
  input: Int32Array,
  channels: number,
): Int32Array {
  const layout = layOut(axes, input, channels);
  const [places, width] = [placesOf(axes[0]), placesOf(axes[1])];
  const length = (places - 1) * layout.width + width;
  const bits = Math.ceil(Math.log2(largestSum(weights, input) + 1)) + 1;
  const parts = Math.max(1, Math.min(Math.floor(PACKED_BITS / bits), length));
  const run = Math.ceil(length / parts);
  const base = 2 ** bits;
  const sums = new Float64Array(weights.rowCount * run);
  addRuns(weights, packRuns(layout.values, parts, run, base), layout.offsets, run, sums);
  return unpackRuns(sums, { parts, run, base, rowCount: weights.rowCount, places, width, stride: layout.width });
}

interface Layout {
  /** Channel by channel, remainder by remainder, row by row. */
  readonly values: Int32Array;
  /** Length of a laid-out row. */
  readonly width: number;
  /** The start of the run of each column of W. */
  readonly offsets: Uint32Array;
}

function layOut([rows, columns]: readonly [WindowAxis, WindowAxis], input: Int32Array, channels: number): Layout {
  const [down, across] = [splitAxis(rows), splitAxis(columns)];
  const image = down.length * across.length;
  const size = down.phases.length * across.phases.length * image;
  const taps = down.taps.flatMap((row) =>
    across.taps.map(
      (column) => (row.phase * across.phases.length + column.phase) * image + row.shift * across.length + column.shift,
    ),
  );
  const offsets = new Uint32Array(channels * taps.length);
  for (let channel = 0, k = 0; channel < channels; channel++)
    for (const tap of taps) offsets[k++] = channel * size + tap;
  if (isPlain(rows) && isPlain(columns)) return { values: input, width: across.length, offsets };

  const values = new Int32Array(channels * size);
  for (let channel = 0, to = 0; channel < channels; channel++) {
    for (const rowPhase of down.phases) {
      for (const columnPhase of across.phases) {
        copyPhase(input, channel * rows.inputs, rowPhase, columnPhase, [rows, columns], values, to, across.length);
        to += image;
      }
    }
  }
  return { values, width: across.length, offsets };
}

/** Whether the layout of the image along this axis is the image itself. */
const isPlain = ({ stride, before, after }: WindowAxis): boolean => stride === 1 && before === 0 && after === 0;

/** Splits one axis by the stride: padded position r stands at ⌊r / stride⌋ of its remainder. */
function splitAxis({ inputs, kernel, stride, dilation, before, after }: WindowAxis): {
  readonly length: number;
  /** The remainders that occur. */
  readonly phases: readonly number[];
  readonly taps: readonly { readonly phase: number; readonly shift: number }[];
} {
  const places = Array.from({ length: kernel }, (_, k) => dilation * k);
  const phases = [...new Set(places.map((place) => place % stride))];
  return {
    length: Math.ceil((inputs + before + after) / stride),
    phases,
    taps: places.map((place) => ({ phase: phases.indexOf(place % stride), shift: Math.floor(place / stride) })),
  };
}

/** Copies the values of one channel with these remainders; padding stays zero. */
function copyPhase(
  input: Int32Array,
  firstRow: number,
  rowPhase: number,
  columnPhase: number,
  [rows, columns]: readonly [WindowAxis, WindowAxis],
  values: Int32Array,
  start: number,
  width: number,
): void {
  const row = firstOf(rows, rowPhase);
  const column = firstOf(columns, columnPhase);
  for (let r = row.input, to = start + row.place * width; r < rows.inputs; r += rows.stride, to += width) {
    const from = (firstRow + r) * columns.inputs;
    for (let c = column.input, at = to + column.place; c < columns.inputs; c += columns.stride) {
      values[at++] = input[from + c];
    }
  }
}

/** Returns the first input with this remainder, and its position. */
function firstOf({ stride, before }: WindowAxis, phase: number): { readonly input: number; readonly place: number } {
  const place = Math.max(Math.ceil((before - phase) / stride), 0);
  return { place, input: stride * place + phase - before };
}

/** Returns the largest magnitude that an output or a sum of some of its terms can have. */
function largestSum(weights: WeightMatrix, input: Int32Array): number {
  const sums = new Float64Array(weights.rowCount);
  const { rows } = weights;
  if (isTernary(weights)) for (let k = 0; k < rows.length; k++) sums[rows[k]]++;
  else for (let k = 0; k < rows.length; k++) sums[rows[k]] += Math.abs(weights.weights[k]);
  let value = 0;
  for (let i = 0; i < input.length; i++) value = Math.max(value, Math.abs(input[i]));
  let sum = 0;
  for (let row = 0; row < sums.length; row++) sum = Math.max(sum, sums[row]);
  return sum * value;
}

/** Returns Σ_t values[i + t·run]·base^t for every i; zeros beyond the end. */
function packRuns(values: Int32Array, parts: number, run: number, base: number): Float64Array {
  const packed = new Float64Array(values);
  for (let t = 1, scale = base; t < parts; t++, scale *= base) {
    for (let i = 0, from = t * run; from < values.length; i++, from++) packed[i] += scale * values[from];
  }
  return packed;
}

/** Computes sums[o, i] = Σ over the nonzeros of row o of weight·values[offset of its column + i], i < run. */
function addRuns(
  matrix: WeightMatrix,
  values: Float64Array,
  offsets: Uint32Array,
  run: number,
  sums: Float64Array,
): void {
  const { columnCount, rows, ends } = matrix;
  const weights = isTernary(matrix) ? signsOf(matrix) : matrix.weights;
  for (let column = 0, k = 0; column < columnCount; column++) {
    const from = offsets[column];
    const end = ends[column];
    // four outputs at a time read an input once
    for (; k + 3 < end; k += 4) {
      const [w0, w1, w2, w3] = [weights[k], weights[k + 1], weights[k + 2], weights[k + 3]];
      const [o0, o1, o2, o3] = [rows[k] * run, rows[k + 1] * run, rows[k + 2] * run, rows[k + 3] * run];
      for (let i = 0; i < run; i++) {
        const value = values[from + i];
        sums[o0 + i] += w0 * value;
        sums[o1 + i] += w1 * value;
        sums[o2 + i] += w2 * value;
        sums[o3 + i] += w3 * value;
      }
    }
    for (; k < end; k++) {
      const weight = weights[k];
      const to = rows[k] * run;
      for (let i = 0; i < run; i++) sums[to + i] += weight * values[from + i];
    }
  }
}

/** Returns the outputs from packed sums: the parts one after the other, rows cut to their width. */
function unpackRuns(
  sums: Float64Array,
  {
    parts,
    run,
    base,
    rowCount,
    places,
    width,
    stride,
  }: {
    readonly parts: number;
    readonly run: number;
    readonly base: number;
    readonly rowCount: number;
    readonly places: number;
    readonly width: number;
    readonly stride: number;
  },
): Int32Array {
  const output = new Int32Array(rowCount * places * width);
  const image = new Int32Array(parts * run);
  for (let o = 0, to = 0; o < rowCount; o++) {
    for (let i = 0; i < run; i++) {
      let rest = sums[o * run + i];
      for (let t = 0, at = i; t < parts; t++, at += run) {
        const above = Math.floor(rest / base + 0.5);
        image[at] = rest - above * base;
        rest = above;
      }
    }
    for (let row = 0; row < places; row++, to += width) {
      const start = row * stride;
      for (let i = 0; i < width; i++) output[to + i] = image[start + i];
    }
  }
  return output;
}
