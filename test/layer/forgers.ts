// Provers that lie about a layer. `forge` begins the statement it is told to begin and proves with whatever tables it
// is given, cells of the padding among them; `forgeWithoutWitness` makes every check of a run pass by the value that
// it sends at the run's end, so that nothing is left to stop it but the comparison with the input.

import type { Engine } from '../../src/field/engine.ts';
import { type ClosedForm, sourceWidth } from '../../src/gkr/circuit/circuit.ts';
import {
  additionGates,
  evaluateInputTable,
  inputGates,
  matrixVectorVariables,
  productGates,
  splitProductPoint,
  sumGates,
} from '../../src/layer/circuit/protocol.ts';
import { layerCircuit } from '../../src/layer/general/protocol.ts';
import { adderOf, beginStatement } from '../../src/layer/protocol.ts';
import { type PreparedLayer, proveLayer } from '../../src/layer/prove.ts';
import type { Claim } from '../../src/poly/claim.ts';
import { evaluateEq } from '../../src/poly/eq.ts';
import { evaluateSelector } from '../../src/poly/packing.ts';
import { logCeil, type Point, suffix } from '../../src/poly/point.ts';
import { completePlain, evaluateUnivariate } from '../../src/poly/univariate.ts';
import { linearRelation } from '../../src/sparse/protocol.ts';
import { type TernaryMatrix, ternaryToDense } from '../../src/sparse/ternary-matrix.ts';
import type { SumcheckShape } from '../../src/sumcheck/protocol.ts';
import type { Relation } from '../../src/sumcheck/relation.ts';
import { type Change, lyingChannel, type Step } from '../../src/testing/lying-channel.ts';
import type { ProverChannel } from '../../src/transcript/channel.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import type { AnyField } from '../support/fields.ts';
import { padRows } from './layers.ts';

/** Public values, not padded. */
export interface Publics {
  readonly input: Int32Array;
  readonly output: Int32Array;
}

/** The values with which a forger computes instead of the statement's. */
export interface Tables {
  /** W on its padded axes, row after row. */
  readonly entries?: Int8Array;
  /** x on its padded axes. */
  readonly input?: Int32Array;
}

/** W on its padded axes, row after row. */
export function paddedEntries(weights: TernaryMatrix): Int8Array {
  const { rowCount, columnCount } = weights;
  const width = 2 ** logCeil(columnCount);
  const padded = new Int8Array(2 ** logCeil(rowCount) * width);
  const dense = ternaryToDense(weights);
  for (let row = 0; row < rowCount; row++) {
    padded.set(dense.subarray(row * columnCount, (row + 1) * columnCount), row * width);
  }
  return padded;
}

/** The layer's method over other entries, in the padding too. Two in a ternary matrix is an entry that stands twice. */
function layOut(engine: Engine<unknown>, honest: PreparedLayer, entries: Int8Array): PreparedLayer {
  const { weights } = honest;
  const columnCount = 2 ** logCeil(weights.columnCount);
  const rowCount = entries.length / columnCount;
  const byColumn = Int8Array.from(entries, (_, k) => entries[(k % rowCount) * columnCount + Math.floor(k / rowCount)]);
  switch (honest.method) {
    case 'ternary': {
      const rows: number[] = [];
      const [plusEnds, ends] = [new Uint32Array(columnCount), new Uint32Array(columnCount)];
      for (let column = 0; column < columnCount; column++) {
        for (const sign of [1, -1]) {
          for (let row = 0; row < rowCount; row++) {
            for (let left = sign * entries[row * columnCount + column]; left > 0; left--) rows.push(row);
          }
          (sign === 1 ? plusEnds : ends)[column] = rows.length;
        }
      }
      return {
        ...honest,
        plan: {
          kind: 'signs',
          plan: engine.gatherPlan({ rowCount, columnCount, rows: Uint32Array.from(rows), plusEnds, ends }),
        },
      };
    }
    case 'sparse': {
      const places = [...byColumn.keys()].filter((k) => byColumn[k] !== 0);
      const plan = engine.weightedPlan({
        rowCount,
        columnCount,
        rows: Uint32Array.from(places, (k) => k % rowCount),
        weights: Int8Array.from(places, (k) => byColumn[k]),
        ends: Uint32Array.from({ length: columnCount }, (_, c) => places.filter((k) => k < (c + 1) * rowCount).length),
      });
      return { ...honest, plan: { kind: 'integers', plan } };
    }
    case 'dense':
      return { ...honest, plan: { kind: 'dense', matrix: engine.denseMatrix(entries, rowCount, columnCount) } };
    case 'circuit':
      return { ...honest, general: { ...honest.general, entries: byColumn } };
    default:
      return { ...honest, matrix: { ...honest.matrix, entries: engine.fromIntegers(byColumn) } };
  }
}

function begin(
  channel: ProverChannel<unknown>,
  field: AnyField,
  layer: PreparedLayer,
  publics: Publics,
): Claim<unknown> {
  const { method, digest, weights } = layer;
  const { rowCount, columnCount } = weights;
  const point = beginStatement(channel, { method, rowCount, columnCount, digest, ...publics });
  return { point, value: field.tables.evaluateIntegers(padRows(publics.output, rowCount), point) };
}

/**
 * The proof of a statement by a prover whose tables are these, and whose messages are those that follow from them.
 *
 * @param changes - lies, and what follows from them
 * @param steps - is filled with what was said
 */
