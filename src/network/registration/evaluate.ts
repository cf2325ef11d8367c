// The weights A, D = R + ρ·P and B = ρ·R − A + L of the sum over M (protocol.ts) at a point: a few multiplications for
// each square, each side of a box and each piece of a block of S.

import type { Field } from '../../field/field.ts';
import { evaluateEq, evaluateEqAtIndex } from '../../poly/eq.ts';
import { type Point, prefixBefore, suffix } from '../../poly/point.ts';
import { evaluateBox, evaluateEqInBox, isFull } from './box.ts';
import type { DensePiece, RegistrationPlan } from './plan.ts';
import {
  formCoefficient,
  pieceWeight,
  type RegistrationClaims,
  rowCoefficient,
  type SumChallenges,
} from './protocol.ts';

/** Returns A·m³ + D·m² + B·m at a point, with m = M̃ there. */
export function evaluateSum<E>(
  field: Field<E>,
  plan: RegistrationPlan,
  claims: RegistrationClaims<E>,
  challenges: SumChallenges<E>,
  point: Point<E>,
  m: E,
): E {
  const { squareVariables, layout, boxes } = plan;
  const { coefficients, point: r } = challenges;
  const within = suffix(point, squareVariables);
  const squares = field.tables.eqTable(prefixBefore(point, squareVariables));
  const randomSquares = field.tables.eqTable(prefixBefore(r, squareVariables));
  const eqWithin = evaluateEq(field, suffix(r, squareVariables), within);
  const isDense = (square: number): boolean => square >= boxes.length && square < layout.squareCount;
  let cubic = field.zero;
  let dense = field.zero;
  let padding = field.zero;
  squares.forEach((eq, square) => {
    const both = field.mul(eq, randomSquares[square]);
    if (isDense(square)) {
      dense = field.add(dense, both);
      return;
    }
    cubic = field.add(cubic, both);
    if (square < boxes.length && isFull(boxes[square])) return;
    const inside = square < boxes.length ? evaluateBox(field, boxes[square], within) : field.zero;
    padding = field.add(padding, field.mul(eq, field.sub(field.one, inside)));
  });
  cubic = field.mul(cubic, eqWithin);
  dense = field.mul(dense, eqWithin);
  for (const piece of plan.pieces) {
    const own = { a: pieceVariables(piece, suffix(r, squareVariables)), b: pieceVariables(piece, within) };
    const at = piece.start / 2 ** piece.variables;
    const fixed = field.mul(evaluateEqAtIndex(field, own.a.prefix, at), evaluateEqAtIndex(field, own.b.prefix, at));
    const square = field.mul(squares[piece.square], randomSquares[piece.square]);
    const inside = evaluateEqInBox(field, piece.box, own.a.rest, own.b.rest);
    dense = field.sub(dense, field.mul(field.mul(square, fixed), inside));
  }
  const rows = evaluateRows(field, plan, claims, challenges, squares, within);
  const forms = evaluateForms(field, plan, claims, challenges, squares, within);
  const quadratic = field.add(rows, field.mul(coefficients[1], padding));
  const linear = field.add(
    field.sub(field.mul(coefficients[1], rows), cubic),
    field.add(field.mul(coefficients[2], dense), forms),
  );
  return field.mul(m, field.add(linear, field.mul(m, field.add(quadratic, field.mul(m, cubic)))));
}

/** Returns the variables of a square that a piece fixes, and its own. */
function pieceVariables<E>({ variables }: DensePiece, within: Point<E>): { prefix: Point<E>; rest: Point<E> } {
  return { prefix: prefixBefore(within, variables), rest: suffix(within, variables) };
}

/** Returns R at a point. */
function evaluateRows<E>(
  field: Field<E>,
  { layout, matrices }: RegistrationPlan,
  claims: RegistrationClaims<E>,
  challenges: SumChallenges<E>,
  squares: readonly E[],
  within: Point<E>,
): E {
  const { rowVariables } = layout;
  const own = suffix(within, rowVariables);
  const claimOf = new Map(claims.rows.map((claim, row) => [matrices[claim.matrix].node, { claim, row }]));
  const sums = claims.rows.map(() => field.zero);
  layout.squares.forEach(({ node, firstRow }, square) => {
    const found = claimOf.get(node);
    if (found === undefined) return;
    const { prefix } = splitRows(field, found.claim.point, rowVariables);
    const eq = evaluateEqAtIndex(field, prefix, firstRow / 2 ** rowVariables);
    sums[found.row] = field.add(sums[found.row], field.mul(eq, squares[square]));
  });
  return claims.rows.reduce((total, { point }, row) => {
    const eq = evaluateEq(field, splitRows(field, point, rowVariables).rest, own);
    return field.add(total, field.mul(rowCoefficient(challenges, row), field.mul(eq, sums[row])));
  }, field.zero);
}

/** Returns a point of rows in two parts: the variables that choose a square, and those within, with zeros in front. */
export function splitRows<E>(
  field: Field<E>,
  point: Point<E>,
  rowVariables: number,
): { readonly prefix: Point<E>; readonly rest: Point<E> } {
  const own = Math.min(rowVariables, point.length);
  const zeros = new Array<E>(rowVariables - own).fill(field.zero);
  return { prefix: prefixBefore(point, own), rest: [...zeros, ...suffix(point, own)] };
}

/** Returns L without S's padding. */
function evaluateForms<E>(
  field: Field<E>,
  { layout, pieces }: RegistrationPlan,
  claims: RegistrationClaims<E>,
  challenges: SumChallenges<E>,
  squares: readonly E[],
  within: Point<E>,
): E {
  const piecesOf = new Map<number, DensePiece[]>();
  for (const piece of pieces) {
    const known = piecesOf.get(piece.block);
    if (known === undefined) piecesOf.set(piece.block, [piece]);
    else known.push(piece);
  }
  let total = field.zero;
  claims.forms.forEach((form, index) => {
    const coefficient = formCoefficient(challenges, claims, index);
    for (const piece of piecesOf.get(form.block) ?? []) {
      const blockVariables = layout.dense?.packing.blocks[piece.block].variables ?? 0;
      const { scale, rest } = pieceWeight(field, form, blockVariables, piece);
      const { prefix, rest: own } = pieceVariables(piece, within);
      const place = evaluateEqAtIndex(field, prefix, piece.start / 2 ** piece.variables);
      const eq = field.mul(evaluateEq(field, rest, own.slice(0, rest.length)), field.mul(place, scale));
      total = field.add(total, field.mul(coefficient, field.mul(eq, squares[piece.square])));
    }
  });
  return total;
}
