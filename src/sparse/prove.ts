// The prover of the ternary linear relation (protocol.ts).

import { UsageError } from '../errors.ts';
import type { Engine, GatherPlan, Vector } from '../field/engine.ts';
import type { Claim } from '../poly/claim.ts';
import { logCeil, type Point } from '../poly/point.ts';
import { sumOfProducts } from '../sumcheck/products.ts';
import type { ProverRelation } from '../sumcheck/prove-relations.ts';
import { type LinearShape, linearRelation, splitOutputPoint } from './protocol.ts';

/**
 * The relation of a claim on W·x, to be run by `proveRelations`.
 *
 * @param plan - W, laid out by `engine.gatherPlan`
 * @param input - x, 2^(batch variables + input variables) values, batch-major, zero on padding
 */
export function proveLinear<E>(
  engine: Engine<E>,
  plan: GatherPlan,
  input: Int32Array,
  output: Claim<E>,
): ProverRelation<E> {
  return proveFolded(engine, plan, (rowWeights) => engine.gatherSigned(plan, rowWeights), input, output);
}

/**
 * The same relation for any matrix.
 *
 * @param fold - from eq(r_o, ·) to v, of 2^(input variables) elements: v(i) = Σ_o eq(r_o, o)·W[o, i]
 */
export function proveFolded<E>(
  engine: Engine<E>,
  shape: LinearShape,
  fold: (rowWeights: Vector) => Vector,
  input: Int32Array,
  output: Claim<E>,
): ProverRelation<E> {
  const { batch, row } = splitOutputPoint(shape, output.point);
  const width = 2 ** logCeil(shape.columnCount);
  if (input.length !== width * 2 ** batch.length) {
    throw new UsageError(
      `${2 ** batch.length} inputs of ${width} padded values are expected, not ${input.length} values`,
    );
  }
  const summand = sumOfProducts(engine, [[foldBatch(engine, input, batch), fold(engine.eqTable(row))]]);
  return {
    ...linearRelation(shape, output),
    summand,
    factors: () => [summand.finals()[0]],
  };
}

/** x̃(r_b, ·): one multiplication per value of the batch. */
function foldBatch<E>(engine: Engine<E>, input: Int32Array, batch: Point<E>): Vector {
  const values = engine.fromIntegers(input);
  if (batch.length === 0) return values;
  const width = input.length / 2 ** batch.length;
  const folded = engine.zeros('extension', width);
  const weights = engine.eqTable(batch);
  for (let b = 0; b < 2 ** batch.length; b++) {
    engine.addScaled(folded, engine.view(values, b * width, width), engine.get(weights, b));
  }
  return folded;
}
