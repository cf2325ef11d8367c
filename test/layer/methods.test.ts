// The methods that fold W send the same messages, and every method costs exactly what its formula says.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layerStatementCost } from '../../bench/costs/layer-methods.ts';
import { bn254, createArrayEngine, createKoalaBearEngine, type Engine, koalaBear } from '../../src/field/index.ts';
import {
  LAYER_METHODS,
  type LayerMethod,
  prepareLayer,
  proveLayer,
  proveLayerStatement,
} from '../../src/layer/index.ts';
import { logCeil } from '../../src/poly/index.ts';
import type { TracedCounts } from '../../src/transcript/counting.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import { runs } from '../support/depth.ts';
import { type AnyField, seededElements } from '../support/fields.ts';
import { padRows, randomLayer } from './layers.ts';

const fields: readonly [string, AnyField, () => Engine<unknown>][] = [
  ['KoalaBear', koalaBear as AnyField, () => createKoalaBearEngine() as Engine<unknown>],
  ['BN254', bn254 as AnyField, () => createArrayEngine(bn254 as AnyField)],
];
const shapes = fc.record({
  rows: fc.integer({ min: 1, max: 20 }),
  columns: fc.integer({ min: 1, max: 20 }),
  batch: fc.integer({ min: 1, max: 5 }),
  density: fc.constantFrom(0, 0.1, 0.5, 1),
  seed: fc.nat(),
});

describe.each(fields)('over %s', (_name, field, createEngine) => {
  const engine = createEngine();

  it('the methods that fold W send the same bytes from the same claim (property)', () => {
    fc.assert(
      fc.property(shapes, ({ rows, columns, batch, density, seed }) => {
        const { weights, input, output } = randomLayer(rows, columns, batch, density, seed);
        const point = seededElements(field, logCeil(batch) + logCeil(rows), seed);
        const claim = { point, value: field.tables.evaluateIntegers(padRows(output, rows), point) };
        const messages = (['ternary', 'sparse', 'dense'] as const).map((method) => {
          const mark = engine.mark();
          const channel = createProverChannel(field);
          proveLayer(engine, channel, prepareLayer(engine, method, weights), padRows(input, columns), claim);
          engine.release(mark);
          return channel.bytes();
        });
        expect(messages[1]).toEqual(messages[0]);
        expect(messages[2]).toEqual(messages[0]);
      }),
      { numRuns: runs(20) },
    );
  });

  function expectFormula(
    method: LayerMethod,
    [rows, columns, batch]: readonly number[],
    density: number,
    seed: number,
  ) {
    const { weights, entries, input } = randomLayer(rows, columns, batch, density, seed);
    const mark = engine.mark();
    const layer = prepareLayer(engine, method, weights);
    const plain = proveLayerStatement(engine, layer, input);
    const traces: TracedCounts[] = [];
    const traced = proveLayerStatement(engine, layer, input, { trace: (counts) => traces.push(counts) });
    engine.release(mark);
    expect(traced.proof).toEqual(plain.proof);
    expect(traces).toHaveLength(1);
    expect(traces[0].operations).toEqual(
      layerStatementCost(method, {
        rowCount: rows,
        columnCount: columns,
        rowVariables: logCeil(rows),
        columnVariables: logCeil(columns),
        batchVariables: logCeil(batch),
        nonzeros: entries.filter((entry) => entry !== 0).length,
      }),
    );
    expect(traces[0].hashedBytes).toMatchObject({ merkle: 0, grinding: 0 });
    expect(traces[0].hashedBytes.transcript).toBeGreaterThan(input.length);
  }

  it.each(LAYER_METHODS)('the trace of %s equals its formula (property)', (method) => {
    fc.assert(
      fc.property(shapes, ({ rows, columns, batch, density, seed }) => {
        expectFormula(method, [rows, columns, batch], density, seed);
      }),
      { numRuns: runs(25) },
    );
  });

  it.each([
    [1, 64, 1],
    [3, 70, 2],
    [70, 3, 1],
    [2, 100, 5],
  ])('the trace of a circuit whose sum gates sum lines: %i × %i weights, %i inputs', (...size) => {
    expectFormula('circuit', size, 0.5, 3);
  });
});
