// The integer form of one layer. With s the real number that an input integer 1 stands for and α the scale
// of an output's ternary weights, the real value is u = α·s·a + b, a = W·x. The integer layer computes
// z = m·a + B, q = ⌊z / 2^shift + 1/2⌋, so with output scale t: m/2^shift ≈ α·s/t and B = b·2^shift/t.
//
// If α is one for the layer, t = α·s·2^shift makes m = 1 exactly, and only a shift is chosen. Otherwise t
// is chosen as a multiple of the largest activation per level (clipping a few values can cost less than
// rounding all of them), and m is rounded: 2^shift at least the largest |a| keeps that rounding's effect on
// q below one half.
//
// A proof pays for the table of (q, y), which has a row for every q that the weights and the input range
// allow, padded to a power of two, and for the range of the remainders. So the choice is the smallest tables
// whose activations are within a tolerance of the float network's on the calibration samples, m = 1 first;
// if none is, the most accurate.

/** How finely activations are rounded. */
export interface Resolution {
  readonly levels: number;
  readonly tolerance: number;
}

/** What a layer's outputs are computed from, and the worst that they can be. */
export interface LayerAccumulators {
  /** α·s by output; 0 where no weight is nonzero, unless α is one for the layer. */
  readonly steps: Float64Array;
  /** α·s if it is one for the layer. */
  readonly layerStep: number | undefined;
  /** b by output, the input's mean included. */
  readonly biases: Float64Array;
  /** The least and greatest a by output, over every input in range. */
  readonly least: Float64Array;
  readonly most: Float64Array;
  /** a on the calibration samples. */
  readonly samples: readonly Int32Array[];
}

/** y = clamp(u) in real numbers; −∞ and ∞ where there is no bound. */
export interface RealClamp {
  readonly min: number;
  readonly max: number;
}

/** One layer over the integers. `scale` is the real number that an output integer 1 stands for. */
export interface IntegerLayer {
  readonly multipliers: Int32Array;
  readonly biases: Int32Array;
  readonly scale: number;
  /** The greatest |z| over every input in range. */
  readonly worst: number;
}

export interface IntegerActivation extends IntegerLayer {
  readonly shift: number;
  readonly activation: 'relu' | 'identity';
  readonly min: number;
  readonly max: number;
  /** Every q that an input in range can give lies between these: the rows of the table of (q, y). */
  readonly quotients: { readonly min: number; readonly max: number };
}

const MAX_SHIFT = 16;
const MAX_TABLE_ROWS = 2 ** 13;
/** The widest remainder that is one column of the proof. */
const LIMB_BITS = 12;
/** A quarter of the characteristic 2³¹ − 2²⁴ + 1. */
const MAX_WORST = 2 ** 29;
/** How much more squared error m = 1 may cost than a free choice of the scale, where neither is within the tolerance. */
const WORTH_A_BIT = 4;
/** Outputs are resolved to one part in 2^OUTPUT_BITS of the greatest. */
const OUTPUT_BITS = 12;

/**
 * The best integer form of a layer with an activation, or undefined if none fits the bounds.
 *
 * @param targets - the real activations of the float network, by sample
 * @param resolution - how many values an activation may take, 256 for 8 bits, and the error of activations,
 * relative in the root mean square, that is not worth a larger table
 */
export function quantiseActivation(
  layer: LayerAccumulators,
  clamp: RealClamp,
  targets: readonly Float64Array[],
  { levels, tolerance }: Resolution,
): IntegerActivation | undefined {
  const norm = targets.reduce((sum, target) => target.reduce((a, b) => a + b * b, sum), 0);
  const allowed = tolerance ** 2 * norm;
  const best = (forms: Iterable<IntegerActivation | undefined>): Candidate | undefined => {
    let chosen: Candidate | undefined;
    for (const form of forms) {
      if (form === undefined) continue;
      const error = squaredError(
        form,
        layer.samples,
        targets,
        Math.max(allowed, chosen?.error ?? Number.POSITIVE_INFINITY),
      );
      const rows = paddedRows(form.quotients) + remainderRows(form.shift);
      const candidate: Candidate = { form, error, close: error <= allowed, rows };
      if (chosen === undefined || isBetter(candidate, chosen)) chosen = candidate;
    }
    return chosen;
  };
  const plain = best(unitMultipliers(layer, clamp, levels));
  if (plain?.close) return plain.form;
  const free = best(freeScales(layer, clamp, targets, levels));
  if (free === undefined) return plain?.form;
  return plain !== undefined && !free.close && plain.error <= WORTH_A_BIT * free.error ? plain.form : free.form;
}

