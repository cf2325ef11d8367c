// The prover of sums of fractions (protocol.ts): builds the trees bottom up, three multiplications a node
// (one where the leaves' numerators are all one), then walks down. Within a layer λ is folded into one
// table: with p0' = p0 + λ·q0 the summand is p0'·q1 + p1·q0, two products; over unit numerators it is
// λ·(q0 + 1/λ)·(q1 + 1/λ) − 1/λ, one product.

import type { Engine, SplitEq, Vector } from '../../field/engine.ts';
import type { Point } from '../../poly/point.ts';
import { sumOfProducts } from '../../sumcheck/products.ts';
import { proveSumcheck, type Summand } from '../../sumcheck/prove.ts';
import type { ProverChannel } from '../../transcript/channel.ts';
import { descend, type Fraction, type Halves, hasUnitChildren, type LeafClaims, layerShape } from './protocol.ts';

/**
 * The leaves of one tree, 2^n each; without numerators they are all one. The denominators are consumed.
 *
 * @example
 * ```ts
 * import { createKoalaBearEngine } from 'ternary-gkr/field';
 * import type { FractionLeaves } from 'ternary-gkr/gkr';
 *
 * const engine = createKoalaBearEngine();
 * // 1/2 + 1/3
 * const leaves: FractionLeaves = { numerators: undefined, denominators: engine.fromIntegers([2, 3]) };
 * ```
 */
export interface FractionLeaves {
  readonly numerators: Vector | undefined;
  readonly denominators: Vector;
}

/**
 * Proves the trees' roots; what it returns are the claims that the verifier is left with too.
 *
 * @example
 * ```ts
 * import { bn254, createArrayEngine } from 'ternary-gkr/field';
 * import { proveFractions } from 'ternary-gkr/gkr';
 * import { createProverChannel } from 'ternary-gkr/transcript';
 *
 * const engine = createArrayEngine(bn254);
 * const denominators = engine.fromElements([2n, 3n]);
 * const { roots } = proveFractions(engine, createProverChannel(bn254), [{ numerators: undefined, denominators }]);
 * // 1/2 + 1/3 = 5/6
 * console.log(roots[0]); // { numerator: 5n, denominator: 6n }
 * ```
 */
export function proveFractions<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  trees: readonly FractionLeaves[],
): { roots: Fraction<E>[]; leaves: LeafClaims<E>[] } {
  const field = engine.field;
  const levels = trees.map((tree) => buildLevels(engine, tree));
  const roots = levels.map((tree) => ({
    numerator: tree[0].numerators === undefined ? field.one : engine.get(tree[0].numerators, 0),
    denominator: engine.get(tree[0].denominators, 0),
  }));
  channel.send(
    'roots',
    roots.flatMap((root) => [root.numerator, root.denominator]),
  );
  const claims: Fraction<E>[] = [...roots];
  const leaves: LeafClaims<E>[] = roots.map((root) => ({ point: [], ...root }));
  const depth = Math.max(...levels.map((tree) => tree.length - 1));
  let point: Point<E> = [];
  for (let layer = 0; layer < depth; layer++) {
    const deeper = levels.map((_, tree) => tree).filter((tree) => levels[tree].length - 1 > layer);
    const fold = channel.draw('fold');
    const summands = deeper.map((tree) => {
      const children = levels[tree][layer + 1];
      const shape = { variables: levels[tree].length - 1, unitNumerators: trees[tree].numerators === undefined };
      return hasUnitChildren(shape, layer)
        ? unitLayer(engine, children.denominators, fold)
        : fractionLayer(engine, children as Required<FractionLeaves> & { numerators: Vector }, fold);
    });
    const { point: bound } = proveSumcheck(
      engine,
      channel,
      summands.map((summand, index) => {
        const { numerator, denominator } = claims[deeper[index]];
        return { summand, claim: field.add(numerator, field.mul(fold, denominator)) };
      }),
      point,
    );
    const halves = summands.map((summand) => summand.halves());
    channel.send(
      'halves',
      summands.flatMap(({ isUnit }, index) => {
        const { p0, p1, q0, q1 } = halves[index];
        return isUnit ? [q0, q1] : [p0, p1, q0, q1];
      }),
    );
    const child = channel.draw('child');
    point = [child, ...bound];
    deeper.forEach((tree, index) => {
      claims[tree] = descend(field, halves[index], child);
      leaves[tree] = { point, ...claims[tree] };
    });
  }
  return { roots, leaves };
}

/** Level j has 2^j nodes; level 0 is the root, the last one the leaves. */
function buildLevels<E>(engine: Engine<E>, leaves: FractionLeaves): FractionLeaves[] {
  const levels: FractionLeaves[] = [leaves];
  while (levels[0].denominators.length > 1) {
    levels.unshift(engine.foldFractions(levels[0].numerators, levels[0].denominators));
  }
  return levels;
}

interface LayerSummand<E> extends Summand<E> {
  readonly isUnit: boolean;
  halves(): Halves<E>;
}

function halvesOf<E>(engine: Engine<E>, vector: Vector): [Vector, Vector] {
  const half = vector.length / 2;
  return [engine.view(vector, 0, half), engine.view(vector, half, half)];
}

function fractionLayer<E>(
  engine: Engine<E>,
  children: { numerators: Vector; denominators: Vector },
  fold: E,
): LayerSummand<E> {
  const field = engine.field;
  const [p0, p1] = halvesOf(engine, children.numerators);
  const [q0, q1] = halvesOf(engine, children.denominators);
  const folded = engine.affine(
    field.zero,
    [
      { vector: p0, scale: field.one },
      { vector: q0, scale: fold },
    ],
    p0.length,
  );
  const summand = sumOfProducts(engine, [
    [folded, q1],
    [p1, q0],
  ]);
  return {
    ...summand,
    isUnit: false,
    halves: () => {
      const [p0Folded, q1Value, p1Value, q0Value] = summand.finals();
      return { p0: field.sub(p0Folded, field.mul(fold, q0Value)), p1: p1Value, q0: q0Value, q1: q1Value };
    },
  };
}

function unitLayer<E>(engine: Engine<E>, denominators: Vector, fold: E): LayerSummand<E> {
  const field = engine.field;
  const [q0, q1] = halvesOf(engine, denominators);
  const shift = field.inv(fold);
  const shifted = (half: Vector): Vector => engine.affine(shift, [{ vector: half, scale: field.one }], half.length);
  const product = sumOfProducts(engine, [[shifted(q0), shifted(q1)]]);
  const unscale = (value: E): E => field.sub(field.mul(fold, value), shift);
  return {
    ...product,
    shape: layerShape(product.shape.variables),
    isUnit: true,
    round(eq?: SplitEq) {
      const [constant, ...higher] = product.round(eq);
      return [unscale(constant), ...higher.map((coefficient) => field.mul(fold, coefficient))];
    },
    atOne: (eq?: SplitEq) => unscale(product.atOne(eq)),
    halves: () => {
      const [q0Value, q1Value] = product.finals().map((value) => field.sub(value, shift));
      return { p0: field.one, p1: field.one, q0: q0Value, q1: q1Value };
    },
  };
}
