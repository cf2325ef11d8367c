// All claims on committed weights become one claim on the vector M that holds them (layout.ts). A ternary matrix's
// claim W̃(r, s) is a sum over its squares z,
//     W̃(r, s) = Σ_z A_z · Σ_{c, o} eq(s', c)·eq(r', o)·M[z, c, o],      A_z = eq(s'', column of z)·eq(r'', row of z),
// where s', r' are the last C and N variables (zeros in front where there are fewer) and s'', r'' those before.
//   1. One run of sumcheck over (c, o) for all of them, and over S for the claims on other weights; its end
//      p = (σ, ρ) is shared. The prover sends Σ_z A_z·M̃_z(p) for each claim, and S̃ at the end of its own variables.
//   2. With a drawn λ, one over the squares: Σ_z κ(z)·Y(z) with Y(z) = M̃_z(p) and κ known to both. It ends at ζ.
// A claim on M̃(ζ, p) remains. The prover has Σ_o eq(r, o)·W[o, ·] from the layer's own relation: the first half of the
// run costs it no pass over the nonzeros, the second one addition for each (Σ_c eq(σ, c)·M[z, c, o] for all z and o).
//
// Messages: draw "weights" (η, for S's claims); [relations]; draw "squares" (λ); [relation].

import type { Field } from '../../field/field.ts';
import { evaluateEq, evaluateEqAtIndex } from '../../poly/eq.ts';
import { type Point, suffix } from '../../poly/point.ts';
import type { PackedClaim } from '../../sumcheck/packed-claims.ts';
import { powers } from '../../sumcheck/protocol.ts';
import { type Relation, vectorRelation } from '../../sumcheck/relation.ts';
import type { RelationGraph } from '../relations/nodes.ts';
import type { WeightClaim } from './claims.ts';
import { blockFinder, type WeightLayout } from './layout.ts';

/** A claim on a ternary matrix, in squares. */
export interface SquareClaim<E> {
  readonly claim: WeightClaim<E>;
  /** s', C variables. */
  readonly columnPoint: Point<E>;
  /** r', N variables. */
  readonly rowPoint: Point<E>;
  /** s'': the variables of the columns before them. */
  readonly columnPrefix: Point<E>;
  /** The matrix's squares, and A of each. */
  readonly squares: readonly { readonly index: number; readonly weight: E }[];
}

/** The claims, by the location of their tensors in M. */
export interface PlacedClaims<E> {
  readonly squares: readonly SquareClaim<E>[];
  /** On blocks of S; one relation has them all, with the powers of η. */
  readonly dense: readonly PackedClaim<E>[];
}

/** Returns the claims with the location of their tensors. */
export function placeClaims<E>(
  field: Field<E>,
  graph: RelationGraph,
  layout: WeightLayout,
  claims: readonly WeightClaim<E>[],
): PlacedClaims<E> {
  const squares: SquareClaim<E>[] = [];
  const dense: PackedClaim<E>[] = [];
  const blockOf = blockFinder(layout);
  const squaresByNode = new Map<number, number[]>();
  layout.squares.forEach(({ node }, index) => {
    const own = squaresByNode.get(node) ?? [];
    own.push(index);
    squaresByNode.set(node, own);
  });
  for (const claim of claims) {
    const node = graph.nodes[claim.node];
    if (claim.role === 'matrix' && node.kind === 'matrix') {
      if (node.bounds?.isTernary) {
        squares.push(cutClaim(field, layout, claim, node.columnVariables, squaresByNode.get(claim.node) ?? []));
        continue;
      }
      const terms = [
        { block: blockOf(claim.node, 'plus'), sign: 1 as const },
        { block: blockOf(claim.node, 'minus'), sign: -1 as const },
      ];
      dense.push({ terms, point: claim.point, value: claim.value });
    } else if (claim.role !== 'matrix') {
      const block = blockOf(claim.node, claim.role);
      dense.push({ terms: [{ block, sign: 1 }], point: claim.point, value: claim.value });
    }
  }
  return { squares, dense };
}

