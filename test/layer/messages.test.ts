// The bytes of a layer's proof, by every method: each message changed and continued honestly, each byte flipped,
// proofs cut short, prolonged, encoded otherwise and made up. Each is refused by its code at the place of the message.

import { describe, expect, it } from 'vitest';
import { bn254, createArrayEngine, createKoalaBearEngine, type Engine, koalaBear } from '../../src/field/index.ts';
import { beginStatement, LAYER_METHODS } from '../../src/layer/protocol.ts';
import { prepareLayer } from '../../src/layer/prove.ts';
import { verifyLayer, verifyLayerStatement } from '../../src/layer/verify.ts';
import { logCeil } from '../../src/poly/point.ts';
import { liesInEveryValue } from '../../src/testing/every-value.ts';
import type { Step } from '../../src/testing/lying-channel.ts';
import type { TranscriptEntry } from '../../src/transcript/transcript.ts';
import { createVerifierChannel } from '../../src/transcript/verifier-channel.ts';
import { type AnyField, seeded } from '../support/fields.ts';
import { forge } from './forgers.ts';
import { padRows, randomLayer } from './layers.ts';

const settings: readonly [string, AnyField, () => Engine<unknown>][] = [
  ['KoalaBear', koalaBear as AnyField, () => createKoalaBearEngine() as Engine<unknown>],
  ['BN254', bn254 as AnyField, () => createArrayEngine(bn254 as AnyField)],
];

const [ROWS, COLUMNS, BATCH] = [5, 6, 3];
const { weights, input, output } = randomLayer(ROWS, COLUMNS, BATCH, 0.6, 7);
// 3 variables of rows, 3 of columns, 2 of the batch; one value a round of degree one, two of degree two
const ELEMENTS = { ternary: 7, sparse: 7, dense: 7, 'vanilla-sum': 28, 'vanilla-tree': 69, circuit: 50 } as const;