interface Candidate {
  readonly form: IntegerActivation;
  readonly error: number;
  /** Within the tolerance. */
  readonly close: boolean;
  /** Of all tables that it needs, as padded. */
  readonly rows: number;
}

function isBetter(a: Candidate, b: Candidate): boolean {
  if (a.close !== b.close) return a.close;
  if (a.close && a.rows !== b.rows) return a.rows < b.rows;
  return a.error < b.error;
}

/** m = 1, by ascending table size, so that of equal candidates the smallest table wins. */
function* unitMultipliers(layer: LayerAccumulators, clamp: RealClamp, levels: number) {
  if (layer.layerStep === undefined) return;
  for (let shift = MAX_SHIFT; shift >= 0; shift--) {
    yield activationWith(layer, clamp, levels, layer.layerStep * 2 ** shift, shift, () => 1);
  }
}

function* freeScales(layer: LayerAccumulators, clamp: RealClamp, targets: readonly Float64Array[], levels: number) {
  const greatest = targets.reduce((most, target) => target.reduce((a, b) => Math.max(a, Math.abs(b)), most), 0) || 1;
  const reach = layer.samples.reduce((most, sample) => sample.reduce((a, b) => Math.max(a, Math.abs(b)), most), 1);
  const { max } = integerClamp({ min: clamp.min, max: Number.POSITIVE_INFINITY }, levels, 1);
  for (let shift = Math.min(MAX_SHIFT, Math.ceil(Math.log2(reach))); shift >= 0; shift -= 2) {
    // From clipping three quarters of the range to far beyond it, where only the bound on the table leads.
    for (let i = 0; i < 30; i++) {
      const scale = (0.25 * 2 ** (i / 3) * greatest) / max;
      yield activationWith(layer, clamp, levels, scale, shift, (step) => Math.round((step * 2 ** shift) / scale));
    }
  }
}

/** Rows of a table of (q, y) as padded. */
export function paddedRows({ min, max }: IntegerActivation['quotients']): number {
  return 2 ** Math.ceil(Math.log2(max - min + 1));
}

/** Rows that a remainder of this many bits is worth: wide ones are cut into limbs, each a committed column. */
export function remainderRows(shift: number): number {
  return 2 ** Math.min(shift, LIMB_BITS) + (shift > LIMB_BITS ? 2 ** LIMB_BITS : 0);
}

function activationWith(
  layer: LayerAccumulators,
  clamp: RealClamp,
  levels: number,
  scale: number,
  shift: number,
  multiplier: (step: number) => number,
): IntegerActivation | undefined {
  const affine = affineWith(layer, scale / 2 ** shift, multiplier);
  if (affine === undefined) return undefined;
  const round = (z: number): number => Math.floor(z / 2 ** shift + 0.5);
  const quotients = { min: round(affine.smallest), max: round(affine.greatest) };
  if (quotients.max - quotients.min >= MAX_TABLE_ROWS) return undefined;
  const { multipliers, biases, worst } = affine;
  return { multipliers, biases, worst, scale, shift, quotients, ...integerClamp(clamp, levels, scale) };
}

/** 0 … levels − 1 after a ReLU, symmetric around 0 otherwise, within the real bounds. */
function integerClamp(
  clamp: RealClamp,
  levels: number,
  scale: number,
): Pick<IntegerActivation, 'activation' | 'min' | 'max'> {
  if (clamp.min === 0) return { activation: 'relu', min: 0, max: Math.min(levels - 1, Math.round(clamp.max / scale)) };
  const limit = Math.max(1, Math.floor(levels / 2) - 1);
  return {
    activation: 'identity',
    min: -Math.min(limit, Math.round(-clamp.min / scale)),
    max: Math.min(limit, Math.round(clamp.max / scale)),
  };
}

