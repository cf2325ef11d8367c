// Sums of tensors as integers. A real value is u = Σ_j s_j·x_j + b, with integers x_j (sums of products, activations)
// and steps s_j and a bias b for each channel. Over the integers z = Σ_j m_j·x_j + B, in units of `unit`:
// m_j ≈ s_j / unit, B ≈ b / unit; then q = ⌊z / 2^shift + 1/2⌋ and y = clamp(q), with the scale t = unit·2^shift.
//
// If there is one term with one step for all channels, t = s·2^shift makes m = 1 exactly, and only a shift is
// chosen. Otherwise t is chosen as a multiple of the largest activation per level (clipping a few values can cost
// less than rounding all of them), and m is rounded: 2^shift at least the largest |x| keeps that rounding's effect
// on q below one half.
//
// A proof pays for the table of (q, y), which has a row for every q that the weights and the input range
// allow, padded to a power of two, and for the range of the remainders (tables.ts). So the choice is the smallest
// tables whose activations are within a tolerance of the float network's on the calibration samples, m = 1 first;
// if none is, nearly the most accurate.
//
// A channel whose z can only be beyond one end of the clamp (a normalisation that never fires, a huge bias) is
// brought to that end. One whose z reaches far beyond all others is scaled down as a whole, bias included, so that
// it still changes sign where it did: otherwise a variance near zero would determine the size of the table.

import type { Interval } from '../network/model/interval.ts';
import { LIMB_BITS, paddedRows, type Tables, type TableUse } from './tables.ts';

/** The fineness of the rounding of activations. */
export interface Resolution {
  readonly levels: number;
  readonly tolerance: number;
}

/** One term of a sum: real = steps[c]·integer. */
export interface RealTerm {
  /** By channel. */
  readonly steps: Float64Array;
  /** All integers lie in it. */
  readonly interval: Interval;
  /** Chosen integers of the calibration samples. */
  readonly values: Float64Array;
}

/** Real values as a sum of integer tensors. */
export interface RealSum {
  readonly terms: readonly RealTerm[];
  /** By channel. */
  readonly biases: Float64Array;
  /** The channel of each chosen value. */
  readonly channels: Int32Array;
  /** Number of values of the tensor. */
  readonly size: number;
}

/** The rounding of a real value: clamped to [min, max], then, with a grid, rounded to multiples of its step. */
export interface Rounding {
  readonly min: number;
  readonly max: number;
  readonly grid: { readonly step: number; readonly min: number; readonly max: number } | undefined;
}

/** z = Σ_j multipliers[j][c]·x_j + biases[c], in units of `unit`, within an interval. */
export interface IntegerSum {
  readonly multipliers: readonly Int32Array[];
  readonly biases: Int32Array;
  /** The real number that 1 stands for. */
  readonly unit: number;
  readonly interval: Interval;
}

export interface Requantisation extends IntegerSum, TableUse {
  /** The real number that an output integer 1 stands for. */
  readonly scale: number;
}

/** The largest shift: that of two limbs. */
const MAX_SHIFT = 2 * LIMB_BITS;
/** The most rows of a table of (q, y). */
const MAX_TABLE_ROWS = 2 ** 15;
/** The largest magnitude: a quarter of the characteristic 2³¹ − 2²⁴ + 1. */
export const MAX_MAGNITUDE = 2 ** 29;
/** The factor of squared error that m = 1 may cost over a free scale, where neither is within the tolerance. */
const WORTH_A_BIT = 4;
/** The factor of squared error that smaller tables may cost, where nothing is within the tolerance. */
const NEARLY_BEST = 1.1;
/** Sums that are not rounded are resolved to one part in 2^OUTPUT_BITS of the greatest. */
const OUTPUT_BITS = 12;
/** log₂ of the greatest multiplier of such a sum, where they differ: rounding changes none by more than its share. */
const STEP_BITS = 10;

/**
 * Returns the best requantisation, or undefined if none fits the bounds.
 *
 * @param targets - the chosen values in the float network
 * @param forcedScale - the output's scale, where it is not free
 * @param tables - the tables of the layers before
 */
