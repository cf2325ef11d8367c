// The verifier of relations that share one run (relation.ts).

import type { Field } from '../field/field.ts';
import type { Claim } from '../poly/claim.ts';
import { type Point, suffix } from '../poly/point.ts';
import type { VerifierChannel } from '../transcript/channel.ts';
import type { VerifierRelation } from './relation.ts';
import { checkReduction, verifySumcheck } from './verify.ts';

/**
 * Verifies the relations up to the claims that it returns, relation by relation.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { evaluateEq } from 'ternary-gkr/poly';
 * import { proveRelations, sumOfProducts, vectorRelation, verifyRelations } from 'ternary-gkr/sumcheck';
 * import { createProverChannel, createVerifierChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createKoalaBearEngine();
 * const { field } = engine;
 * const at = [field.one, field.zero];
 * const relation = vectorRelation(2, field.fromInteger(3));
 * const summand = sumOfProducts(engine, [[engine.fromIntegers([1, 2, 3, 4]), engine.eqTable(at)]]);
 * const prover = createProverChannel(field);
 * proveRelations(engine, prover, [{ ...relation, summand, factors: () => [summand.finals()[0]] }]);
 * const verifier = createVerifierChannel(field, prover.bytes());
 * const [[claim]] = verifyRelations(field, verifier, [
 *   { ...relation, evaluate: (y, [value]) => field.mul(evaluateEq(field, at, y), value) },
 * ]);
 * // what is left is a claim on the vector
 * console.log(field.equal(claim.value, field.tables.evaluateIntegers([1, 2, 3, 4], claim.point))); // true
 * ```
 */
export function verifyRelations<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  relations: readonly VerifierRelation<E>[],
  weight?: Point<E>,
): Claim<E>[][] {
  const reduction = verifySumcheck(field, channel, relations, weight);
  const sent = channel.receive(
    'factors',
    relations.reduce((sum, relation) => sum + relation.factorCount, 0),
  );
  let start = 0;
  const parts = relations.map((relation) => {
    const factors = sent.slice(start, start + relation.factorCount);
    start += relation.factorCount;
    return { relation, factors, point: suffix(reduction.point, relation.shape.variables) };
  });
  const values = parts.map(({ relation, factors, point }) => relation.evaluate(point, factors));
  checkReduction(field, channel, reduction, values);
  return parts.map(({ relation, factors, point }) => relation.claims(point, factors));
}
