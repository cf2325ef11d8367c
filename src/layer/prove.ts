// The provers of a layer by each method (protocol.ts).

import { InputError, UsageError } from '../errors.ts';
import { findNonCanonical, integerFault } from '../field/canonical.ts';
import type { Engine } from '../field/engine.ts';
import { createHasher, type Hasher } from '../hash/hasher.ts';
import type { Claim } from '../poly/claim.ts';
import { padTensors } from '../poly/cube.ts';
import { logCeil } from '../poly/point.ts';
import { planWeights, proveLinear, type WeightPlan } from '../sparse/prove.ts';
import { multiply, signsOf, type TernaryMatrix, ternaryDigest, ternaryToDense } from '../sparse/ternary-matrix.ts';
import { forEachNonzero } from '../sparse/weight-matrix.ts';
import { proveRelations } from '../sumcheck/prove-relations.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import { countWhole, type TracedCounts } from '../transcript/counting.ts';
import { createProverChannel } from '../transcript/prover-channel.ts';
import type { ChannelOptions } from '../transcript/transcript.ts';
import { type MatrixTable, proveMatrixVector } from './circuit/prove.ts';
import { type GeneralLayer, planGeneral, proveGeneral } from './general/prove.ts';
import { adderOf, areWithin, beginStatement, type LayerMethod, layerLimit } from './protocol.ts';

/** W as one of the methods reads it. */
type Layout =
  | { readonly method: 'ternary' | 'sparse' | 'dense'; readonly plan: WeightPlan }
  | { readonly method: 'vanilla-sum' | 'vanilla-tree'; readonly matrix: MatrixTable }
  | { readonly method: 'circuit'; readonly general: GeneralLayer };

/**
 * The data that a prover keeps between proofs of one layer; stays valid until the engine's mark before it is released.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { type PreparedLayer, prepareLayer } from 'ternary-gkr/layer';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const layer: PreparedLayer = prepareLayer(createKoalaBearEngine(), 'ternary', weights);
 * console.log(layer.digest.length); // 32
 * ```
 */
export type PreparedLayer = Layout & {
  readonly weights: TernaryMatrix;
  /** Names W in statements. */
  readonly digest: Uint8Array;
  readonly hasher: Hasher;
};

/**
 * Lays out the weights for a method, once for many proofs.
 *
 * @param batch - inputs of those proofs: the method `circuit` lays out its gates, and does so for each proof of another
 *   batch; the other methods do not depend on it
 * @throws UsageError if the method is `circuit` and the layer has more than 2^22 products
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { prepareLayer, proveLayerStatement } from 'ternary-gkr/layer';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const engine = createKoalaBearEngine();
 * // laid out once, for many proofs
 * const layer = prepareLayer(engine, 'ternary', ternaryFromDense([1, -1, 0, 1], 2, 2));
 * console.log(proveLayerStatement(engine, layer, Int32Array.of(5, 3)).output); // Int32Array(2) [ 2, 3 ]
 * ```
 */
export function prepareLayer<E>(
  engine: Engine<E>,
  method: LayerMethod,
  weights: TernaryMatrix,
  batch = 1,
): PreparedLayer {
  const layout = layOut(engine, method, weights, logCeil(batch));
  return { ...layout, weights, digest: ternaryDigest(weights), hasher: createHasher() };
}

function layOut<E>(engine: Engine<E>, method: LayerMethod, weights: TernaryMatrix, batchVariables: number): Layout {
  const { rowCount, columnCount } = weights;
  switch (method) {
    case 'ternary':
      return { method, plan: planWeights(engine, weights) };
    case 'sparse': {
      const { nonzeros, rows, ends } = weights;
      const integers = { rowCount, columnCount, nonzeros, rows, ends, weights: signsOf(weights) };
      return { method, plan: planWeights(engine, integers) };
    }
    case 'dense': {
      const matrix = engine.denseMatrix(ternaryToDense(weights), rowCount, columnCount);
      return { method, plan: { kind: 'dense', matrix } };
    }
    case 'vanilla-sum':
    case 'vanilla-tree':
      return { method, matrix: { rowCount, columnCount, entries: engine.fromIntegers(paddedColumns(weights)) } };
    case 'circuit':
      return { method, general: planGeneral(engine, weights, paddedColumns(weights), batchVariables) };
  }
}

