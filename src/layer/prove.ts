// The provers of a layer by each method (protocol.ts).

import { InputError, UsageError } from '../errors.ts';
import { findNonCanonical, integerFault } from '../field/canonical.ts';
import type { Engine, GatherPlan, IntegerMatrix, WeightedPlan } from '../field/engine.ts';
import { createHasher, type Hasher } from '../hash/hasher.ts';
import type { Claim } from '../poly/claim.ts';
import { logCeil } from '../poly/point.ts';
import { proveFolded } from '../sparse/prove.ts';
import { multiply, type TernaryMatrix, ternaryDigest } from '../sparse/ternary-matrix.ts';
import { proveRelations } from '../sumcheck/prove-relations.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import { countWhole, type TracedCounts } from '../transcript/counting.ts';
import { createProverChannel } from '../transcript/prover-channel.ts';
import type { ChannelOptions } from '../transcript/transcript.ts';
import { type MatrixTable, proveMatrixVector } from './circuit/prove.ts';
import { adderOf, areWithin, beginStatement, type LayerMethod, layerLimit, padRows } from './protocol.ts';

/** W as one of the methods reads it. */
type Layout =
  | { readonly method: 'ternary'; readonly plan: GatherPlan }
  | { readonly method: 'sparse'; readonly plan: WeightedPlan }
  | { readonly method: 'dense'; readonly matrix: IntegerMatrix }
  | { readonly method: 'vanilla-sum' | 'vanilla-tree'; readonly matrix: MatrixTable };

/** What a prover keeps between proofs of one layer; stays valid until the engine's mark before it is released. */
export type PreparedLayer = Layout & {
  readonly weights: TernaryMatrix;
  /** Names W in statements. */
  readonly digest: Uint8Array;
  readonly hasher: Hasher;
};

/** Lays out the weights for a method, once for many proofs. */
export function prepareLayer<E>(engine: Engine<E>, method: LayerMethod, weights: TernaryMatrix): PreparedLayer {
  return { ...layOut(engine, method, weights), weights, digest: ternaryDigest(weights), hasher: createHasher() };
}

function layOut<E>(engine: Engine<E>, method: LayerMethod, weights: TernaryMatrix): Layout {
  const { rowCount, columnCount, rows, ends } = weights;
  switch (method) {
    case 'ternary':
      return { method, plan: engine.gatherPlan(weights) };
    case 'sparse':
      return { method, plan: engine.weightedPlan({ rowCount, columnCount, rows, ends, weights: signsOf(weights) }) };
    case 'dense':
      return { method, matrix: engine.integerMatrix(denseRows(weights), rowCount, columnCount) };
    case 'vanilla-sum':
    case 'vanilla-tree':
      return { method, matrix: { rowCount, columnCount, entries: engine.fromIntegers(paddedColumns(weights)) } };
  }
}

/** The entry ±1 of each nonzero. */
function signsOf({ columnCount, rows, plusEnds, ends }: TernaryMatrix): Int8Array {
  const signs = new Int8Array(rows.length);
  for (let column = 0, k = 0; column < columnCount; column++) {
    for (; k < plusEnds[column]; k++) signs[k] = 1;
    for (; k < ends[column]; k++) signs[k] = -1;
  }
  return signs;
}

/** All entries, row after row. */
function denseRows(weights: TernaryMatrix): Int8Array {
  return scatter(weights, weights.rowCount * weights.columnCount, weights.columnCount, 1);
}

/** All entries, column after column, both axes padded. */
function paddedColumns(weights: TernaryMatrix): Int8Array {
  const height = 2 ** logCeil(weights.rowCount);
  return scatter(weights, height * 2 ** logCeil(weights.columnCount), 1, height);
}

/** A dense table of `length` entries with entry (row, column) at rowStep·row + columnStep·column. */
function scatter(weights: TernaryMatrix, length: number, rowStep: number, columnStep: number): Int8Array {
  const { columnCount, rows, plusEnds, ends } = weights;
  const table = new Int8Array(length);
  for (let column = 0, k = 0; column < columnCount; column++) {
    const first = columnStep * column;
    for (; k < plusEnds[column]; k++) table[first + rowStep * rows[k]] = 1;
    for (; k < ends[column]; k++) table[first + rowStep * rows[k]] = -1;
  }
  return table;
}

/**
 * Proves a claim on ã, at (batch, row), for a = W·x.
 *
 * @param input - x, batch-major, each input padded to 2^(input variables) values, the batch to a power of two
 * @returns the claims on x̃, at (batch, column), that the verifier is left with too
 */
