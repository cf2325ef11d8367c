// The tables A, D = R + ρ·P and B = ρ·R − A + L of the sum over M (protocol.ts), square by square. A is an outer
// product, R the same in all columns of a square; P and L are materialised only where they are not zero.

import type { Engine, Vector } from '../../field/engine.ts';
import { evaluateEqAtIndex } from '../../poly/eq.ts';
import { type Point, prefixBefore, suffix } from '../../poly/point.ts';
import { boxIndicator, isFull } from './box.ts';
import { splitRows } from './evaluate.ts';
import type { DensePiece, RegistrationPlan } from './plan.ts';
import {
  formCoefficient,
  pieceWeight,
  type RegistrationClaims,
  rowCoefficient,
  type SumChallenges,
} from './protocol.ts';

/** A square, and the factor of its tables. */
export interface ScaledSquare<E> {
  readonly square: number;
  readonly scale: E;
}

/** The weights of the sum that are kept. */
export class WeightTables<E> {
  readonly plan: RegistrationPlan;
  /** r */
  readonly point: Point<E>;
  /** eq(r, ·) within a square. */
  readonly within: Vector;
  /** eq(r, ·) of the squares, including those of S. */
  readonly squares: readonly E[];
  readonly #engine: Engine<E>;
  readonly #claims: RegistrationClaims<E>;
  readonly #challenges: SumChallenges<E>;
  /** eq(τ, ·) within a square, and all variables, of each row claim by its node. */
  readonly #rows = new Map<number, { readonly claim: number; readonly table: Vector }>();

  constructor(engine: Engine<E>, plan: RegistrationPlan, claims: RegistrationClaims<E>, challenges: SumChallenges<E>) {
    const { field } = engine;
    const { squareVariables, layout, matrices } = plan;
    this.plan = plan;
    this.point = challenges.point;
    this.#engine = engine;
    this.#claims = claims;
    this.#challenges = challenges;
    this.within = engine.eqTable(suffix(challenges.point, squareVariables));
    this.squares = field.tables.eqTable(prefixBefore(challenges.point, squareVariables));
    claims.rows.forEach(({ matrix, point }, claim) => {
      const { rest } = splitRows(field, point, layout.rowVariables);
      this.#rows.set(matrices[matrix].node, { claim, table: engine.eqTable(rest) });
    });
  }

  /** ρ */
  get combiner(): E {
    return this.#challenges.coefficients[1];
  }

  /** Whether a square is one of S. */
  isDense(square: number): boolean {
    return square >= this.plan.boxes.length && square < this.plan.layout.squareCount;
  }

  /** Whether a square comes after all squares in use: it is padding. */
  isUnused(square: number): boolean {
    return square >= this.plan.layout.squareCount;
  }

  /** Returns 1 at the padding of a square of a ternary matrix, 0 elsewhere; undefined without padding. */
  padding(square: number): Int32Array | undefined {
    const { boxes } = this.plan;
    if (square >= boxes.length || isFull(boxes[square])) return undefined;
    return boxIndicator(boxes[square]).map((inside) => 1 - inside);
  }

  /** Returns Σ scale·R over squares, by rows; undefined if it is zero. */
  rowWeights(squares: readonly ScaledSquare<E>[]): Vector | undefined {
    const engine = this.#engine;
    const { field } = engine;
    const { layout } = this.plan;
    let rows: Vector | undefined;
    for (const { square, scale } of squares) {
      const found = square < layout.squares.length ? this.#rows.get(layout.squares[square].node) : undefined;
      if (found === undefined) continue;
      rows ??= engine.zeros('extension', 2 ** layout.rowVariables);
      const { prefix } = splitRows(field, this.#claims.rows[found.claim].point, layout.rowVariables);
      const eq = evaluateEqAtIndex(field, prefix, layout.squares[square].firstRow / 2 ** layout.rowVariables);
      const coefficient = field.mul(rowCoefficient(this.#challenges, found.claim), field.mul(eq, scale));
      engine.addScaled(rows, found.table, coefficient);
    }
    return rows;
  }

  /** Adds Σ scale·(A, D, B) over squares to three extension vectors of the length of a square. */
  fill(squares: readonly ScaledSquare<E>[], a: Vector, d: Vector, b: Vector): void {
    const engine = this.#engine;
    const { field } = engine;
    const [, rho, rhoSquared] = this.#challenges.coefficients;
    const mark = engine.mark();
    let cubic = field.zero;
    let dense = field.zero;
    let unused = field.zero;
    for (const { square, scale } of squares) {
      if (this.isUnused(square)) unused = field.add(unused, scale);
      const weight = field.mul(scale, this.squares[square]);
      if (this.isDense(square)) dense = field.add(dense, weight);
      else cubic = field.add(cubic, weight);
    }
    engine.addScaled(a, this.within, cubic);
    if (!field.isZero(unused)) engine.addScaled(d, engine.affine(field.mul(rho, unused), [], d.length), field.one);
    engine.addScaled(b, this.within, field.sub(field.mul(rhoSquared, dense), cubic));
    const rows = this.rowWeights(squares);
    if (rows !== undefined) {
      const repeated = engine.repeat(rows, 2 ** this.plan.layout.columnVariables);
      engine.addScaled(d, repeated, field.one);
      engine.addScaled(b, repeated, rho);
    }
    for (const { square, scale } of squares) {
      const padding = this.padding(square);
      if (padding !== undefined) engine.addScaled(d, engine.fromIntegers(padding), field.mul(rho, scale));
      if (!this.isDense(square)) continue;
      for (const piece of this.plan.pieces) if (piece.square === square) this.#fillPiece(piece, scale, b);
    }
    engine.release(mark);
  }

  /** Adds the forms on a piece of S, and subtracts its true entries from the padding of its square. */
  #fillPiece(piece: DensePiece, scale: E, b: Vector): void {
    const engine = this.#engine;
    const { field } = engine;
    const { layout } = this.plan;
    const length = 2 ** piece.variables;
    const target = engine.view(b, piece.start, length);
    const padding = field.mul(scale, field.mul(this.#challenges.coefficients[2], this.squares[piece.square]));
    const inside = engine.fromIntegers(boxIndicator(piece.box));
    const within = engine.view(this.within, piece.start, length);
    engine.addScaled(target, engine.mul(inside, within), field.neg(padding));
    const blockVariables = layout.dense?.packing.blocks[piece.block].variables ?? 0;
    this.#claims.forms.forEach((form, index) => {
      if (form.block !== piece.block) return;
      const { scale: fixed, rest, summed } = pieceWeight(field, form, blockVariables, piece);
      const coefficient = field.mul(fixed, field.mul(scale, formCoefficient(this.#challenges, this.#claims, index)));
      const table = engine.eqTable(rest, coefficient);
      const ones = engine.affine(field.one, [], 2 ** summed);
      engine.addScaled(target, summed === 0 ? table : engine.scaleRows(table, ones, 1), field.one);
    });
  }
}