interface BoundedAffine extends IntegerLayer {
  readonly smallest: number;
  readonly greatest: number;
}

/** z = m·a + B with `scale` per unit of z, or undefined if z or m would be too large. */
function affineWith(
  layer: LayerAccumulators,
  scale: number,
  multiplier: (step: number) => number,
): BoundedAffine | undefined {
  if (!(scale > 0 && Number.isFinite(scale))) return undefined;
  const { steps, biases, least, most } = layer;
  const multipliers = new Int32Array(steps.length);
  const offsets = new Int32Array(steps.length);
  let smallest = 0;
  let greatest = 0;
  for (let row = 0; row < steps.length; row++) {
    const m = multiplier(steps[row]!);
    const offset = Math.round(biases[row]! / scale);
    const [low, high] = [m * least[row]! + offset, m * most[row]! + offset];
    // Written so that NaN is refused too.
    if (!(m <= MAX_WORST && low >= -MAX_WORST && high <= MAX_WORST)) return undefined;
    multipliers[row] = m;
    offsets[row] = offset;
    smallest = Math.min(smallest, low);
    greatest = Math.max(greatest, high);
  }
  return { multipliers, biases: offsets, scale, worst: Math.max(-smallest, greatest), smallest, greatest };
}

/**
 * The last layer: integers proportional to the real outputs, not requantised; undefined if they do not fit.
 * One α for the layer makes m one power of two, which costs a proof nothing and leaves the biases room.
 */
export function quantiseOutput(layer: LayerAccumulators): IntegerLayer | undefined {
  const { layerStep, steps, biases, samples } = layer;
  if (layerStep !== undefined) {
    const greatest = samples.reduce(
      (most, sample) => sample.reduce((bound, a, row) => Math.max(bound, Math.abs(a * layerStep + biases[row]!)), most),
      0,
    );
    const wanted = Math.ceil(OUTPUT_BITS + Math.log2(layerStep / greatest));
    for (let bits = Math.min(Math.max(wanted, 0), OUTPUT_BITS); bits >= 0; bits--) {
      const found = affineWith(layer, layerStep / 2 ** bits, () => 2 ** bits);
      if (found !== undefined) return found;
    }
  }
  const largest = steps.reduce((a, b) => Math.max(a, b), 0) / 2 ** OUTPUT_BITS;
  const farthest = biases.reduce((a, b) => Math.max(a, Math.abs(b)), 0) / MAX_WORST;
  let scale = Math.max(largest, farthest) || 1;
  for (let doublings = 0; doublings < 32; doublings++, scale *= 2) {
    const found = affineWith(layer, scale, (step) => Math.round(step / scale));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** z = m·a + B */
export function applyAffine(layer: IntegerLayer, accumulators: Int32Array): Int32Array {
  return accumulators.map((a, row) => layer.multipliers[row]! * a + layer.biases[row]!);
}

/** y = clamp(⌊z / 2^shift + 1/2⌋); a ReLU is its clamp's lower bound 0. */
export function applyActivation(layer: IntegerActivation, accumulators: Int32Array): Int32Array {
  const { shift, min, max } = layer;
  return applyAffine(layer, accumulators).map((z) => Math.min(Math.max(Math.floor(z / 2 ** shift + 0.5), min), max));
}

/** Σ (y·scale − target)², or ∞ as soon as it is above `limit`. */
function squaredError(
  layer: IntegerActivation,
  samples: readonly Int32Array[],
  targets: readonly Float64Array[],
  limit: number,
): number {
  const { multipliers, biases, min, max, scale } = layer;
  const factor = 2 ** -layer.shift;
  let error = 0;
  for (const [index, sample] of samples.entries()) {
    const target = targets[index]!;
    for (let i = 0; i < sample.length; i++) {
      const q = Math.floor((multipliers[i]! * sample[i]! + biases[i]!) * factor + 0.5);
      const difference = Math.min(Math.max(q, min), max) * scale - target[i]!;
      error += difference * difference;
    }
    if (error > limit) return Number.POSITIVE_INFINITY;
  }
  return error;
}