export function requantise(
  sum: RealSum,
  rounding: Rounding,
  targets: Float64Array,
  { levels, tolerance }: Resolution,
  forcedScale: number | undefined,
  tables: Tables,
): Requantisation | undefined {
  const allowed = tolerance ** 2 * targets.reduce((norm, target) => norm + target * target, 0);
  const z = new Float64Array(sum.channels.length);
  const best = (forms: Iterable<Requantisation | undefined>): Candidate | undefined => {
    const candidates: Candidate[] = [];
    let least = Number.POSITIVE_INFINITY;
    for (const form of forms) {
      if (form === undefined || !tables.accepts(form, magnitudeOf(form))) continue;
      const error = squaredError(form, sum, targets, z, Math.max(allowed, NEARLY_BEST * least));
      if (error === Number.POSITIVE_INFINITY) continue;
      least = Math.min(least, error);
      candidates.push({ form, error, close: error <= allowed, cost: tables.costOf(form, sum.size) });
    }
    const enough = candidates.filter(({ error }) => error <= Math.max(allowed, NEARLY_BEST * least));
    return enough.reduce<Candidate | undefined>((a, b) => (a === undefined || isBetter(b, a) ? b : a), undefined);
  };
  const forced = rounding.grid?.step ?? forcedScale;
  if (forced !== undefined) return best(shiftsFor(sum, rounding, levels, forced))?.form;
  const plain = best(unitMultipliers(sum, rounding, levels));
  if (plain?.close) return plain.form;
  const free = best(freeScales(sum, rounding, targets, levels));
  if (free === undefined) return plain?.form;
  return plain !== undefined && !free.close && plain.error <= WORTH_A_BIT * free.error ? plain.form : free.form;
}

/** Returns the greatest |z|. */
export const magnitudeOf = ({ interval }: IntegerSum): number => Math.max(-interval.min, interval.max);

interface Candidate {
  readonly form: Requantisation;
  readonly error: number;
  /** Within the tolerance. */
  readonly close: boolean;
  /** Of the tables that it adds. */
  readonly cost: number;
}

function isBetter(a: Candidate, b: Candidate): boolean {
  return a.cost !== b.cost ? a.cost < b.cost : a.error < b.error;
}

/** Returns the step of a sum of one term with one step for all channels. */
export function uniformStep({ terms }: { readonly terms: readonly Pick<RealTerm, 'steps'>[] }): number | undefined {
  if (terms.length !== 1) return undefined;
  const [{ steps }] = terms;
  return steps[0] > 0 && steps.every((step) => step === steps[0]) ? steps[0] : undefined;
}

/** Yields m = 1, by ascending table size, so that of equal candidates the smallest table wins. */
function* unitMultipliers(sum: RealSum, rounding: Rounding, levels: number) {
  const step = uniformStep(sum);
  if (step === undefined) return;
  for (let shift = MAX_SHIFT; shift >= 0; shift--) yield withScale(sum, rounding, levels, step * 2 ** shift, shift);
}

/** Yields every useful shift with a free scale; shifts are even, so that layers share tables of remainders. */
function* freeScales(sum: RealSum, rounding: Rounding, targets: Float64Array, levels: number) {
  const greatest = targets.reduce((most, target) => Math.max(most, Math.abs(target)), 0) || 1;
  const { max } = integerClamp({ ...rounding, max: Number.POSITIVE_INFINITY }, levels, 1);
  // A clamp that is reached is best met by the last level.
  const scales = rounding.max <= greatest ? [rounding.max / max] : [];
  // From clipping three quarters of the range to 200 times the range, where only the bound on the table counts.
  for (let i = 0; i < 30; i++) scales.push((0.25 * 2 ** (i / 3) * greatest) / max);
  for (let shift = greatestShift(sum); shift >= 0; shift -= 2) {
    for (const scale of scales) yield withScale(sum, rounding, levels, scale, shift);
  }
}

function* shiftsFor(sum: RealSum, rounding: Rounding, levels: number, scale: number) {
  for (let shift = MAX_SHIFT; shift >= 0; shift--) yield withScale(sum, rounding, levels, scale, shift);
}

