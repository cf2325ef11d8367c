// One linear layer by each of its methods: the sparse relation, and matrix-vector circuits in closed form.

import { beginStatement, type LayerMethod } from '../../../src/layer/protocol.ts';
import { prepareLayer, proveLayer } from '../../../src/layer/prove.ts';
import { verifyLayerStatement } from '../../../src/layer/verify.ts';
import { type Forgery, type Subject, verdictVerifier } from '../../../src/testing/index.ts';
import { padRows, randomLayer } from '../../layer/layers.ts';
import { freeing, type Setting } from './scope.ts';

export function layerSubject({ name, field, engine }: Setting, method: LayerMethod): Subject<unknown> {
  const [rowCount, columnCount] = [5, 6];
  const { weights, input, output } = randomLayer(rowCount, columnCount, 3, 0.6, 7);
  const layer = prepareLayer(engine, method, weights);
  const { digest } = layer;
  /** A statement, and the table of inputs that its prover has. */
  const prove = (claimed: Int32Array, table = padRows(input, columnCount)) =>
    freeing(engine, (channel) => {
      const point = beginStatement(channel, { method, rowCount, columnCount, digest, input, output: claimed });
      const value = field.tables.evaluateIntegers(padRows(claimed, rowCount), point);
      proveLayer(engine, channel, layer, table, { point, value });
    });
  const verify = (claimed: Int32Array) =>
    verdictVerifier<unknown>((proof, watched) =>
      verifyLayerStatement(watched, method, weights, digest, input, claimed, proof),
    );
  const plusOne = (values: Int32Array, place: number): Int32Array =>
    values.map((value, k) => (k === place ? value + 1 : value));
  const forgeries = [0, 4, 14].map(
    (k): Forgery<unknown> => ({
      name: `output ${k}`,
      kind: 'output',
      prove: prove(plusOne(output, k)),
      verify: verify(plusOne(output, k)),
    }),
  );
  const table = padRows(input, columnCount);
  for (let k = 0; k < table.length; k += 5) {
    // beside the input, on the padding too; and outputs that fit
    forgeries.push({ name: `input ${k}`, kind: 'witness', prove: prove(output, plusOne(table, k)) });
    if (k % 8 >= columnCount || k >= 24) continue;
    const [sample, column] = [Math.floor(k / 8), k % 8];
    const fitting = output.slice();
    for (const [row, weight] of columnOf(column)) fitting[sample * rowCount + row] += weight;
    const isTrue = fitting.every((value, at) => value === output[at]);
    const [proving, verifying] = [prove(fitting, plusOne(table, k)), verify(fitting)];
    forgeries.push({ name: `input ${k} and outputs`, kind: 'witness', prove: proving, verify: verifying, isTrue });
  }
  function columnOf(column: number): [number, number][] {
    const { rows, plusEnds, ends } = weights;
    const start = column === 0 ? 0 : ends[column - 1];
    return Array.from(rows.subarray(start, ends[column]), (row, k) => [row, start + k < plusEnds[column] ? 1 : -1]);
  }
  return { name: `layer, ${method}, ${name}`, field, prove: prove(output), verify: verify(output), forgeries };
}
