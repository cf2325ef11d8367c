// The prover of a matrix–vector product as a layered circuit (protocol.ts).

import { UsageError } from '../../errors.ts';
import type { Engine, Vector } from '../../field/engine.ts';
import type { Claim } from '../../poly/claim.ts';
import { evaluateEq } from '../../poly/eq.ts';
import { partialEvaluation } from '../../poly/partial.ts';
import { sumOfProducts } from '../../sumcheck/products.ts';
import { proveRelations } from '../../sumcheck/prove-relations.ts';
import type { Relation } from '../../sumcheck/relation.ts';
import type { ProverChannel } from '../../transcript/channel.ts';
import {
  additionGates,
  inputGates,
  type MatrixVectorShape,
  type MatrixVectorVariables,
  matrixVectorVariables,
  type ProductPoint,
  productGates,
  splitProductPoint,
  sumGates,
} from './protocol.ts';

/** W as a table of the circuit's inputs; stays valid until the mark before it is released. */
export interface MatrixTable extends MatrixVectorShape {
  /** Over (i, o), zero on padding; a base vector. */
  readonly entries: Vector;
}

/**
 * Proves a claim on a = W·x, at (batch, row).
 *
 * @param adder - whether products are added in a tree or by one gate an output
 * @param input - x, 2^(batch variables + column variables) values, batch-major, zero on padding
 * @returns the claim on x, at (batch, column), that the verifier is left with too
 */
export function proveMatrixVector<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  matrix: MatrixTable,
  adder: 'sum' | 'tree',
  input: Int32Array,
  output: Claim<E>,
): Claim<E> {
  const variables = matrixVectorVariables(matrix, output.point.length - matrixVectorVariables(matrix, 0).rows);
  if (input.length !== 2 ** (variables.batch + variables.columns)) {
    throw new UsageError(`${2 ** (variables.batch + variables.columns)} input values are due, not ${input.length}`);
  }
  const mark = engine.mark();
  const products = gateProducts(engine, matrix, variables, input);
  const claim =
    adder === 'sum'
      ? channel.within('sum layer', () => proveSums(engine, channel, variables, products, output))
      : proveTree(engine, channel, variables, products, output);
  engine.release(mark);
  return channel.within('product layer', () => proveProducts(engine, channel, matrix, variables, input, claim));
}

/** P(i, b, o) = W(i, o)·x(b, i). */
function gateProducts<E>(
  engine: Engine<E>,
  { entries }: MatrixTable,
  variables: MatrixVectorVariables,
  input: Int32Array,
): Vector {
  const [batch, columns] = [2 ** variables.batch, 2 ** variables.columns];
  const byColumn = new Int32Array(input.length);
  for (let b = 0, at = 0; b < batch; b++) {
    for (let i = 0; i < columns; i++) byColumn[i * batch + b] = input[at++];
  }
  return engine.scaleRows(engine.fromIntegers(byColumn), entries, columns);
}

/** Runs one relation over the product of two tables; `sent` is the place of the factor among them. */
function proveProductOf<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  relation: Relation<E>,
  tables: readonly [Vector, Vector],
  sent: 0 | 1,
): Claim<E> {
  const summand = sumOfProducts(engine, [tables]);
  const factors = (): E[] => [summand.finals()[sent]];
  return proveRelations(engine, channel, [{ ...relation, summand, factors }])[0][0];
}

/** P summed over (b, o) with the weights eq(r, (b, o)), then a run over i. */
function proveSums<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  variables: MatrixVectorVariables,
  products: Vector,
  output: Claim<E>,
): Claim<E> {
  const weights = engine.eqTable(output.point);
  const width = weights.length;
  const sums = Array.from({ length: 2 ** variables.columns }, (_, i) =>
    engine.dot(engine.view(products, i * width, width), weights),
  );
  const summand = sumOfProducts(engine, [[engine.fromElements(sums)]]);
  const relation = { ...sumGates(variables, output), summand, factors: () => summand.finals() };
  return proveRelations(engine, channel, [relation])[0][0];
}

function proveTree<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  variables: MatrixVectorVariables,
  products: Vector,
  output: Claim<E>,
): Claim<E> {
  const layers = [products];
  for (let layer = 1; layer < variables.columns; layer++) {
    const below = layers[layer - 1];
    const half = below.length / 2;
    layers.push(engine.add(engine.view(below, 0, half), engine.view(below, half, half)));
  }
  let claim = output;
  for (let layer = variables.columns - 1; layer >= 0; layer--) {
    const mark = engine.mark();
    const sources = engine.repeat(engine.eqTable(claim.point), 2);
    claim = channel.within(`addition layer ${layer}`, () =>
      proveProductOf(engine, channel, additionGates(claim), [layers[layer], sources], 0),
    );
    engine.release(mark);
  }
  return claim;
}

function proveProducts<E>(
  engine: Engine<E>,
  channel: ProverChannel<E>,
  matrix: MatrixTable,
  variables: MatrixVectorVariables,
  input: Int32Array,
  claim: Claim<E>,
): Claim<E> {
  const mark = engine.mark();
  const point = splitProductPoint(variables, claim.point);
  const columns = engine.mul(engine.eqTable(point.column), partialEvaluation(engine, input, point.batch, []));
  const h = engine.scaleRows(columns, engine.eqTable(point.row), 1);
  const table = proveProductOf(engine, channel, productGates(variables, claim), [matrix.entries, h], 1);
  const k = inputTable(engine, point, table.point);
  const final = proveProductOf(engine, channel, inputGates(variables, table), [engine.fromIntegers(input), k], 0);
  engine.release(mark);
  return final;
}

/** k over (b, i). */
function inputTable<E>(engine: Engine<E>, { column, batch, row }: ProductPoint<E>, u: readonly E[]): Vector {
  const scale = evaluateEq(engine.field, row, u.slice(column.length));
  const both = engine.mul(engine.eqTable(column, scale), engine.eqTable(u.slice(0, column.length)));
  return batch.length === 0 ? both : engine.scaleRows(engine.eqTable(batch), both, 1);
}