function cutClaim<E>(
  field: Field<E>,
  layout: WeightLayout,
  claim: WeightClaim<E>,
  columnVariables: number,
  indices: readonly number[],
): SquareClaim<E> {
  const rows = claim.point.slice(0, claim.point.length - columnVariables);
  const columns = suffix(claim.point, columnVariables);
  const [rowPrefix, rowPoint] = splitAt(field, rows, layout.rowVariables);
  const [columnPrefix, columnPoint] = splitAt(field, columns, layout.columnVariables);
  const squares = indices.map((index) => {
    const { firstRow, firstColumn } = layout.squares[index];
    const column = evaluateEqAtIndex(field, columnPrefix, firstColumn / 2 ** layout.columnVariables);
    const row = evaluateEqAtIndex(field, rowPrefix, firstRow / 2 ** layout.rowVariables);
    return { index, weight: field.mul(column, row) };
  });
  return { claim, columnPoint, rowPoint, columnPrefix, squares };
}

/** Returns the variables before the last `count`, and the last `count`, with zeros in front if there are fewer. */
function splitAt<E>(field: Field<E>, point: Point<E>, count: number): [Point<E>, Point<E>] {
  if (point.length >= count) return [point.slice(0, point.length - count), suffix(point, count)];
  return [[], [...new Array<E>(count - point.length).fill(field.zero), ...point]];
}

/** Returns the relation of a claim on a ternary matrix; the one factor sent is Σ_z A_z·M̃_z(p). */
export function squareRelation<E>(layout: WeightLayout, { claim }: SquareClaim<E>): Relation<E> {
  return vectorRelation(layout.squareVariables, claim.value);
}

/** Returns eq(s', σ)·eq(r', ρ). */
export function evaluateSquareWeight<E>(
  field: Field<E>,
  { columnVariables }: WeightLayout,
  { columnPoint, rowPoint }: SquareClaim<E>,
  point: Point<E>,
): E {
  const columns = evaluateEq(field, columnPoint, point.slice(0, columnVariables));
  return field.mul(columns, evaluateEq(field, rowPoint, point.slice(columnVariables)));
}

/** The sum over the squares: κ, and the claimed sum. */
export interface SquareSum<E> {
  /** 2^(variables of the squares) values. */
  readonly weights: readonly E[];
  readonly claim: E;
}

/**
 * Combines the claims of the first run.
 *
 * @param lambda - drawn after the values were sent
 * @param values - Σ_z A_z·M̃_z(p) of each claim on a ternary matrix
 * @param dense - S̃ where its variables ended, if there are claims on S
 */
export function sumSquares<E>(
  field: Field<E>,
  layout: WeightLayout,
  placed: PlacedClaims<E>,
  lambda: E,
  point: Point<E>,
  values: readonly E[],
  dense: { readonly point: Point<E>; readonly value: E } | undefined,
): SquareSum<E> {
  const { squareVariables } = layout;
  const weights = new Array<E>(2 ** (layout.variables - squareVariables)).fill(field.zero);
  const coefficients = powers(field, lambda, values.length + 1);
  let claim = field.zero;
  placed.squares.forEach(({ squares }, i) => {
    claim = field.add(claim, field.mul(coefficients[i], values[i]));
    for (const { index, weight } of squares) {
      weights[index] = field.add(weights[index], field.mul(coefficients[i], weight));
    }
  });
  if (dense !== undefined) {
    const coefficient = coefficients[values.length];
    const inner = Math.min(squareVariables, dense.point.length);
    // S fills whole squares, or the beginning of one
    const within = suffix(point, squareVariables).slice(0, squareVariables - inner);
    const lead = within.reduce((product, x) => field.mul(product, field.sub(field.one, x)), coefficient);
    claim = field.add(claim, field.mul(lead, dense.value));
    const prefix = dense.point.slice(0, dense.point.length - inner);
    for (let k = 0; layout.squares.length + k < layout.squareCount; k++) {
      weights[layout.squares.length + k] = field.mul(coefficient, evaluateEqAtIndex(field, prefix, k));
    }
  }
  return { weights, claim };
}

/** Returns the relation of the sum over squares; the one factor sent is M̃(ζ, p). */
export function sumRelation<E>(layout: WeightLayout, point: Point<E>, { claim }: SquareSum<E>): Relation<E> {
  const { squareVariables } = layout;
  return {
    shape: { variables: layout.variables - squareVariables, degree: 2 },
    claim,
    factorCount: 1,
    claims: (squares, [value]) => [{ point: [...squares, ...suffix(point, squareVariables)], value }],
  };
}