export function proveLayer<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  layer: PreparedLayer,
  input: Int32Array,
  output: Claim<E>,
): Claim<E>[] {
  if (layer.method === 'vanilla-sum' || layer.method === 'vanilla-tree') {
    const adder = adderOf(layer.method) ?? 'tree';
    return [proveMatrixVector(engine, channel, layer.matrix, adder, input, output)];
  }
  const mark = engine.mark();
  const relation = proveFolded(
    engine,
    layer.weights,
    (rowWeights) => {
      if (layer.method === 'ternary') return engine.gatherSigned(layer.plan, rowWeights);
      if (layer.method === 'sparse') return engine.gatherWeighted(layer.plan, rowWeights);
      return engine.foldRows(layer.matrix, rowWeights);
    },
    input,
    output,
  );
  const [claims] = proveRelations(engine, channel, [relation]);
  engine.release(mark);
  return claims;
}

/** W·x for a batch, neither padded. */
export function layerOutput(weights: TernaryMatrix, input: Int32Array): Int32Array {
  const { rowCount, columnCount } = weights;
  const batch = batchOf(weights, input);
  const output = new Int32Array(rowCount * batch);
  for (let b = 0; b < batch; b++) {
    output.set(multiply(weights, input.subarray(b * columnCount, (b + 1) * columnCount)), b * rowCount);
  }
  return output;
}

function batchOf({ columnCount }: TernaryMatrix, input: Int32Array): number {
  const batch = input.length / columnCount;
  if (!Number.isInteger(batch) || batch < 1) {
    throw new UsageError(`${input.length} values are not whole inputs of ${columnCount}`);
  }
  return batch;
}

/** Options of `proveLayerStatement`. */
export interface LayerProofOptions {
  /** W·x, for a caller that has it already. */
  readonly output?: Int32Array;
  /** Called with the field operations and hashed bytes of the proof; costs nothing if absent. */
  readonly trace?: (counts: TracedCounts) => void;
}

/**
 * Proves a whole statement: these inputs give that output.
 *
 * @param input - batch × columns values, not padded
 * @throws InputError for an input or output outside (−p/2, p/2), where integers that are equal modulo p differ
 * @throws UsageError if the input's length does not fit, or its values are so large that outputs might wrap around p
 */
export function proveLayerStatement<E>(
  engine: Engine<E>,
  layer: PreparedLayer,
  input: Int32Array,
  options: LayerProofOptions = {},
): { proof: Uint8Array; output: Int32Array } {
  const { weights, method } = layer;
  const { output = layerOutput(weights, input), trace } = options;
  if (output.length !== weights.rowCount * batchOf(weights, input)) {
    throw new UsageError(`${output.length} outputs, ${weights.rowCount} are due for each input`);
  }
  for (const [name, values] of Object.entries({ input, output })) {
    const wrong = findNonCanonical(engine.field, values);
    if (wrong >= 0) throw new InputError(`${name}[${wrong}]: ${integerFault(engine.field, values[wrong])}`);
  }
  const limit = layerLimit(engine.field, weights.columnCount);
  if (!areWithin(input, limit)) {
    throw new UsageError(`inputs beyond ±${limit} might wrap around in ${engine.field.name}`);
  }
  const hash = layer.hasher.hash;
  if (trace === undefined) return { proof: proveStatement(engine, layer, input, output, { hash }), output };
  const mark = engine.mark();
  const { result, counts } = countWhole(engine, (counting, channelOptions) => {
    // laid out anew: an engine that counts gathers by plans of its own
    const own = { ...layer, ...layOut(counting, method, weights) };
    return proveStatement(counting, own, input, output, { ...channelOptions, hash });
  });
  engine.release(mark);
  trace(counts);
  return { proof: result, output };
}

function proveStatement<E>(
  engine: Engine<E>,
  layer: PreparedLayer,
  input: Int32Array,
  output: Int32Array,
  options: ChannelOptions,
): Uint8Array {
  const { weights, method, digest } = layer;
  const { rowCount, columnCount } = weights;
  const channel = createProverChannel(engine.field, options);
  const point = beginStatement(channel, { method, rowCount, columnCount, digest, input, output });
  const mark = engine.mark();
  const value = engine.dot(engine.fromIntegers(padRows(output, rowCount)), engine.eqTable(point));
  engine.release(mark);
  proveLayer(engine, channel, layer, padRows(input, columnCount), { point, value });
  return channel.bytes();
}