export function forge(
  engine: Engine<unknown>,
  layer: PreparedLayer,
  publics: Publics,
  tables: Tables = {},
  changes: readonly Change<unknown>[] = [],
  steps: Step<unknown>[] = [],
): Uint8Array {
  const { field } = engine;
  const channel = createProverChannel(field);
  const lying = lyingChannel(field, channel, changes, steps);
  const mark = engine.mark();
  const laid = tables.entries === undefined ? layer : layOut(engine, layer, tables.entries);
  const input = tables.input ?? padRows(publics.input, layer.weights.columnCount);
  proveLayer(engine, lying, laid, input, begin(lying, field, layer, publics));
  engine.release(mark);
  return channel.bytes();
}

/** Rounds of zeros: where they end, and the value that they leave. */
function forgeRounds(
  field: AnyField,
  channel: ProverChannel<unknown>,
  { variables, degree }: SumcheckShape,
  claim: unknown,
): Claim<unknown> {
  const sent = new Array<unknown>(degree).fill(field.zero);
  let value = claim;
  const point: unknown[] = [];
  for (let round = 0; round < variables; round++) {
    channel.within(`round ${round}`, () => channel.send('round', sent));
    point.push(channel.draw('bind'));
    value = evaluateUnivariate(field, completePlain(field, sent, value), point[round]);
  }
  return { point, value };
}

/** Rounds of zeros, and then the one factor that gives the value that they leave. */
function forgeRun(
  field: AnyField,
  channel: ProverChannel<unknown>,
  relation: Relation<unknown>,
  cofactor: (point: Point<unknown>) => unknown,
): Claim<unknown> {
  const { point, value } = forgeRounds(field, channel, relation.shape, relation.claim);
  const factor = field.mul(value, field.inv(cofactor(point)));
  channel.send('factors', [factor]);
  return relation.claims(point, [factor])[0];
}

/** A proof of any output whatever, made from W alone. */
export function forgeWithoutWitness(field: AnyField, layer: PreparedLayer, publics: Publics): Uint8Array {
  const channel = createProverChannel(field);
  const { weights } = layer;
  const output = begin(channel, field, layer, publics);
  const variables = matrixVectorVariables(weights, output.point.length - logCeil(weights.rowCount));
  const evaluate = (row: Point<unknown>, column: Point<unknown>): unknown =>
    field.tables.evaluateSigned(weights, row, column);
  const run = (relation: Relation<unknown>, cofactor: (point: Point<unknown>) => unknown): Claim<unknown> =>
    forgeRun(field, channel, relation, cofactor);
  if (layer.method === 'circuit') return forgeCircuit(field, channel, weights, output);
  const adder = adderOf(layer.method);
  if (adder === undefined) {
    run(linearRelation({ weights, batchVariables: variables.batch }, output), (point) =>
      evaluate(suffix(output.point, variables.rows), point),
    );
    return channel.bytes();
  }
  let claim = output;
  if (adder === 'sum') claim = run(sumGates(variables, output), () => field.one);
  for (let left = adder === 'tree' ? variables.columns : 0; left > 0; left--) {
    const above = claim;
    claim = run(additionGates(above), (point) => evaluateEq(field, above.point, point.slice(1)));
  }
  const products = splitProductPoint(variables, claim.point);
  const table = run(productGates(variables, claim), (u) =>
    evaluate(u.slice(variables.columns), u.slice(0, variables.columns)),
  );
  run(inputGates(variables, table), (v) => evaluateInputTable(field, products, table.point, v));
  return channel.bytes();
}

/** The same by the prover of any circuit: the inputs that it sends at the end are those that W leaves to be said. */
function forgeCircuit(
  field: AnyField,
  channel: ReturnType<typeof createProverChannel<unknown>>,
  weights: TernaryMatrix,
  output: Claim<unknown>,
): Uint8Array {
  const { circuit, input, weights: matrix } = layerCircuit(weights, output.point.length - logCeil(weights.rowCount));
  const [products, sums] = circuit.layers.map(({ closedForm }) => closedForm as ClosedForm);
  const weightsAt = (point: Point<unknown>) => [{ coefficient: field.one, point }];
  const over = (value: unknown, cofactor: unknown): unknown => field.mul(value, field.inv(cofactor));
  const run = (layer: number, claim: unknown) =>
    forgeRounds(field, channel, { variables: logCeil(sourceWidth(circuit, layer)), degree: 2 }, claim);

  const onSums = run(1, output.value);
  const product = over(onSums.value, sums.linear?.(field, weightsAt(output.point), onSums.point));
  channel.send('factors', [product]);
  const left = run(0, product);
  channel.send('left', [field.one, left.value]);
  const right = run(0, left.value);
  const factor = over(right.value, products.products?.(field, weightsAt(onSums.point), left.point, right.point));
  channel.send('factors', [factor]);
  const claims = [
    { point: left.point, value: field.one },
    { point: right.point, value: factor },
  ];
  const values = claims.map(({ point, value }) => {
    const w = suffix(point, matrix.variables);
    const columns = w.slice(0, w.length - logCeil(weights.rowCount));
    const entry = field.tables.evaluateSigned(weights, w.slice(columns.length), columns);
    const rest = field.sub(value, field.mul(evaluateSelector(field, matrix, point), entry));
    return over(rest, evaluateSelector(field, input, point));
  });
  channel.send('input', values);
  return channel.bytes();
}
