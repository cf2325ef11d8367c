// Which layers the suite measures, what each of them needs of memory, and roughly how long it takes.
//
// The memory is an estimate, on the safe side, from what each method keeps at once: with M × N the padded shape,
// b the batch, 4 bytes per base element and 16 per extension element,
//   ternary, sparse   nonzeros: rows, their bytes while they are hashed, the gather plan
//   dense             the same and M·N bytes
//   vanilla-sum       the same and, for each entry, W as an element, a table of extension elements and its half;
//                     a batch only adds the folding of the products
//   circuit           for each product terms, their order, plans and a few tables
//   vanilla-tree      as much for each entry and input of the batch, and the adders' layers as much again
// It decides only whether a case is run at all. Constants are those of measured peaks, rounded up.

import { MOST_PRODUCTS, productCount } from '../../src/layer/general/protocol.ts';
import type { LayerMethod } from '../../src/layer/protocol.ts';
import { logCeil } from '../../src/poly/point.ts';
import { overLimit } from '../measure/memory.ts';

/** One layer and one method. */
export interface LayerCase {
  readonly method: LayerMethod;
  /** Rows of W. */
  readonly outputs: number;
  /** Columns of W. */
  readonly inputs: number;
  /** Expected share of nonzero weights, in (0, 1]. */
  readonly density: number;
  /** Inputs that share one proof. */
  readonly batch: number;
}

export type LayerShape = Pick<LayerCase, 'outputs' | 'inputs'>;

const square = (size: number): LayerShape => ({ outputs: size, inputs: size });

/** Squares, and layers of real networks: a perceptron on 28 × 28 pixels, attention and feed-forward of a BitNet. */
export const LAYER_SHAPES: readonly LayerShape[] = [
  ...[1024, 2048, 4096, 8192].map(square),
  { outputs: 784, inputs: 1024 },
  square(2560),
  { outputs: 6912, inputs: 2560 },
];
export const LAYER_DENSITIES: readonly number[] = [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64];
export const LAYER_BATCHES: readonly number[] = [1, 16, 256];

/** The options given; the suite chooses those left out. */
export interface LayerSelection {
  readonly methods: readonly LayerMethod[];
  readonly shapes?: readonly LayerShape[] | undefined;
  readonly densities?: readonly number[] | undefined;
  readonly batches?: readonly number[] | undefined;
  /** Every combination of what is left out, instead of the short run. */
  readonly full?: boolean;
}

/** Entries of the largest circuit in the short run, and its densities: a circuit's cost does not depend on them. */
const SHORT_CIRCUIT_ENTRIES = 4096 * 4096;
const SHORT_CIRCUIT_DENSITIES: readonly number[] = [1, 1 / 16];

const isCircuit = (method: LayerMethod): boolean => method === 'circuit' || method.startsWith('vanilla-');

/** The cases of a run: shape by shape, so that the methods of one layer follow each other. */
export function selectCases(selection: LayerSelection): LayerCase[] {
  const { methods, shapes = LAYER_SHAPES, densities = LAYER_DENSITIES, full = false } = selection;
  const batches = selection.batches ?? (full ? LAYER_BATCHES : [1]);
  const cases: LayerCase[] = [];
  for (const { outputs, inputs } of shapes) {
    for (const batch of batches) {
      for (const density of densities) {
        for (const method of methods) {
          if (!full && isCircuit(method)) {
            if (selection.shapes === undefined && outputs * inputs > SHORT_CIRCUIT_ENTRIES) continue;
            if (selection.densities === undefined && !SHORT_CIRCUIT_DENSITIES.includes(density)) continue;
          }
          cases.push({ method, outputs, inputs, density, batch });
        }
      }
    }
  }
  return cases;
}

/** Memory of Node, the library and the kernels before any layer. */
const BASE_BYTES = 80e6;

/** An estimate of the peak of resident memory. */
export function estimateBytes({ method, outputs, inputs, density, batch }: LayerCase): number {
  const nonzeros = outputs * inputs * density;
  const columns = 2 ** logCeil(inputs);
  const entries = 2 ** logCeil(outputs) * columns;
  const batchSize = 2 ** logCeil(batch);
  const common = BASE_BYTES + 14 * nonzeros + 16 * (2 ** logCeil(outputs) + 4 * columns) + 24 * batchSize * columns;
  switch (method) {
    case 'ternary':
      return common;
    case 'sparse':
      return common + 6 * nonzeros;
    case 'dense':
      return common + entries;
    case 'vanilla-sum':
      return common + (30 + 4 * batchSize) * entries;
    case 'vanilla-tree':
      return common + 46 * entries * batchSize;
    case 'circuit':
      return common + 200 * entries * batchSize;
  }
}

/** Why a case is not run; undefined if it is. */
export const reasonToSkip = (layer: LayerCase, limit: number): string | undefined =>
  isBeyondCircuit(layer) ? 'the method circuit takes at most 2^22 products' : overLimit(estimateBytes(layer), limit);

const isBeyondCircuit = ({ method, outputs, inputs, batch }: LayerCase): boolean =>
  method === 'circuit' && productCount({ rowCount: outputs, columnCount: inputs }, logCeil(batch)) > MOST_PRODUCTS;

/** The process and its engine; drawing one entry of W; hashing one nonzero of it; one value of the statement. */
const START_MS = 400;
const NS_PER_ENTRY = 6;
const NS_PER_NONZERO = 30;

const NS_PER_VALUE = 40;

/** A rough duration of a case in milliseconds with about `proofs` proofs, only to weigh cases against each other. */
export function estimateMs({ method, outputs, inputs, density, batch }: LayerCase, proofs: number): number {
  const entries = outputs * inputs;
  const nonzeros = entries * density;
  const workNs = {
    ternary: 0.6 * nonzeros,
    sparse: 0.8 * nonzeros,
    dense: 0.4 * entries,
    'vanilla-sum': (24 + 2 * batch) * entries,
    'vanilla-tree': 60 * batch * entries,
    circuit: 80 * batch * entries,
  }[method];
  const proofMs = (workNs + NS_PER_VALUE * batch * (inputs + outputs)) / 1e6 + 0.3;
  return START_MS + (entries * NS_PER_ENTRY + nonzeros * NS_PER_NONZERO) / 1e6 + proofs * proofMs;
}

/** `4096 × 4096, 1/16, batch 1, ternary` */
export function describeCase({ method, outputs, inputs, density, batch }: LayerCase): string {
  return `${outputs} × ${inputs}, ${formatDensity(density)}, batch ${batch}, ${method}`;
}

/** 1/16 for the inverse of an integer, a decimal otherwise. */
export function formatDensity(density: number): string {
  const inverse = 1 / density;
  if (density === 1) return '1';
  return Number.isInteger(inverse) ? `1/${inverse}` : String(density);
}
