// The one round loop of every sumcheck prover (protocol.ts). A summand is pure arithmetic with two verbs:
// its round polynomial, and bind; the loop owns the transcript, the claims, the batching and the weight.

import type { Engine, SplitEq } from '../field/engine.ts';
import type { Field } from '../field/field.ts';
import type { Point } from '../poly/point.ts';
import { completePlain, evaluateUnivariate } from '../poly/univariate.ts';
import type { ProverChannel } from '../transcript/channel.ts';
import { powers, runShape, type SumcheckShape } from './protocol.ts';

/**
 * The prover's side of one instance.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, type KoalaElement } from 'ternary-gkr/field';
 * import { type Summand, sumOfProducts } from 'ternary-gkr/sumcheck';
 *
 * const engine = createKoalaBearEngine();
 * const summand: Summand<KoalaElement> = sumOfProducts(engine, [[engine.fromIntegers([1, 2, 3, 4])]]);
 * // g(0) = 1 + 2 of the first round; g(1) follows from the claim
 * console.log(summand.round()); // [ [ 3, 0, 0, 0 ] ]
 * ```
 */
export interface Summand<E> {
  readonly shape: SumcheckShape;
  /**
   * The polynomial of the first free variable, summed over the others (each weighted by `eq` if given):
   * its coefficients c0, c2, …, cd, without c1, which the claim determines.
   */
  round(eq?: SplitEq): E[];
  /** The same polynomial's value at 1, for the one case in which the claim does not determine it. */
  atOne(eq?: SplitEq): E;
  /** Fixes the first free variable. */
  bind(challenge: E): void;
  /** The value of each of the summand's tables once every variable is bound. */
  finals(): E[];
}

/**
 * A summand and what it is claimed to sum to.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine, type KoalaElement } from 'ternary-gkr/field';
 * import { type ProverInstance, sumOfProducts } from 'ternary-gkr/sumcheck';
 *
 * const engine = createKoalaBearEngine();
 * const table = engine.fromIntegers([1, 2, 3, 4]);
 * const instance: ProverInstance<KoalaElement> = {
 *   summand: sumOfProducts(engine, [[table]]),
 *   claim: engine.field.fromInteger(10),
 * };
 * ```
 */
export interface ProverInstance<E> {
  readonly summand: Summand<E>;
  readonly claim: E;
}

/**
 * Runs the rounds. The statement and whatever the claims depend on have been absorbed before. The caller sends the factors, `summand.finals()`, and releases what the run allocated.
 *
 * @returns where the run ended, and the value of each summand there
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import { proveSumcheck, sumOfProducts } from 'ternary-gkr/sumcheck';
 * import { createProverChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createKoalaBearEngine();
 * const [a, b] = [engine.fromIntegers([1, 2, 3, 4]), engine.fromIntegers([5, 6, 7, 8])];
 * const channel = createProverChannel(engine.field);
 * const summand = sumOfProducts(engine, [[a, b]]);
 * const { point } = proveSumcheck(engine, channel, [{ summand, claim: engine.field.fromInteger(70) }]);
 * console.log(point.length, channel.bytes().length); // 2 64
 * ```
 */
export function proveSumcheck<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  instances: readonly ProverInstance<E>[],
  weight?: Point<E>,
): { readonly point: Point<E>; readonly values: readonly E[] } {
  const field = engine.field;
  const { rounds, degree } = runShape(
    instances.map((instance) => instance.summand.shape),
    weight,
  );
  const coefficients = powers(field, instances.length > 1 ? channel.draw('batch') : field.one, instances.length);
  const claims = instances.map((instance) => instance.claim);
  const weights = weight === undefined || rounds === 0 ? undefined : splitEq(engine, weight);
  const point: E[] = [];
  for (let round = 0; round < rounds; round++) {
    const total = new Array<E>(degree + 1).fill(field.zero);
    const polynomials = instances.map(({ summand }, j) => {
      if (summand.shape.variables < rounds - round) return idle(field, claims[j], summand, rounds - round, weight);
      return weight === undefined
        ? insertLinear(field, summand.round(), claims[j])
        : insertLinearWeighted(field, summand, weights?.(round), claims[j], weight[round]);
    });
    polynomials.forEach((polynomial, j) => {
      polynomial.forEach((coefficient, k) => {
        total[k] = field.add(total[k], field.mul(coefficients[j], coefficient));
      });
    });
    channel.send('round', weight === undefined ? [total[0], ...total.slice(2)] : total.slice(1));
    const challenge = channel.draw('bind');
    point.push(challenge);
    instances.forEach(({ summand }, j) => {
      if (summand.shape.variables < rounds - round) return;
      claims[j] = evaluateUnivariate(field, polynomials[j], challenge);
      summand.bind(challenge);
    });
  }
  return { point, values: claims };
}

/** A summand that has not begun is constant: its claim in a weighted run, 2^(idle rounds after this one) times it in a plain one. */
function idle<E>(field: Field<E>, claim: E, summand: Summand<E>, left: number, weight: Point<E> | undefined): E[] {
  if (weight !== undefined) return [claim];
  return [field.mul(claim, field.fromInteger(2n ** BigInt(left - 1 - summand.shape.variables)))];
}

function insertLinear<E>(field: Field<E>, sent: readonly E[], claim: E): E[] {
  return completePlain(field, sent, claim);
}

/** c1 from claim = t(0) + w·(c1 + c2 + …). */
function insertLinearWeighted<E>(field: Field<E>, summand: Summand<E>, eq: SplitEq | undefined, claim: E, w: E): E[] {
  const [constant, ...higher] = summand.round(eq);
  const rest = higher.reduce((sum, coefficient) => field.add(sum, coefficient), field.zero);
  const difference = field.isZero(w)
    ? field.sub(summand.atOne(eq), constant)
    : field.mul(field.sub(claim, constant), field.inv(w));
  return [constant, field.sub(difference, rest), ...higher];
}

/**
 * eq over the variables after each round, as a product of two tables of about the square root of the size:
 * for round i, eq of w's variables i + 1 … n − 1.
 */
function splitEq<E>(engine: Engine<E>, weight: Point<E>): (round: number) => SplitEq {
  const innerVariables = weight.length >> 1;
  const outerVariables = weight.length - innerVariables;
  const outer = engine.eqSuffixes(weight.slice(0, outerVariables));
  const inner = engine.eqSuffixes(weight.slice(outerVariables));
  return (round) => {
    const left = weight.length - 1 - round;
    return left >= innerVariables
      ? { outer: outer[left - innerVariables], inner: inner[innerVariables] }
      : { outer: outer[0], inner: inner[left] };
  };
}
