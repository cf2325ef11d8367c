// A matrix–vector product as a layered circuit, with the matrix among its inputs: the cost of a general GKR prover
// for a = W·x, whatever the entries of W. The circuit is written down in closed form, layer by layer.
//
// Inputs are W over (i, o) and x over (b, i): columns i, rows o, batch b. Product gates P(i, b, o) = W(i, o)·x(b, i)
// stand under either one sum gate an output, a(b, o) = Σ_i P(i, b, o), or a binary tree of additions, one layer a
// variable of i: V_{t+1}(z) = V_t(0, z) + V_t(1, z), V_0 = P. Each layer turns a claim on its values into one on
// the values below, as for any circuit (Libra, ePrint 2019/317):
// - sum layer: ã(r) = Σ_i P̃(i, r), a run over i, of degree one.
// - addition layer: Ṽ_{t+1}(r) = Σ_{(c, z)} ℓ(c, z)·V_t(c, z), ℓ(c, z) = eq(r, z): a run over all sources.
// - product layer, at (p_i, p_b, p_o): phase one over (i, o),
//     P̃(p) = Σ W(i, o)·h(i, o),      h(i, o) = Σ_b eq(p, (i, b, o))·x(b, i) = eq(p_i, i)·x̃(p_b, i)·eq(p_o, o);
//   it ends at (u_i, u_o) with W̃(u_i, u_o), which the verifier evaluates, and h̃(u), which is sent; phase two
//   over (b, i),
//     h̃(u) = Σ k(b, i)·x(b, i),      k(b, i) = eq(p_o, u_o)·eq(p_b, b)·eq(p_i, i)·eq(u_i, i).
// ℓ, h and k are bookkeeping tables, made in one multiplication an entry thanks to the closed form; rounds treat
// them as they would the tables of any other wiring. A prover that used the structure of ℓ would skip the rounds of
// the tree, which is what the sum layer does; one that used that of h would not need W as a table, which is what the
// `dense` method (layer/protocol.ts) does.

import type { Field } from '../../field/field.ts';
import type { Claim } from '../../poly/claim.ts';
import { evaluateEq, evaluateEqOfThree } from '../../poly/eq.ts';
import { logCeil, type Point, prefixBefore, suffix } from '../../poly/point.ts';
import { type Relation, vectorRelation } from '../../sumcheck/relation.ts';

/** Sizes of W; each axis is padded to a power of two by itself. */
export interface MatrixVectorShape {
  readonly rowCount: number;
  readonly columnCount: number;
}

/** log₂ of the padded axes. */
export interface MatrixVectorVariables {
  readonly rows: number;
  readonly columns: number;
  readonly batch: number;
}

export function matrixVectorVariables(shape: MatrixVectorShape, batchVariables: number): MatrixVectorVariables {
  return { rows: logCeil(shape.rowCount), columns: logCeil(shape.columnCount), batch: batchVariables };
}

/** The parts of a point of P: (p_i, p_b, p_o). */
export interface ProductPoint<E> {
  readonly column: Point<E>;
  readonly batch: Point<E>;
  readonly row: Point<E>;
}

export function splitProductPoint<E>(variables: MatrixVectorVariables, point: Point<E>): ProductPoint<E> {
  const batchAndRow = suffix(point, variables.batch + variables.rows);
  return {
    column: prefixBefore(point, variables.batch + variables.rows),
    batch: prefixBefore(batchAndRow, variables.rows),
    row: suffix(batchAndRow, variables.rows),
  };
}

/** Sum layer: a claim on sums becomes one on the products; the one factor sent is P̃(i, r). */
export function sumGates<E>(variables: MatrixVectorVariables, output: Claim<E>): Relation<E> {
  return {
    ...vectorRelation(variables.columns, output.value, 1),
    claims: (point, [value]) => [{ point: [...point, ...output.point], value }],
  };
}

/** Addition layer: a claim on the sums of pairs becomes one on the layer below; the one factor sent is Ṽ_t(c, z). */
export function additionGates<E>(above: Claim<E>): Relation<E> {
  return vectorRelation(1 + above.point.length, above.value);
}

/** Product layer, phase one: a claim on products becomes one on h, the factor sent, at (u_i, u_o). */
export function productGates<E>(variables: MatrixVectorVariables, products: Claim<E>): Relation<E> {
  return vectorRelation(variables.columns + variables.rows, products.value);
}

/** Phase two: the claim on h becomes one on x; the one factor sent is x̃(b, i). */
export function inputGates<E>(variables: MatrixVectorVariables, table: Claim<E>): Relation<E> {
  return vectorRelation(variables.batch + variables.columns, table.value);
}

/** k̃(b, i) of phase two: eq of rows and of batches, and Σ_i eq(p_i, i)·eq(u_i, i)·eq(v_i, i). */
export function evaluateInputTable<E>(field: Field<E>, products: ProductPoint<E>, u: Point<E>, v: Point<E>): E {
  const columns = products.column.length;
  const [uColumn, uRow] = [u.slice(0, columns), u.slice(columns)];
  const [vBatch, vColumn] = [prefixBefore(v, columns), suffix(v, columns)];
  const outside = field.mul(evaluateEq(field, products.row, uRow), evaluateEq(field, products.batch, vBatch));
  return field.mul(outside, evaluateEqOfThree(field, products.column, uColumn, vColumn));
}
