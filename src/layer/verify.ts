// The verifiers of a layer by each method, for a verifier that holds W (protocol.ts).

import { describe, isTyped } from '../bytes.ts';
import { Rejection, UsageError } from '../errors.ts';
import { checkIntegers } from '../field/canonical.ts';
import { type Field, requireField } from '../field/field.ts';
import type { Claim } from '../poly/claim.ts';
import { padTensors } from '../poly/cube.ts';
import { logCeil } from '../poly/point.ts';
import type { TernaryMatrix } from '../sparse/ternary-matrix.ts';
import { verifyLinear } from '../sparse/verify.ts';
import { verifyRelations } from '../sumcheck/verify-relations.ts';
import type { VerifierChannel } from '../transcript/channel.ts';
import { createVerifierChannel } from '../transcript/verifier-channel.ts';
import { checkOwn, toVerdict, type Verdict } from '../verdict.ts';
import { verifyMatrixVector } from './circuit/verify.ts';
import { verifyGeneral } from './general/verify.ts';
import { adderOf, areWithin, beginStatement, LAYER_METHODS, type LayerMethod, layerLimit } from './protocol.ts';

/**
 * Checks the reduction of a claim on ã, at (batch, row), to the claims on x̃, at (batch, column), that it returns;
 * the caller compares those with the input.
 *
 * @throws Rejection if a run does not end at the value of its summand, or the claim is not of canonical elements
 * @throws UsageError if the claim's point does not fit
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { prepareLayer, proveLayer, verifyLayer } from 'ternary-gkr/layer';
 * import { ternaryFromDense } from 'ternary-gkr/sparse';
 * import { createProverChannel, createVerifierChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createKoalaBearEngine();
 * const { field } = engine;
 * const weights = ternaryFromDense([1, -1, 0, 1], 2, 2);
 * const input = Int32Array.of(5, 3);
 * const output = { point: [field.one], value: field.fromInteger(3) };
 * const prover = createProverChannel(field);
 * proveLayer(engine, prover, prepareLayer(engine, 'ternary', weights), input, output);
 * const verifier = createVerifierChannel(field, prover.bytes());
 * const claims = verifyLayer(field, verifier, 'ternary', weights, 0, output);
 * // what is left is a claim on the input, for the caller to check
 * console.log(claims.every(({ point, value }) => field.equal(field.tables.evaluateIntegers(input, point), value))); // true
 * ```
 */
export function verifyLayer<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  method: LayerMethod,
  weights: TernaryMatrix,
  batchVariables: number,
  output: Claim<E>,
): Claim<E>[] {
  if (output.point.length !== batchVariables + logCeil(weights.rowCount)) {
    throw new UsageError(`a claim at ${output.point.length} variables on a batch of 2^${batchVariables} outputs`);
  }
  channel.requireCanonical([...output.point, output.value], 'output');
  if (method === 'circuit') return verifyGeneral(field, channel, weights, output);
  const adder = adderOf(method);
  return adder === undefined
    ? verifyRelations(field, channel, [verifyLinear(field, channel, { weights, batchVariables }, output)])[0]
    : [verifyMatrixVector(field, channel, weights, adder, output)];
}

/** Bytes of a matrix's digest. */
const DIGEST_LENGTH = 32;

/**
 * Whether `output` is W·x for a batch of inputs, by a proof of `proveLayerStatement`. Total: any input, output
 * and bytes give a verdict (verdict.ts).
 *
 * @param weights - W itself; the caller has checked it
 * @param digest - `ternaryDigest(weights)`, which a verifier of many proofs computes once. It is absorbed and NOT compared
 *   with W: never take it from a prover, for with another digest the challenges do not depend on W
 * @param input - batch × columns values
 * @param output - batch × rows values
 * @throws UsageError if the field, the method or the matrix is not one, or the digest is not 32 bytes
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
 * const { proof } = proveLayerStatement(engine, layer, input);
 * const isProven = (output: Int32Array): boolean =>
 *   verifyLayerStatement(koalaBear, 'ternary', weights, layer.digest, input, output, proof).ok;
 * console.log(isProven(Int32Array.of(2, 3)), isProven(Int32Array.of(2, 4))); // true false
 * ```
 */
export function verifyLayerStatement<E>(
  field: Field<E>,
  method: LayerMethod,
  weights: TernaryMatrix,
  digest: Uint8Array,
  input: Int32Array,
  output: Int32Array,
  proof: Uint8Array,
): Verdict {
  requireField(field);
  if (!LAYER_METHODS.includes(method)) throw new UsageError(`no method ${describe(method)}`);
  checkOwn('the matrix', () => requireMatrix(weights));
  if (!isTyped(digest, 'Uint8Array') || digest.length !== DIGEST_LENGTH) {
    throw new UsageError(`a digest is ${DIGEST_LENGTH} bytes, as ternaryDigest gives them`);
  }
  return toVerdict('layer', () => {
    checkStatement(field, method, weights, digest, input, output, proof);
    return {};
  });
}

/** Checks the types of a matrix; the caller has checked its entries. */
function requireMatrix(weights: TernaryMatrix): void {
  const { rowCount, columnCount, rows, plusEnds, ends } = weights;
  const isShape = [rowCount, columnCount].every((count) => Number.isSafeInteger(count) && count >= 1);
  const isLists = [rows, plusEnds, ends].every((list) => isTyped(list, 'Uint32Array'));
  if (isShape && isLists && plusEnds.length === columnCount && ends.length === columnCount) return;
  throw new UsageError(`the matrix is ${describe(weights)}; give one of ternaryFromDense or ternaryFromEntries`);
}

function checkStatement<E>(
  field: Field<E>,
  method: LayerMethod,
  weights: TernaryMatrix,
  digest: Uint8Array,
  input: Int32Array,
  output: Int32Array,
  proof: Uint8Array,
): void {
  for (const [name, values] of Object.entries({ input, output })) {
    if (!isTyped(values, 'Int32Array')) throw new Rejection('statement', name, `the ${name} is not an Int32Array`);
  }
  const { rowCount, columnCount } = weights;
  const batch = input.length / columnCount;
  if (!Number.isInteger(batch) || batch < 1) {
    throw new Rejection('statement', 'input', `${input.length} values are not whole inputs of ${columnCount}`);
  }
  if (output.length !== batch * rowCount) {
    throw new Rejection('statement', 'output', `${output.length} values, ${batch * rowCount} are due`);
  }
  checkIntegers(field, 'input', input);
  checkIntegers(field, 'output', output);
  // both sides of a = W·x within ±p/2, so that equal in the field means equal
  const limit = layerLimit(field, columnCount);
  if (!areWithin(input, limit)) {
    throw new Rejection('input-range', 'input', `values beyond ±${limit} might wrap around in ${field.name}`);
  }
  if (!areWithin(output, limit * columnCount)) {
    throw new Rejection('statement', 'output', `values beyond ±${limit * columnCount} are not sums of such inputs`);
  }
  const channel = createVerifierChannel(field, proof);
  const point = beginStatement(channel, { method, rowCount, columnCount, digest, input, output });
  const value = field.tables.evaluateIntegers(padTensors([rowCount], batch, output), point);
  const padded = padTensors([columnCount], batch, input);
  for (const claim of verifyLayer(field, channel, method, weights, logCeil(batch), { point, value })) {
    const expected = field.tables.evaluateIntegers(padded, claim.point);
    channel.require(expected, claim.value, 'claim', 'the claim on the input is not its value', 'input');
  }
  channel.finish();
}
