// Forgeries of a layer, by every method: each is stopped by the one check that is there to stop it, named by its
// code and its place. The statement of an attack is false, or is not the one that was proven.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bn254, createArrayEngine, createKoalaBearEngine, type Engine, koalaBear } from '../../src/field/index.ts';
import { beginStatement, LAYER_METHODS, type LayerMethod } from '../../src/layer/protocol.ts';
import { layerOutput, prepareLayer, proveLayerStatement } from '../../src/layer/prove.ts';
import { verifyLayerStatement } from '../../src/layer/verify.ts';
import { type TernaryMatrix, ternaryDigest, ternaryFromDense } from '../../src/sparse/ternary-matrix.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import { runs } from '../support/depth.ts';
import { type AnyField, seeded } from '../support/fields.ts';
import { forge, forgeWithoutWitness, type Publics, paddedEntries, type Tables } from './forgers.ts';
import { padRows, randomLayer } from './layers.ts';

const settings: readonly [string, AnyField, () => Engine<unknown>][] = [
  ['KoalaBear', koalaBear as AnyField, () => createKoalaBearEngine() as Engine<unknown>],
  ['BN254', bn254 as AnyField, () => createArrayEngine(bn254 as AnyField)],
];

// cubes of 8 × 8 weights and of 4 × 8 inputs, none of them full
const [ROWS, COLUMNS, BATCH] = [5, 6, 3];
const WIDTH = 8;
const { weights, entries, input, output } = randomLayer(ROWS, COLUMNS, BATCH, 0.6, 7);

/** Where a false claim on the outputs is found, and where W that is not W is. */
const PLACES: Readonly<Record<LayerMethod, { readonly first: string; readonly weights: string }>> = {
  ternary: { first: 'sumcheck at ', weights: 'sumcheck at ' },
  sparse: { first: 'sumcheck at ', weights: 'sumcheck at ' },
  dense: { first: 'sumcheck at ', weights: 'sumcheck at ' },
  'vanilla-sum': { first: 'sumcheck at sum layer', weights: 'sumcheck at product layer' },
  'vanilla-tree': { first: 'sumcheck at addition layer 2', weights: 'sumcheck at product layer' },
  circuit: { first: 'sumcheck at layer 1', weights: 'sumcheck at inputs' },
};
const INPUT = 'claim at input';

function changed(values: Int32Array, index: number, by: number): Int32Array {
  return values.map((value, k) => (k === index ? value + by : value));
}

/** Batch elements 0 and 1 of rows of `width` values, exchanged. */
function exchanged(values: Int32Array, width: number): Int32Array {
  return Int32Array.of(
    ...values.subarray(width, 2 * width),
    ...values.subarray(0, width),
    ...values.subarray(2 * width),
  );
}

const withColumnsSwapped = input.map((value, k) => {
  const column = k % COLUMNS;
  return column === 1 ? input[k + 2] : column === 3 ? input[k - 2] : value;
});

/** W·x for padded entries of W and padded inputs, of what is not padding. */
function outputOf({ entries: padded, input: x }: Required<Tables>, rows = ROWS, columns = WIDTH, batch = BATCH) {
  return Int32Array.from({ length: rows * batch }, (_, k) => {
    const [b, row] = [Math.floor(k / rows), k % rows];
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += padded[row * columns + i] * x[b * columns + i];
    return sum;
  });
}

/** The padded weights with one entry set. */
function withEntry(row: number, column: number, value: number): Int8Array {
  return paddedEntries(weights).map((entry, k) => (k === row * WIDTH + column ? value : entry));
}

const nonzeroAt = entries.findIndex((entry) => entry !== 0);
const zeroAt = entries.indexOf(0);
const at = (place: number): [number, number] => [Math.floor(place / COLUMNS), place % COLUMNS];

const otherWeights: [string, Int8Array][] = [
  ['with a sign flipped', withEntry(...at(nonzeroAt), -entries[nonzeroAt])],
  ['with an entry dropped', withEntry(...at(nonzeroAt), 0)],
  ['with an entry added', withEntry(...at(zeroAt), -1)],
  ['with a two', withEntry(...at(nonzeroAt), 2)],
];

/** The same W as the verifier is given it, where the entry is still ternary. */
const otherMatrices: [string, TernaryMatrix][] = [
  ['a sign flipped', nonzeroAt, -entries[nonzeroAt]] as const,
  ['an entry dropped', nonzeroAt, 0] as const,
  ['an entry added', zeroAt, 1] as const,
].map(([name, place, value]) => [
  name,
  ternaryFromDense(
    entries.map((entry, k) => (k === place ? value : entry)),
    ROWS,
    COLUMNS,
  ),
]);

