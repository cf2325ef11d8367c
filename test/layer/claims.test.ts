// The claims that a layer's proof leaves, by every method and engine: the claim on the input that prover and verifier
// name is the input's extension there, by definition and over bigint; the bytes are those of the bigint reference;
// nothing stays in the engine's memory; the bytes that are hashed are those of the frames.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bn254,
  createArrayEngine,
  createKoalaBearEngine,
  type Engine,
  type Field,
  koalaBear,
} from '../../src/field/index.ts';
import { beginStatement, LAYER_METHODS } from '../../src/layer/protocol.ts';
import { prepareLayer, proveLayer, proveLayerStatement } from '../../src/layer/prove.ts';
import { verifyLayer, verifyLayerStatement } from '../../src/layer/verify.ts';
import type { Claim } from '../../src/poly/claim.ts';
import { logCeil } from '../../src/poly/point.ts';
import type { TracedCounts } from '../../src/transcript/counting.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import type { TranscriptEntry } from '../../src/transcript/transcript.ts';
import { createVerifierChannel } from '../../src/transcript/verifier-channel.ts';
import { bn254Reference, koalaBearReference, type ReferenceElement } from '../field/reference.ts';
import type { AnyField } from '../support/fields.ts';
import { padRows, randomLayer } from './layers.ts';

const fields: readonly [string, AnyField, Field<ReferenceElement>, readonly (() => Engine<unknown>)[]][] = [
  [
    'KoalaBear',
    koalaBear as AnyField,
    koalaBearReference,
    [
      () => createKoalaBearEngine({ kernels: 'wasm' }) as Engine<unknown>,
      () => createKoalaBearEngine({ kernels: 'js' }) as Engine<unknown>,
      () => createArrayEngine(koalaBear as AnyField),
    ],
  ],
  ['BN254', bn254 as AnyField, bn254Reference, [() => createArrayEngine(bn254 as AnyField)]],
];

const shapes = fc.record({
  rows: fc.integer({ min: 1, max: 12 }),
  columns: fc.integer({ min: 1, max: 12 }),
  batch: fc.integer({ min: 1, max: 5 }),
  density: fc.double({ min: 0, max: 1, noNaN: true }),
  seed: fc.nat(),
});

