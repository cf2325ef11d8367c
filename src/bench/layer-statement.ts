// One layer as a statement of its own, for the suite: the outputs of W·x for a public batch, from digest and
// input to the last byte of the proof. Both sides absorb the method, the shape, the digest of W, input and output;
// a point is drawn; ã at it is computed from the output; the method reduces that claim to one on x̃, and the
// verifier compares it with the input.

import { Rejection } from '../errors.ts';
import type { Engine, GatherPlan } from '../field/engine.ts';
import type { Field } from '../field/field.ts';
import type { Claim } from '../poly/claim.ts';
import { logCeil } from '../poly/point.ts';
import { proveLinear } from '../sparse/prove.ts';
import type { TernaryMatrix } from '../sparse/ternary-matrix.ts';
import { verifyLinear } from '../sparse/verify.ts';
import { proveRelations } from '../sumcheck/prove-relations.ts';
import { verifyRelations } from '../sumcheck/verify-relations.ts';
import type { Channel } from '../transcript/channel.ts';
import { createProverChannel } from '../transcript/prover-channel.ts';
import { createVerifierChannel } from '../transcript/verifier-channel.ts';
import type { LayerMethod } from './layer-methods.ts';

/** What is proven about; input and output are batch-major and not padded. */
export interface LayerStatement {
  readonly weights: TernaryMatrix;
  readonly digest: Uint8Array;
  readonly input: Int32Array;
  readonly output: Int32Array;
}

const METHOD: LayerMethod = 'ternary';

/** @param plan - W, laid out by the engine */
export function proveLayerStatement<E>(engine: Engine<E>, plan: GatherPlan, statement: LayerStatement): Uint8Array {
  const channel = createProverChannel(engine.field);
  const { input, claim } = beginStatement(engine.field, channel, statement);
  proveRelations(engine, channel, [proveLinear(engine, plan, input, claim)]);
  return channel.bytes();
}

/** @throws Rejection if the proof is not accepted */
export function verifyLayerStatement<E>(field: Field<E>, statement: LayerStatement, proof: Uint8Array): void {
  const channel = createVerifierChannel(field, proof);
  const { input, claim } = beginStatement(field, channel, statement);
  const [[{ point, value }]] = verifyRelations(field, channel, [verifyLinear(field, statement.weights, claim)]);
  if (!field.equal(field.tables.evaluateIntegers(input, point), value)) {
    throw new Rejection('claim', channel.where, 'the claim on the input is not its value');
  }
  channel.finish();
}

function beginStatement<E>(
  field: Field<E>,
  channel: Channel<E>,
  { weights, digest, input, output }: LayerStatement,
): { input: Int32Array; claim: Claim<E> } {
  const { rowCount, columnCount } = weights;
  const batch = input.length / columnCount;
  channel.absorb('method', new TextEncoder().encode(METHOD));
  channel.absorb('shape', encodeIntegers([rowCount, columnCount, batch]));
  channel.absorb('weights', digest);
  channel.absorb('input', encodeIntegers(input));
  channel.absorb('output', encodeIntegers(output));
  const point = channel.drawMany('output point', logCeil(batch) + logCeil(rowCount));
  const value = field.tables.evaluateIntegers(padRows(output, rowCount, batch), point);
  return { input: padRows(input, columnCount, batch), claim: { point, value } };
}

/** `batch` rows of `width` values, both padded to powers of two with zeros. */
function padRows(values: Int32Array, width: number, batch: number): Int32Array {
  const paddedWidth = 2 ** logCeil(width);
  const padded = new Int32Array(paddedWidth * 2 ** logCeil(batch));
  for (let b = 0; b < batch; b++) padded.set(values.subarray(b * width, (b + 1) * width), b * paddedWidth);
  return padded;
}

/**
 * The values in one, two or four bytes each, the fewest that hold them all, after a byte with that number: the
 * hash of the statement is a good part of a small layer's proof. One encoding for each sequence of values.
 */
function encodeIntegers(values: ArrayLike<number>): Uint8Array {
  let least = 0;
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]);
    most = Math.max(most, values[i]);
  }
  const size = least >= -128 && most < 128 ? 1 : least >= -(2 ** 15) && most < 2 ** 15 ? 2 : 4;
  const bytes = new Uint8Array(1 + size * values.length);
  bytes[0] = size;
  for (let i = 0, at = 1; i < values.length; i++) {
    for (let shift = 0; shift < 8 * size; shift += 8) bytes[at++] = values[i] >> shift;
  }
  return bytes;
}