describe.each(settings)('over %s', (_name, field, createEngine) => {
  const engine = createEngine();

  describe.each(LAYER_METHODS)('%s', (method) => {
    const layer = prepareLayer(engine, method, weights);
    const { digest } = layer;
    const { proof } = proveLayerStatement(engine, layer, input);
    const { first, weights: atWeights } = PLACES[method];

    /** Returns the verdict on a proof, in two words. */
    function verdictOf(
      publics: Publics,
      bytes: Uint8Array,
      of: { method?: LayerMethod; weights?: TernaryMatrix; digest?: Uint8Array } = {},
    ): string {
      const statement = { method, weights, digest, ...of };
      const verdict = verifyLayerStatement(
        field,
        statement.method,
        statement.weights,
        statement.digest,
        publics.input,
        publics.output,
        bytes,
      );
      return verdict.ok ? 'believed' : `${verdict.code} at ${verdict.where}`;
    }
    const forged = (publics: Publics, tables?: Tables): string =>
      verdictOf(publics, forge(engine, layer, publics, tables));

    it('the forger of these tests, when it does not lie, is the honest prover', () => {
      const honest = { entries: paddedEntries(weights), input: padRows(input, COLUMNS) };
      expect(forge(engine, layer, { input, output }, honest)).toEqual(proof);
      expect(outputOf(honest)).toEqual(output);
      expect(forged({ input, output }, honest)).toBe('believed');
    });

    it('another output, each value, whatever is proven of it', () => {
      for (let k = 0; k < output.length; k++) {
        const publics = { input, output: changed(output, k, k % 2 === 0 ? 1 : -3) };
        expect(forged(publics)).toBe(first);
        expect(verdictOf(publics, proof)).toBe(first);
      }
    });

    it('another input than the one that was run, each value', () => {
      for (let k = 0; k < input.length; k++) {
        const ran = changed(input, k, 1);
        const tables = { input: padRows(ran, COLUMNS) };
        expect(forged({ input, output: layerOutput(weights, ran) }, tables)).toBe(INPUT);
        expect(verdictOf({ input: ran, output }, proof)).toBe(first);
      }
    });

    it('a permuted input, with the output of the permuted one', () => {
      const publics = { input, output: layerOutput(weights, withColumnsSwapped) };
      expect(publics.output).not.toEqual(output);
      expect(forged(publics, { input: padRows(withColumnsSwapped, COLUMNS) })).toBe(INPUT);
      expect(verdictOf({ input: withColumnsSwapped, output }, proof)).toBe(first);
    });

    it('batch elements exchanged: in the input, in the output, in both under a proof of the order before', () => {
      const swapped = { input: exchanged(input, COLUMNS), output: exchanged(output, ROWS) };
      expect(forged({ input, output: swapped.output }, { input: padRows(swapped.input, COLUMNS) })).toBe(INPUT);
      expect(forged({ input: swapped.input, output })).toBe(first);
      expect(verdictOf(swapped, proof)).toBe(first);
      expect(forged(swapped)).toBe('believed');
    });

    it.each(otherWeights)('weights %s: neither with the true output nor with their own', (_case, padded) => {
      const x = padRows(input, COLUMNS);
      expect(forged({ input, output: outputOf({ entries: padded, input: x }) }, { entries: padded })).toBe(atWeights);
      expect(forged({ input, output }, { entries: padded })).toBe(first);
    });

    it.each(otherMatrices)('a verifier of weights with %s takes no proof of these', (_case, matrix) => {
      expect(verdictOf({ input, output }, proof, { weights: matrix })).toBe(atWeights);
      expect(verdictOf({ input, output }, proof, { weights: matrix, digest: ternaryDigest(matrix) })).toBe(first);
    });

    it('no verifier has weights with a two', () => {
      const withTwo = entries.map((entry, k) => (k === nonzeroAt ? 2 : entry));
      expect(() => ternaryFromDense(withTwo, ROWS, COLUMNS)).toThrow('is 2; ternary entries are −1, 0, +1');
    });

    it('padding of the weights that is not zero', () => {
      // a column beyond the last meets inputs that are zero, a row beyond the last makes outputs that are not
      expect(forged({ input, output }, { entries: withEntry(2, COLUMNS, 1) })).toBe(atWeights);
      expect(forged({ input, output }, { entries: withEntry(ROWS, 2, 1) })).toBe(first);
    });

    it('padding of the input that is not zero', () => {
      const x = padRows(input, COLUMNS);
      // beyond the last column no weight sees it; beyond the last of the batch it has an output
      expect(forged({ input, output }, { input: changed(x, COLUMNS, 5) })).toBe(INPUT);
      expect(forged({ input, output }, { input: changed(x, BATCH * WIDTH + 1, 5) })).toBe(first);
    });

    it('both paddings at once, so that a true output is reached another way', () => {
      const x = changed(padRows(input, COLUMNS), COLUMNS, 1);
      const padded = withEntry(2, COLUMNS, 1);
      const reached = outputOf({ entries: padded, input: x });
      expect(reached).toEqual(changed(output, 2, 1));
      expect(forged({ input, output: reached }, { entries: padded, input: x })).toBe(atWeights);
    });

    it('a lie pushed on from run to run: only the comparison with the input is left to find it', () => {
      const publics = { input, output: changed(output, 4, 1) };
      expect(verdictOf(publics, forgeWithoutWitness(field, layer, publics))).toBe(INPUT);
      // nor does it help that the output is true: the forger knows no input
      expect(verdictOf({ input, output }, forgeWithoutWitness(field, layer, { input, output }))).toBe(INPUT);
    });

    it('weights that are all zero bind the input by that comparison alone', () => {
      const none = ternaryFromDense(new Int8Array(ROWS * COLUMNS), ROWS, COLUMNS);
      const zeros = prepareLayer(engine, method, none);
      const publics = { input, output: new Int32Array(BATCH * ROWS) };
      const of = { weights: none, digest: zeros.digest };
      expect(verdictOf(publics, forge(engine, zeros, publics), of)).toBe('believed');
      const ran = { input: changed(padRows(input, COLUMNS), 0, 1) };
      expect(verdictOf(publics, forge(engine, zeros, publics, ran), of)).toBe(INPUT);
      const lied = { input, output: changed(publics.output, 0, 1) };
      expect(verdictOf(lied, forge(engine, zeros, lied), of)).toBe(first);
    });

    it('the proof of another method', () => {
      const isFolded = (of: LayerMethod): boolean => PLACES[of].first === 'sumcheck at ';
      for (const other of LAYER_METHODS.filter((name) => name !== method)) {
        const theirs = proveLayerStatement(engine, prepareLayer(engine, other, weights), input).proof;
        // 7 elements by a run over columns, too few for the first of the tree and of the circuit
        const long = { 'vanilla-tree': 'addition layer 2', circuit: 'layer 1' } as Partial<Record<LayerMethod, string>>;
        const isShort = isFolded(other) && long[method] !== undefined;
        expect(verdictOf({ input, output }, theirs)).toBe(
          isShort ? `truncated at ${long[method]}/round 3/round` : first,
        );
      }
    });

    it('the same tables under another shape', () => {
      const [rows, columns] = [ROWS + 1, COLUMNS + 1];
      const taller = ternaryFromDense([...entries, ...new Int8Array(COLUMNS)], rows, COLUMNS);
      const wider = ternaryFromDense(
        Array.from({ length: ROWS }, (_, row) => [...entries.slice(row * COLUMNS, (row + 1) * COLUMNS), 0]).flat(),
        ROWS,
        columns,
      );
      const repeated = (values: Int32Array, from: number, to: number): Int32Array =>
        Int32Array.from({ length: BATCH * to }, (_, k) =>
          k % to < from ? values[Math.floor(k / to) * from + (k % to)] : 0,
        );
      expect(verdictOf({ input, output: repeated(output, ROWS, rows) }, proof, { weights: taller })).toBe(first);
      expect(verdictOf({ input: repeated(input, COLUMNS, columns), output }, proof, { weights: wider })).toBe(first);
      const more = (values: Int32Array, width: number): Int32Array =>
        Int32Array.of(...values, ...new Int32Array(width));
      expect(verdictOf({ input: more(input, COLUMNS), output: more(output, ROWS) }, proof)).toBe(first);
      // lengths that do not fit are refused before anything is read
      expect(verdictOf({ input, output }, proof, { weights: taller })).toBe('statement at output');
      expect(verdictOf({ input: input.subarray(1), output }, proof)).toBe('statement at input');
      expect(verdictOf({ input: new Int32Array(0), output }, proof)).toBe('statement at input');
    });

    it('another digest, each byte', () => {
      for (let k = 0; k < digest.length; k++) {
        const other = digest.map((byte, j) => (j === k ? byte ^ 1 : byte));
        expect(verdictOf({ input, output }, proof, { digest: other })).toBe(first);
      }
    });

    it('values from which sums might wrap around', () => {
      const half = Math.min(Number(field.characteristic / 2n), 2 ** 31 - 1);
      const limit = Math.floor(half / COLUMNS);
      const set = (values: Int32Array, value: number): Int32Array => values.map((v, k) => (k === 0 ? value : v));
      for (const sign of [1, -1]) {
        const outside = { input: set(input, sign * (limit + 1)), output };
        expect(verdictOf(outside, proof)).toBe('input-range at input');
        expect(() => proveLayerStatement(engine, layer, outside.input)).toThrow(`beyond ±${limit} might wrap around`);
        expect(verdictOf({ input: set(input, sign * limit), output }, proof)).toBe(first);
        expect(verdictOf({ input, output: set(output, sign * limit * COLUMNS) }, proof)).toBe(first);
        const wrapped = limit * COLUMNS < 2 ** 31 - 1 ? sign * (limit * COLUMNS + 1) : -(2 ** 31);
        expect(verdictOf({ input, output: set(output, wrapped) }, proof)).toBe('statement at output');
      }
      // another integer with the residue of one in (−p/2, p/2), where 32 bits are more than p
      expect(verdictOf({ input: set(input, -(2 ** 31)), output }, proof)).toBe(
        field.degree === 1 ? 'input-range at input' : 'non-canonical at input[0]',
      );
    });

    it('liars in any cell of any table are believed only where what they say is true (property)', () => {
      const shape = fc.record({
        rows: fc.integer({ min: 1, max: 6 }),
        columns: fc.integer({ min: 1, max: 6 }),
        batch: fc.integer({ min: 1, max: 3 }),
        density: fc.constantFrom(0, 0.3, 1),
        seed: fc.nat(),
        where: fc.constantFrom('output', 'input', 'weights', 'nowhere'),
      });
      fc.assert(
        fc.property(shape, ({ rows, columns, batch, density, seed, where }) => {
          const random = seeded(seed);
          const made = randomLayer(rows, columns, batch, density, seed);
          const tables = { entries: paddedEntries(made.weights), input: padRows(made.input, columns) };
          if (where === 'input') tables.input[random(tables.input.length)] += 1 + random(9);
          if (where === 'weights') tables.entries[random(tables.entries.length)] += 1 - 2 * random(2);
          const width = tables.input.length / padRows(new Int32Array(batch), 1).length;
          const reached = outputOf(tables, rows, width, batch);
          if (where === 'output') reached[random(reached.length)] += 1 + random(9);
          const publics = { input: made.input, output: reached };
          const mark = engine.mark();
          const own = prepareLayer(engine, method, made.weights);
          const bytes = forge(engine, own, publics, tables);
          engine.release(mark);
          const verdict = verifyLayerStatement(
            field,
            method,
            made.weights,
            own.digest,
            publics.input,
            publics.output,
            bytes,
          );
          // weights in the padding of a single column change no message
          if (where === 'nowhere' || verdict.ok) {
            expect(verdict).toEqual({ ok: true });
            expect(reached).toEqual(made.output);
          } else expect(verdict).toMatchObject({ ok: false, code: expect.stringMatching(/^(sumcheck|claim)$/) });
        }),
        { numRuns: runs(30) },
      );
    });
  });

  it('every part of the statement changes the point of the first claim', () => {
    const statement = {
      method: 'dense' as LayerMethod,
      rowCount: 2,
      columnCount: 3,
      digest: new Uint8Array(32),
      input: Int32Array.of(1, 2, 3, 4, 5, 6),
      output: Int32Array.of(7, 8, 9, 10),
    };
    const others = [
      statement,
      ...LAYER_METHODS.filter((method) => method !== 'dense').map((method) => ({ ...statement, method })),
      { ...statement, rowCount: 3 },
      { ...statement, columnCount: 2 },
      { ...statement, digest: new Uint8Array(32).fill(1) },
      ...Array.from(statement.input, (_, k) => ({ ...statement, input: changed(statement.input, k, 1) })),
      ...Array.from(statement.output, (_, k) => ({ ...statement, output: changed(statement.output, k, 1) })),
      // the same bytes, were they not framed: 256·1 + 0 in two bytes, and 0 and 1 in one each
      { ...statement, input: Int32Array.of(1, 2, 3, 4, 5, 6 + 256) },
      { ...statement, input: Int32Array.of(1, 2, 3, 4, 5, 6 + 65536) },
      { ...statement, input: Int32Array.of(-1, 2, 3, 4, 5, 6) },
      { ...statement, input: Int32Array.of(255, 2, 3, 4, 5, 6) },
    ];
    const points = others.map((other) => String(beginStatement(createProverChannel(field), other)[0]));
    expect(new Set(points).size).toBe(points.length);
  });
});