describe.each(fields)('over %s', (_name, field, definition, createEngines) => {
  const engines = createEngines.map((create) => create());
  // a transcript begins with the field's name
  const reference = { ...definition, name: field.name };
  const oracle = createArrayEngine(reference);

  /** Σ values[b, i]·eq(point, (b, i)), the definition, over bigint. */
  function evaluate(values: Int32Array, width: number, { point }: Claim<unknown>): readonly bigint[] {
    const coordinates = point.map((element) => reference.fromCoefficients([...field.toCoefficients(element)]));
    const batchVariables = coordinates.length - logCeil(width);
    let sum = reference.zero;
    values.forEach((value, k) => {
      const [b, i] = [Math.floor(k / width), k % width];
      const bits = [...coordinates.keys()].map((place) =>
        place < batchVariables ? (b >> (batchVariables - 1 - place)) & 1 : (i >> (coordinates.length - 1 - place)) & 1,
      );
      const weight = bits.reduce(
        (product, bit, place) =>
          reference.mul(product, bit === 1 ? coordinates[place] : reference.sub(reference.one, coordinates[place])),
        reference.one,
      );
      sum = reference.add(sum, reference.mul(reference.fromInteger(value), weight));
    });
    return reference.toCoefficients(sum);
  }

  it.each(LAYER_METHODS)(
    '%s: the claims of prover and verifier are one, and true by definition (property)',
    (method) => {
      fc.assert(
        fc.property(shapes, ({ rows, columns, batch, density, seed }) => {
          const { weights, input, output } = randomLayer(rows, columns, batch, density, seed);
          for (const engine of engines) {
            const mark = engine.mark();
            const layer = prepareLayer(engine, method, weights);
            const prepared = engine.mark();
            const statement = { method, rowCount: rows, columnCount: columns, digest: layer.digest, input, output };

            const channel = createProverChannel(field);
            const point = beginStatement(channel, statement);
            const claim = { point, value: field.tables.evaluateIntegers(padRows(output, rows), point) };
            expect(field.toCoefficients(claim.value)).toEqual(evaluate(output, rows, claim));
            const proven = proveLayer(engine, channel, layer, padRows(input, columns), claim);

            const receiver = createVerifierChannel(field, channel.bytes());
            expect(beginStatement(receiver, statement)).toEqual(point);
            const verified = verifyLayer(field, receiver, method, weights, logCeil(batch), claim);
            receiver.finish();
            expect(verified).toEqual(proven);
            // both factors of a circuit's products are inputs
            expect(verified).toHaveLength(method === 'circuit' ? 2 : 1);
            for (const own of verified) {
              expect(own.point).toHaveLength(logCeil(batch) + logCeil(columns));
              expect(field.toCoefficients(own.value)).toEqual(evaluate(input, columns, own));
            }

            expect(engine.mark()).toBe(prepared);
            engine.release(mark);
          }
        }),
        { numRuns: 12 },
      );
    },
  );

  it.each(LAYER_METHODS)(
    '%s: every engine makes the proof of the bigint reference, and the reference believes it (property)',
    (method) => {
      fc.assert(
        fc.property(shapes, ({ rows, columns, batch, density, seed }) => {
          const { weights, input, output } = randomLayer(rows, columns, batch, density, seed);
          const expected = proveLayerStatement(oracle, prepareLayer(oracle, method, weights), input);
          for (const engine of engines) {
            const mark = engine.mark();
            const layer = prepareLayer(engine, method, weights);
            const prepared = engine.mark();
            const made = proveLayerStatement(engine, layer, input);
            expect(made).toEqual(expected);
            expect(made.output).toEqual(output);
            // a layer serves many proofs, traced ones too, and keeps no memory of them
            expect(proveLayerStatement(engine, layer, input, { output, trace: () => undefined }).proof).toEqual(
              made.proof,
            );
            expect(proveLayerStatement(engine, layer, input, { output }).proof).toEqual(made.proof);
            expect(engine.mark()).toBe(prepared);
            const { digest } = layer;
            expect(verifyLayerStatement(field, method, weights, digest, input, output, made.proof)).toEqual({
              ok: true,
            });
            expect(verifyLayerStatement(reference, method, weights, digest, input, output, made.proof)).toEqual({
              ok: true,
            });
            engine.release(mark);
          }
        }),
        { numRuns: 8 },
      );
    },
  );

  it.each(LAYER_METHODS)('%s: hashed bytes are those of the frames, long payloads and their hashes too', (method) => {
    const [engine] = engines;
    for (const [rows, columns, batch] of [
      [3, 5, 2],
      [4, 300, 4],
      [600, 3, 2],
    ]) {
      const { weights, input, output } = randomLayer(rows, columns, batch, 0.3, 5);
      const mark = engine.mark();
      const layer = prepareLayer(engine, method, weights);
      const traces: TracedCounts[] = [];
      proveLayerStatement(engine, layer, input, { trace: (counts) => traces.push(counts) });

      const entries: TranscriptEntry[] = [];
      const channel = createProverChannel(field, { record: (entry) => entries.push(entry) });
      const statement = { method, rowCount: rows, columnCount: columns, digest: layer.digest, input, output };
      const point = beginStatement(channel, statement);
      const value = field.tables.evaluateIntegers(padRows(output, rows), point);
      proveLayer(engine, channel, layer, padRows(input, columns), { point, value });
      engine.release(mark);

      const frames = entries.map(({ kind, label, count }) => {
        // kind, length of label, label, count; a draw's number and bits
        const header = 6 + label.length;
        if (kind === 'draw') return header + 5;
        const payload = kind === 'elements' ? count * field.byteLength : count;
        return header + payload + (payload > 1024 ? 32 : 0);
      });
      expect(traces).toHaveLength(1);
      expect(traces[0].hashedBytes).toEqual({
        merkle: 0,
        transcript: frames.reduce((sum, length) => sum + length, 0),
        grinding: 0,
      });
    }
  });
});
