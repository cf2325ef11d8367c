// The verifier of a batched sumcheck (protocol.ts). It checks nothing by itself: it reduces the claims to
// one value at one random point, which the caller must compare with the factors it learns by other means.

import type { Field } from '../field/field.ts';
import type { Point } from '../poly/point.ts';
import { completePlain, completeWeighted, evaluateUnivariate } from '../poly/univariate.ts';
import type { VerifierChannel } from '../transcript/channel.ts';
import { combine, powers, runShape, type SumcheckShape } from './protocol.ts';

/**
 * One claim about a sum, of a shape known from the statement.
 *
 * @example
 * ```ts
 * import { koalaBear, type KoalaElement } from 'ternary-gkr/field';
 * import type { SumcheckClaim } from 'ternary-gkr/sumcheck';
 *
 * const claim: SumcheckClaim<KoalaElement> = { shape: { variables: 10, degree: 2 }, claim: koalaBear.fromInteger(70) };
 * ```
 */
export interface SumcheckClaim<E> {
  readonly shape: SumcheckShape;
  readonly claim: E;
}

/**
 * The result of a run: instance j's summand, at the last n_j variables of `point`, enters with `coefficients[j]`.
 *
 * @example
 * ```ts
 * import { koalaBear, type KoalaElement } from 'ternary-gkr/field';
 * import type { Reduction } from 'ternary-gkr/sumcheck';
 *
 * const none: Reduction<KoalaElement> = { point: [], coefficients: [koalaBear.one], value: koalaBear.fromInteger(7) };
 * ```
 */
export interface Reduction<E> {
  readonly point: Point<E>;
  readonly coefficients: readonly E[];
  readonly value: E;
}

/**
 * Runs the rounds. The caller discharges the result with `checkReduction`, and has absorbed everything that the
 * claims depend on (the statement, commitments to the tables) before: the claims are not absorbed here.
 *
 * @throws Rejection `non-canonical` for a claim that is not a canonical element
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { proveSumcheck, sumOfProducts, verifySumcheck } from 'ternary-gkr/sumcheck';
 * import { createProverChannel, createVerifierChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createKoalaBearEngine();
 * const { field } = engine;
 * const prover = createProverChannel(field);
 * const claim = field.fromInteger(10);
 * proveSumcheck(engine, prover, [{ summand: sumOfProducts(engine, [[engine.fromIntegers([1, 2, 3, 4])]]), claim }]);
 * const verifier = createVerifierChannel(field, prover.bytes());
 * const { point, value } = verifySumcheck(field, verifier, [{ shape: { variables: 2, degree: 1 }, claim }]);
 * console.log(field.equal(value, field.tables.evaluateIntegers([1, 2, 3, 4], point))); // true
 * ```
 */
export function verifySumcheck<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  instances: readonly SumcheckClaim<E>[],
  weight?: Point<E>,
): Reduction<E> {
  const { rounds, degree } = runShape(
    instances.map((instance) => instance.shape),
    weight,
  );
  channel.requireCanonical(instances.map(({ claim }) => claim));
  const coefficients = powers(field, instances.length > 1 ? channel.draw('batch') : field.one, instances.length);
  // in a plain run an instance of fewer variables is summed 2^(difference) times
  const claims = instances.map(({ shape, claim }) =>
    weight === undefined ? field.mul(claim, field.fromInteger(2n ** BigInt(rounds - shape.variables))) : claim,
  );
  let value = combine(field, coefficients, claims);
  const point: E[] = [];
  for (let round = 0; round < rounds; round++) {
    const sent = channel.within(`round ${round}`, () => channel.receive('round', degree));
    const polynomial =
      weight === undefined ? completePlain(field, sent, value) : completeWeighted(field, sent, value, weight[round]);
    const challenge = channel.draw('bind');
    point.push(challenge);
    value = evaluateUnivariate(field, polynomial, challenge);
  }
  return { point, coefficients, value };
}

/**
 * Rejects unless Σ_j coefficient_j·values[j] is the value left by the rounds; values[j] = g_j at its suffix of the
 * point.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { checkReduction, proveSumcheck, sumOfProducts, verifySumcheck } from 'ternary-gkr/sumcheck';
 * import { createProverChannel, createVerifierChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createKoalaBearEngine();
 * const { field } = engine;
 * const prover = createProverChannel(field);
 * const claim = field.fromInteger(10);
 * proveSumcheck(engine, prover, [{ summand: sumOfProducts(engine, [[engine.fromIntegers([1, 2, 3, 4])]]), claim }]);
 * const verifier = createVerifierChannel(field, prover.bytes());
 * const reduction = verifySumcheck(field, verifier, [{ shape: { variables: 2, degree: 1 }, claim }]);
 * // throws unless the table has the value that the rounds leave
 * checkReduction(field, verifier, reduction, [field.tables.evaluateIntegers([1, 2, 3, 4], reduction.point)]);
 * console.log(reduction.point.length); // 2
 * ```
 */
export function checkReduction<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  reduction: Reduction<E>,
  values: readonly E[],
): void {
  channel.require(
    combine(field, reduction.coefficients, values),
    reduction.value,
    'sumcheck',
    'the final evaluations do not give the value that the rounds leave',
  );
}