/** Returns the least even shift at which the rounding of m is harmless. */
function greatestShift({ terms }: RealSum): number {
  let reach = 1;
  for (const { values } of terms) reach = values.reduce((most, value) => Math.max(most, Math.abs(value)), reach);
  return Math.min(MAX_SHIFT, 2 * Math.ceil(Math.log2(reach) / 2));
}

function withScale(
  sum: RealSum,
  rounding: Rounding,
  levels: number,
  scale: number,
  shift: number,
): Requantisation | undefined {
  const clamp = integerClamp(rounding, levels, scale);
  const half = 2 ** shift;
  const integers = toIntegers(sum, scale / half, { min: clamp.min * half, max: clamp.max * half, reach: half });
  if (integers === undefined) return undefined;
  const round = (z: number): number => Math.floor(z / half + 0.5);
  const quotients = { min: round(integers.interval.min), max: round(integers.interval.max) };
  if (paddedRows(quotients) > MAX_TABLE_ROWS) return undefined;
  return { ...integers, scale, shift, quotients, ...clamp };
}

/** Returns 0 … levels − 1 after a ReLU, symmetric around 0 otherwise, within the real bounds and the grid's. */
function integerClamp(
  { min, max, grid }: Rounding,
  levels: number,
  scale: number,
): Pick<Requantisation, 'activation' | 'min' | 'max'> {
  const [least, most] = [Math.round(min / scale), Math.round(max / scale)];
  if (grid !== undefined) {
    const low = Math.max(least, grid.min);
    return { activation: low === 0 ? 'relu' : 'identity', min: low, max: Math.min(most, grid.max) };
  }
  if (min === 0) return { activation: 'relu', min: 0, max: Math.min(levels - 1, most) };
  const limit = Math.max(1, Math.floor(levels / 2) - 1);
  return { activation: 'identity', min: Math.max(-limit, least) + 0, max: Math.min(limit, most) };
}

/** The values of z beyond which the output is constant, and the number `reach` of units of z in one output step. */
interface Saturation {
  readonly min: number;
  readonly max: number;
  readonly reach: number;
}

/**
 * Returns the sum with `unit` per unit of z; undefined if z or m would be too large.
 *
 * @param saturation - where channels may be changed without effect on the output; left out, they stay as they are
 */
function toIntegers(sum: RealSum, unit: number, saturation?: Saturation): IntegerSum | undefined {
  if (!(unit > 0 && Number.isFinite(unit))) return undefined;
  const { terms, biases } = sum;
  const channelCount = biases.length;
  const multipliers = terms.map(() => new Int32Array(channelCount));
  const offsets = new Int32Array(channelCount);
  const low = new Float64Array(terms.length);
  const high = new Float64Array(terms.length);
  // the |z| of a channel with which the table keeps its size
  const room =
    saturation === undefined ? MAX_MAGNITUDE : Math.min(MAX_MAGNITUDE, (saturation.reach * MAX_TABLE_ROWS) / 4);
  for (let channel = 0; channel < channelCount; channel++) {
    let bias = biases[channel] / unit;
    let [least, most] = [0, 0];
    for (const { steps, interval } of terms) {
      const step = steps[channel] / unit;
      least += step > 0 ? step * interval.min : step * interval.max;
      most += step > 0 ? step * interval.max : step * interval.min;
    }
    let factor = 1;
    if (saturation !== undefined) {
      if (most + bias < saturation.min) bias = Math.max(bias, saturation.min - most - saturation.reach);
      else if (least + bias > saturation.max) bias = Math.min(bias, saturation.max - least + saturation.reach);
      factor = Math.min(1, room / Math.max(Math.abs(least + bias), Math.abs(most + bias), Math.abs(bias)));
    }
    offsets[channel] = Math.round(bias * factor);
    for (const [j, { steps, interval }] of terms.entries()) {
      const m = Math.round((steps[channel] / unit) * factor);
      const offset = j === 0 ? Math.round(bias * factor) : 0;
      const ends = [m * interval.min + offset, m * interval.max + offset];
      // Written so that NaN is rejected too.
      if (!(Math.abs(m) <= MAX_MAGNITUDE && Math.abs(offset) <= MAX_MAGNITUDE)) return undefined;
      multipliers[j][channel] = m;
      low[j] = Math.min(low[j], ends[0], ends[1]);
      high[j] = Math.max(high[j], ends[0], ends[1]);
    }
  }
  // The bounds of a proof are those of whole tensors, added term by term.
  const interval = { min: low.reduce((a, b) => a + b, 0), max: high.reduce((a, b) => a + b, 0) };
  if (!(interval.min >= -MAX_MAGNITUDE && interval.max <= MAX_MAGNITUDE)) return undefined;
  return { multipliers, biases: offsets, unit, interval };
}