/** A message, and where it lies in the proof. */
interface Message {
  readonly place: string;
  /** The run that it belongs to: its place without the round. */
  readonly run: string;
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

describe.each(settings)('over %s', (_name, field, createEngine) => {
  const engine = createEngine();
  const size = field.byteLength;

  describe.each(LAYER_METHODS)('%s', (method) => {
    const layer = prepareLayer(engine, method, weights);
    const proof = forge(engine, layer, { input, output });
    const messages: Message[] = [];
    readStatement(({ kind, where, label, count }) => {
      if (kind !== 'elements') return;
      const start = messages.at(-1)?.end ?? 0;
      const path = where === '' ? [] : where.split('/');
      messages.push({
        place: [...path, label].join('/'),
        run: path.filter((name) => !name.startsWith('round ')).join('/'),
        count,
        start,
        end: start + count * size,
      });
    });
    const messageAt = (byte: number): Message => messages.filter(({ start }) => start <= byte).at(-1) as Message;

    /** Has the honest proof read, message by message. */
    function readStatement(record: (entry: TranscriptEntry) => void): void {
      const channel = createVerifierChannel(field, proof, { record });
      const { digest } = layer;
      const point = beginStatement(channel, { method, rowCount: ROWS, columnCount: COLUMNS, digest, input, output });
      const value = field.tables.evaluateIntegers(padRows(output, ROWS), point);
      verifyLayer(field, channel, method, weights, logCeil(BATCH), { point, value });
    }

    function verdictOf(bytes: Uint8Array): string {
      const verdict = verifyLayerStatement(field, method, weights, layer.digest, input, output, bytes);
      return verdict.ok ? 'believed' : `${verdict.code} at ${verdict.where}`;
    }

    it('has as many elements as its rounds and factors', () => {
      expect(proof.length).toBe(ELEMENTS[method] * size);
      expect(messages.at(-1)?.end).toBe(proof.length);
      expect(verdictOf(proof)).toBe('believed');
    });

    it('each message changed in each value and continued honestly: the run that it belongs to is refused', () => {
      const steps: Step<unknown>[] = [];
      forge(engine, layer, { input, output }, {}, [], steps);
      const lies = liesInEveryValue(field, steps);
      expect(lies.map(({ message }) => message)).toEqual(messages.flatMap(({ count }, k) => new Array(count).fill(k)));
      for (const { message, value, change } of lies) {
        const { run, place } = messages[message];
        const lied = forge(engine, layer, { input, output }, {}, [change]);
        expect(lied.length).toBe(proof.length);
        expect(verdictOf(lied), `value ${value} of ${place}`).toBe(`sumcheck at ${run}`);
      }
    });

    it('each message changed in each value and nothing else', () => {
      for (const { run, start, end, place } of messages) {
        for (let offset = start; offset < end; offset += size) {
          const changed = proof.slice();
          field.write(field.add(field.read(proof, offset), field.one), changed, offset);
          expect(verdictOf(changed), place).toBe(`sumcheck at ${run}`);
        }
      }
    });

    it('each byte flipped in some bit', () => {
      for (let byte = 0; byte < proof.length; byte++) {
        const flipped = proof.slice();
        flipped[byte] ^= 1 << (byte % 8);
        const { run, place, start } = messageAt(byte);
        const isCanonical = field.read(flipped, byte - ((byte - start) % size)) !== undefined;
        expect(verdictOf(flipped), `byte ${byte}`).toBe(
          isCanonical ? `sumcheck at ${run}` : `non-canonical at ${place}`,
        );
      }
    });

    it('each element encoded a second time: c + p in the place of c', () => {
      const { characteristic, baseByteLength } = field;
      for (const { place, start, end } of messages) {
        for (let offset = start; offset < end; offset += baseByteLength) {
          const forged = proof.slice();
          let sum = characteristic;
          for (let k = 0; k < baseByteLength; k++) sum += BigInt(proof[offset + k]) << BigInt(8 * k);
          for (let k = 0; k < baseByteLength; k++) forged[offset + k] = Number((sum >> BigInt(8 * k)) & 255n);
          expect(sum >> BigInt(8 * baseByteLength)).toBe(0n);
          expect(verdictOf(forged)).toBe(`non-canonical at ${place}`);
        }
      }
    });

    it('cut short anywhere, with a byte dropped, and prolonged', () => {
      for (let length = 0; length < proof.length; length++) {
        expect(verdictOf(proof.subarray(0, length))).toBe(`truncated at ${messageAt(length).place}`);
      }
      for (const { start, run, place } of messages) {
        const dropped = Uint8Array.of(...proof.subarray(0, start), ...proof.subarray(start + 1));
        const codes = [`sumcheck at ${run}`, `non-canonical at ${place}`, `truncated at ${place}`];
        // what follows the gap is read as other values, until a run is refused or the proof ends
        const read = messages.filter((message) => message.run === run && message.start > start);
        for (const later of read) codes.push(`non-canonical at ${later.place}`, `truncated at ${later.place}`);
        expect(codes).toContain(verdictOf(dropped));
      }
      for (const extra of [1, size, proof.length]) {
        expect(verdictOf(Uint8Array.of(...proof, ...new Uint8Array(extra)))).toBe('trailing-bytes at end');
      }
      expect(verdictOf(Uint8Array.of(...proof, ...proof))).toBe('trailing-bytes at end');
    });

    it('a proof moved by an element, or with two messages exchanged', () => {
      const [first, second] = messages;
      const moved = Uint8Array.of(...proof.subarray(size), ...proof.subarray(0, size));
      expect(verdictOf(moved)).toBe(`sumcheck at ${first.run}`);
      const exchanged = Uint8Array.of(
        ...proof.subarray(second.start, second.end),
        ...proof.subarray(first.start, first.end),
        ...proof.subarray(second.end),
      );
      expect(verdictOf(exchanged)).toBe(`sumcheck at ${first.run}`);
    });

    it('random bytes of any length, and random elements', () => {
      const random = seeded(5);
      const [{ run, place, end }] = messages;
      for (const length of [0, 1, end - 1]) {
        const bytes = Uint8Array.from({ length }, () => random(256));
        // the first message is not whole
        expect(verdictOf(bytes)).toBe(`truncated at ${place}`);
      }
      for (const length of [end, end + 1, proof.length - 1, proof.length, proof.length + 1, 5000]) {
        // 255 in the top byte of a coordinate is beyond p
        const bytes = Uint8Array.from({ length }, (_, k) =>
          k % field.baseByteLength === 3 || k === size - 1 ? 255 : random(256),
        );
        expect(verdictOf(bytes)).toBe(`non-canonical at ${place}`);
      }
      for (let repeat = 0; repeat < 20; repeat++) {
        const elements = new Uint8Array(proof.length);
        for (let offset = 0; offset < proof.length; offset += size) {
          const coordinates = Array.from({ length: field.degree }, () => BigInt(random(2 ** 30)));
          field.write(field.fromCoefficients(coordinates), elements, offset);
        }
        expect(verdictOf(elements)).toBe(`sumcheck at ${run}`);
      }
      expect(verdictOf(new Uint8Array(proof.length))).toBe(`sumcheck at ${run}`);
      expect(verdictOf(new Uint8Array(proof.length).fill(255))).toBe(`non-canonical at ${place}`);
    });
  });
});
