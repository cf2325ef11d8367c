// The verifier of sums of fractions (protocol.ts). It returns the roots, which the caller compares after
// checking that no denominator is zero, and claims on the leaves, which the caller discharges.

import type { Field } from '../../field/field.ts';
import type { Point } from '../../poly/point.ts';
import { checkReduction, type Reduction, verifySumcheck } from '../../sumcheck/verify.ts';
import type { VerifierChannel } from '../../transcript/channel.ts';
import {
  descend,
  type Fraction,
  type FractionShape,
  foldHalves,
  type Halves,
  hasUnitChildren,
  type LeafClaims,
  layerShape,
} from './protocol.ts';

/**
 * Verifies the trees down to their leaves.
 *
 * @example
 * ```ts
 * import { bn254, createArrayEngine } from 'ternary-gkr/field';
 * import { proveFractions, verifyFractions } from 'ternary-gkr/gkr';
 * import { createProverChannel, createVerifierChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createArrayEngine(bn254);
 * const prover = createProverChannel(bn254);
 * proveFractions(engine, prover, [{ numerators: undefined, denominators: engine.fromElements([2n, 3n]) }]);
 * const verifier = createVerifierChannel(bn254, prover.bytes());
 * const { roots, leaves } = verifyFractions(bn254, verifier, [{ variables: 1, unitNumerators: true }]);
 * console.log(roots[0]); // { numerator: 5n, denominator: 6n }
 * // a claim on the denominators 2 and 3, for the caller to check
 * console.log(bn254.tables.evaluateIntegers([2, 3], leaves[0].point) === leaves[0].denominator); // true
 * ```
 */
export function verifyFractions<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  shapes: readonly FractionShape[],
): { roots: Fraction<E>[]; leaves: LeafClaims<E>[] } {
  const sent = channel.receive('roots', 2 * shapes.length);
  const roots = shapes.map((_, tree) => ({ numerator: sent[2 * tree], denominator: sent[2 * tree + 1] }));
  for (const [tree, { variables, unitNumerators }] of shapes.entries()) {
    // a tree of one leaf is its root: no layer fixes the numerator
    if (unitNumerators && variables === 0) {
      channel.require(
        roots[tree].numerator,
        field.one,
        'claim',
        `tree ${tree} is one leaf, and its numerator is not one`,
        'roots',
      );
    }
  }
  const claims = [...roots];
  const leaves: LeafClaims<E>[] = shapes.map((_, tree) => ({ point: [], ...roots[tree] }));
  const depth = Math.max(...shapes.map((shape) => shape.variables));
  let point: Point<E> = [];
  for (let layer = 0; layer < depth; layer++) {
    channel.within(`layer ${layer}`, () => {
      const trees = shapes.map((_, tree) => tree).filter((tree) => shapes[tree].variables > layer);
      const fold = channel.draw('fold');
      const instances = trees.map((tree) => ({
        shape: layerShape(layer),
        claim: field.add(claims[tree].numerator, field.mul(fold, claims[tree].denominator)),
      }));
      const reduction: Reduction<E> = verifySumcheck(field, channel, instances, point);
      const halves = receiveHalves(field, channel, shapes, trees, layer);
      checkReduction(
        field,
        channel,
        reduction,
        halves.map((half) => foldHalves(field, half, fold)),
      );
      const child = channel.draw('child');
      point = [child, ...reduction.point];
      trees.forEach((tree, index) => {
        claims[tree] = descend(field, halves[index], child);
        leaves[tree] = { point, ...claims[tree] };
      });
    });
  }
  return { roots, leaves };
}

function receiveHalves<E>(
  field: Field<E>,
  channel: VerifierChannel<E>,
  shapes: readonly FractionShape[],
  trees: readonly number[],
  layer: number,
): Halves<E>[] {
  const unit = trees.map((tree) => hasUnitChildren(shapes[tree], layer));
  const count = unit.reduce((sum, isUnit) => sum + (isUnit ? 2 : 4), 0);
  const values = channel.receive('halves', count)[Symbol.iterator]();
  const next = (): E => values.next().value as E;
  return unit.map((isUnit) => {
    const [p0, p1] = isUnit ? [field.one, field.one] : [next(), next()];
    return { p0, p1, q0: next(), q1: next() };
  });
}