/** Returns all entries, column after column, both axes padded. */
function paddedColumns(weights: TernaryMatrix): Int8Array {
  const height = 2 ** logCeil(weights.rowCount);
  const entries = new Int8Array(height * 2 ** logCeil(weights.columnCount));
  forEachNonzero(weights, (row, column, sign) => {
    entries[height * column + row] = sign;
  });
  return entries;
}

/**
 * Proves a claim on ã, at (batch, row), for a = W·x.
 *
 * @param input - x, batch-major, each input padded to 2^(input variables) values, the batch to a power of two
 * @returns the claims on x̃, at (batch, column), that the verifier is left with too
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { prepareLayer, proveLayer } from 'ternary-gkr/layer';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 * import { createProverChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createKoalaBearEngine();
 * const { field } = engine;
 * const layer = prepareLayer(engine, 'ternary', ternaryFromDense([1, -1, 0, 1], 2, 2));
 * // W·(5, 3) = (2, 3), whose multilinear extension at 1 is 3
 * const output = { point: [field.one], value: field.fromInteger(3) };
 * const claims = proveLayer(engine, createProverChannel(field), layer, Int32Array.of(5, 3), output);
 * console.log(claims.length); // 1
 * ```
 */
export function proveLayer<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  layer: PreparedLayer,
  input: Int32Array,
  output: Claim<E>,
): Claim<E>[] {
  if ('matrix' in layer) {
    const adder = adderOf(layer.method) ?? 'tree';
    return [proveMatrixVector(engine, channel, layer.matrix, adder, input, output)];
  }
  if (layer.method === 'circuit') return proveGeneral(engine, channel, layer.general, input, output);
  const { weights, plan } = layer;
  const mark = engine.mark();
  const batchVariables = output.point.length - logCeil(weights.rowCount);
  const relation = proveLinear(engine, { weights, batchVariables }, plan, input, output);
  const [claims] = proveRelations(engine, channel, [relation]);
  engine.release(mark);
  return claims;
}

/**
 * Returns W·x for a batch, neither padded.
 *
 * @example
 * ```ts
 * import { layerOutput } from 'ternary-gkr/layer';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * console.log(layerOutput(ternaryFromDense([1, -1, 0, 1], 2, 2), Int32Array.of(5, 3))); // Int32Array(2) [ 2, 3 ]
 * ```
 */
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

/**
 * Options of `proveLayerStatement`.
 *
 * @example
 * ```ts
 * import type { LayerProofOptions } from 'ternary-gkr/layer';
 *
 * const options: LayerProofOptions = { trace: ({ operations }) => console.log(operations.baseAdditions) };
 * ```
 */
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
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, koalaBear } from 'ternary-gkr/field';
 * import { prepareLayer, proveLayerStatement, verifyLayerStatement } from 'ternary-gkr/layer';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 *
 * const engine = createKoalaBearEngine();
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const layer = prepareLayer(engine, 'ternary', weights);
 * const input = Int32Array.of(5, 3);
 * const { output, proof } = proveLayerStatement(engine, layer, input);
 * console.log(verifyLayerStatement(koalaBear, 'ternary', weights, layer.digest, input, output, proof).ok); // true
 * ```
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
    const batchVariables = layer.method === 'circuit' ? layer.general.batchVariables : 0;
    const own = { ...layer, ...layOut(counting, method, weights, batchVariables) };
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
  const batch = batchOf(weights, input);
  const value = engine.dot(engine.fromIntegers(padTensors([rowCount], batch, output)), engine.eqTable(point));
  engine.release(mark);
  proveLayer(engine, channel, layer, padTensors([columnCount], batch, input), { point, value });
  return channel.bytes();
}