/**
 * Returns integers proportional to the sum, not requantised; undefined if they do not fit. One step for all makes m one
 * power of two, which costs a proof nothing and leaves the biases room.
 *
 * @param targets - the chosen values in the float network
 */
export function resolveSum(sum: RealSum, targets: Float64Array): IntegerSum | undefined {
  const { terms, biases } = sum;
  const greatest = targets.reduce((most, target) => Math.max(most, Math.abs(target)), 0);
  const step = uniformStep(sum);
  if (step !== undefined) {
    const wanted = Math.ceil(OUTPUT_BITS + Math.log2(step / greatest));
    for (let bits = Math.min(Math.max(wanted, 0), OUTPUT_BITS); bits >= 0; bits--) {
      const found = toIntegers(sum, step / 2 ** bits);
      if (found !== undefined) return found;
    }
  }
  const largest = terms.reduce((most, { steps }) => steps.reduce((a, b) => Math.max(a, Math.abs(b)), most), 0);
  const farthest = biases.reduce((a, b) => Math.max(a, Math.abs(b)), 0) / MAX_MAGNITUDE;
  let unit = Math.max(largest / 2 ** STEP_BITS, farthest) || 1;
  for (let doublings = 0; doublings < 32; doublings++, unit *= 2) {
    const found = toIntegers(sum, unit);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Values that share a scale with others, and how they are clamped. */
export interface ScaleMember {
  readonly values: Float64Array;
  readonly rounding: Rounding;
}

/** Returns the scale at which these values are rounded to `levels` levels with the least squared error. */
export function commonScale(members: readonly ScaleMember[], levels: number): number {
  let widest = 0;
  for (const { values, rounding } of members) {
    const { max } = integerClamp({ ...rounding, max: Number.POSITIVE_INFINITY }, levels, 1);
    widest = values.reduce((most, value) => Math.max(most, Math.abs(value) / max), widest);
  }
  widest ||= 1;
  let [best, bestError] = [widest, Number.POSITIVE_INFINITY];
  for (let i = 0; i < 16; i++) {
    const scale = widest * 2 ** (-i / 8);
    let error = 0;
    for (const { values, rounding } of members) {
      const { min, max } = integerClamp(rounding, levels, scale);
      for (const value of values) {
        error += (Math.min(Math.max(Math.round(value / scale), min), max) * scale - value) ** 2;
      }
    }
    if (error < bestError) [best, bestError] = [scale, error];
  }
  return best;
}

/** Number of values scored between checks of the limit. */
const BLOCK = 2048;

/** Returns Σ (y·scale − target)² over the chosen values, or ∞ as soon as it is above `limit`. */
function squaredError(
  { multipliers, biases, min, max, scale, shift }: Requantisation,
  { terms, channels }: RealSum,
  targets: Float64Array,
  z: Float64Array,
  limit: number,
): number {
  const factor = 2 ** -shift;
  let error = 0;
  for (let start = 0; start < channels.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, channels.length);
    for (let i = start; i < end; i++) z[i] = biases[channels[i]];
    for (let j = 0; j < terms.length; j++) {
      const { values } = terms[j];
      const m = multipliers[j];
      for (let i = start; i < end; i++) z[i] += m[channels[i]] * values[i];
    }
    for (let i = start; i < end; i++) {
      const q = Math.floor(z[i] * factor + 0.5);
      const difference = Math.min(Math.max(q, min), max) * scale - targets[i];
      error += difference * difference;
    }
    if (error > limit) return Number.POSITIVE_INFINITY;
  }
  return error;
}
