import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import type { Engine } from '../../src/field/engine.ts';
import { proveFractions, verifyFractions } from '../../src/gkr/index.ts';
import {
  countMultiplicities,
  functionTable,
  type LookupColumns,
  type LookupShape,
  lookupShape,
  proveLookups,
  rangeTable,
  verifyLookups,
} from '../../src/lookup/index.ts';
import type { Claim } from '../../src/poly/index.ts';
import type { ProverChannel, VerifierChannel } from '../../src/transcript/channel.ts';
import { check, expectRejection, liesOf, proofOf } from '../support/channels.ts';
import { runs } from '../support/depth.ts';
import { type AnyField, seeded, seededElements, settings } from '../support/fields.ts';

const relu = functionTable('relu', 4, -8, (v) => Math.min(Math.max(v, 0), 5));
const range = rangeTable('range', 3, -4);

/** Rows that stand in their tables. */
function honestColumns(shape: LookupShape, seed: number): LookupColumns[] {
  const random = seeded(seed);
  return shape.lookups.map(({ table, variables }) => {
    const { start, variables: bits, outputs } = shape.tables[table];
    const rows = Array.from({ length: 2 ** variables }, () => random(2 ** bits));
    const values = Int32Array.from(rows, (row) => start + row);
    return outputs === undefined ? { values } : { values, outputs: Int32Array.from(rows, (row) => outputs[row]) };
  });
}

const prover =
  (engine: Engine<unknown>, shape: LookupShape, columns: readonly LookupColumns[], counts: readonly Int32Array[]) =>
  (channel: ProverChannel<unknown>): void => {
    const mark = engine.mark();
    proveLookups(engine, channel, shape, columns, counts);
    engine.release(mark);
  };

/** Discharges the claims that remain with the columns themselves, as a commitment would. */
const verifier =
  (field: AnyField, shape: LookupShape, columns: readonly LookupColumns[], counts: readonly Int32Array[]) =>
  (channel: VerifierChannel<unknown>): void => {
    const claims = verifyLookups(field, channel, shape);
    const matches = (claim: Claim<unknown>, values: ArrayLike<number>): void => {
      if (!field.equal(field.tables.evaluateIntegers(values, claim.point), claim.value)) {
        throw new Error('claim on a column');
      }
    };
    claims.columns.forEach(({ value, output }, lookup) => {
      matches(value, columns[lookup].values);
      if (output !== undefined) matches(output, columns[lookup].outputs ?? []);
    });
    claims.multiplicities.forEach((claim, table) => {
      matches(claim, counts[table]);
    });
  };

describe.each(settings)('LogUp over %s', (_name, field, createEngine) => {
  const engine = createEngine();

  it.each([
    ['one lookup', [relu], [[0, 3]]],
    ['a single row', [range], [[0, 0]]],
    [
      'lookups of several sizes in two tables',
      [relu, range],
      [
        [0, 4],
        [1, 4],
        [0, 2],
        [1, 0],
      ],
    ],
    ['a table that nothing reads', [range, relu], [[0, 2]]],
    ['more rows than the table has', [range], [[0, 6]]],
  ] as [string, (typeof relu)[], [number, number][]][])('proves %s', (_case, tables, lookups) => {
    const shape = lookupShape(
      tables,
      lookups.map(([table, variables]) => ({ table, variables })),
    );
    const columns = honestColumns(shape, 5);
    const counts = countMultiplicities(shape, columns);
    check(field, proofOf(field, prover(engine, shape, columns, counts)), verifier(field, shape, columns, counts));
  });

  it('refuses every message changed in any value', () => {
    const shape = lookupShape(
      [relu, range],
      [
        { table: 0, variables: 2 },
        { table: 1, variables: 1 },
      ],
    );
    const columns = honestColumns(shape, 6);
    const counts = countMultiplicities(shape, columns);
    const run = prover(engine, shape, columns, counts);
    const reasons = new Set<string>();
    for (const lie of liesOf(field, run)) {
      const proof = proofOf(field, run, lie);
      try {
        check(field, proof, verifier(field, shape, columns, counts));
        expect.unreachable(`${lie.label} ${lie.value} was believed`);
      } catch (error) {
        reasons.add((error as { code?: string }).code ?? String(error));
      }
    }
    expect([...reasons].sort()).toEqual(['claim', 'sumcheck']);
  });

  it('sums fractions in trees of several depths', () => {
    const leaves = [5, 3, 0].map((variables, k) => ({
      numerators: k === 1 ? undefined : seededElements(field, 2 ** variables, 2 * k),
      denominators: seededElements(field, 2 ** variables, 2 * k + 1),
    }));
    const proof = proofOf(field, (channel) => {
      proveFractions(
        engine,
        channel,
        leaves.map(({ numerators, denominators }) => ({
          numerators: numerators === undefined ? undefined : engine.fromElements(numerators),
          denominators: engine.fromElements(denominators),
        })),
      );
    });
    check(field, proof, (channel) => {
      const shapes = leaves.map(({ numerators, denominators }) => ({
        variables: Math.log2(denominators.length),
        unitNumerators: numerators === undefined,
      }));
      const result = verifyFractions(field, channel, shapes);
      leaves.forEach(({ numerators, denominators }, tree) => {
        const eq = field.tables.eqTable(result.leaves[tree].point);
        const ones = denominators.map(() => field.one);
        const at = (values: unknown[]) => field.toCoefficients(field.tables.dot(values, eq));
        expect(field.toCoefficients(result.leaves[tree].denominator)).toEqual(at(denominators));
        expect(field.toCoefficients(result.leaves[tree].numerator)).toEqual(at(numerators ?? ones));
        const { numerator, denominator } = result.roots[tree];
        const sum = denominators.reduce(
          (total: unknown, q, i) => field.add(total, field.mul((numerators ?? ones)[i], field.inv(q))),
          field.zero,
        );
        expect(field.toCoefficients(field.mul(sum, denominator))).toEqual(field.toCoefficients(numerator));
      });
    });
  });
});

describe('LogUp', () => {
  const [, field, createEngine] = settings[0];
  const engine = createEngine();
  const shape = lookupShape(
    [relu, range],
    [
      { table: 0, variables: 3 },
      { table: 1, variables: 3 },
    ],
  );
  const columns = honestColumns(shape, 7);
  const counts = countMultiplicities(shape, columns);

  it('proves any rows of any tables (property)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ table: fc.integer({ min: 0, max: 1 }), variables: fc.integer({ min: 0, max: 5 }) }), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.integer(),
        (lookups, seed) => {
          const any = lookupShape([relu, range], lookups);
          const rows = honestColumns(any, seed);
          const tally = countMultiplicities(any, rows);
          check(field, proofOf(field, prover(engine, any, rows, tally)), verifier(field, any, rows, tally));
        },
      ),
      { numRuns: runs(25) },
    );
  });

  it('names the table and the row that does not stand in it', () => {
    const wrong = [
      { values: columns[0].values, outputs: Int32Array.from(columns[0].outputs ?? [], (y) => y + 1) },
      columns[1],
    ];
    expect(() => countMultiplicities(shape, wrong)).toThrow(/does not stand in table relu/);
    expect(() => countMultiplicities(shape, [columns[0], { values: columns[1].values.fill(4) }])).toThrow(UsageError);
    columns[1].values.fill(0);
  });

  it('attack: a looked-up value outside the table, multiplicities as they were', () => {
    const rows = honestColumns(shape, 8);
    const tally = countMultiplicities(shape, rows);
    rows[1].values[3] = 4;
    const proof = proofOf(field, prover(engine, shape, rows, tally));
    expectRejection(() => check(field, proof, verifier(field, shape, rows, tally)), 'lookup-root');
  });

  it('attack: a wrong function value', () => {
    const rows = honestColumns(shape, 9);
    const tally = countMultiplicities(shape, rows);
    (rows[0].outputs as Int32Array)[0] += 1;
    const proof = proofOf(field, prover(engine, shape, rows, tally));
    expectRejection(() => check(field, proof, verifier(field, shape, rows, tally)), 'lookup-root');
  });

  it('attack: a value of one table looked up in another (tags)', () => {
    const rows = honestColumns(shape, 10);
    rows[1].values.fill(-4);
    // −4 stands in both tables; its multiplicity is booked on the other one
    const tally = countMultiplicities(shape, rows);
    tally[1][0] -= 1;
    tally[0][4] += 1;
    const proof = proofOf(field, prover(engine, shape, rows, tally));
    expectRejection(() => check(field, proof, verifier(field, shape, rows, tally)), 'lookup-root');
  });

  it('attack: multiplicities that wrap around p', () => {
    const rows = honestColumns(shape, 11);
    const tally = countMultiplicities(shape, rows);
    // one false row, and a table row counted −1 times in its stead
    rows[1].values[0] = 4;
    tally[1] = tally[1].map((count, row) => (row === 0 ? count - 1 : count));
    const proof = proofOf(field, prover(engine, shape, rows, tally));
    expectRejection(() => check(field, proof, verifier(field, shape, rows, tally)), 'lookup-root');
  });

  it('attack: roots (0, 0), which every comparison by cross-multiplication would accept', () => {
    const { zero } = field;
    const proof = proofOf(field, (channel) => {
      channel.drawMany('row', 3);
      channel.send('roots', [zero, zero, zero, zero]);
      // layers of zeros satisfy every sumcheck below a zero root
      for (let layer = 0; layer < 5; layer++) {
        const trees = layer < 4 ? 2 : 1;
        channel.draw('fold');
        if (trees > 1) channel.draw('batch');
        for (let round = 0; round < layer; round++) {
          channel.send('round', [zero, zero]);
          channel.draw('bind');
        }
        const isUnit = (tree: number) => (tree === 0 ? layer === 3 : false);
        const count = (trees === 2 ? [0, 1] : [1]).reduce((sum, tree) => sum + (isUnit(tree) ? 2 : 4), 0);
        channel.send(
          'halves',
          Array.from({ length: count }, () => zero),
        );
        channel.draw('child');
      }
      channel.send('columns', [zero, zero, zero]);
      channel.send('multiplicities', [zero, zero]);
    });
    expectRejection(() => check(field, proof, verifier(field, shape, columns, counts)), 'lookup-zero-denominator');
  });

  it('attack: different roots, each honestly proven', () => {
    const rows = honestColumns(shape, 12);
    const tally = countMultiplicities(shape, rows).map((count) => count.map((c) => c + 1));
    const proof = proofOf(field, prover(engine, shape, rows, tally));
    expectRejection(() => check(field, proof, verifier(field, shape, rows, tally)), 'lookup-root');
  });

  it('attack: a table of the prover, not of the verifier', () => {
    const other = functionTable('relu', 4, -8, (v) => (v > 0 ? 1 : 0));
    const theirs = lookupShape([other, range], shape.lookups);
    const rows = honestColumns(theirs, 13);
    const tally = countMultiplicities(theirs, rows);
    const proof = proofOf(field, prover(engine, theirs, rows, tally));
    expectRejection(() => check(field, proof, verifier(field, shape, rows, tally)), 'claim', 'tables');
  });

  it('attack: a single looked-up row, whose tree is its root, with a numerator of zero', () => {
    // the sum of the rows becomes 0, and so does that of a table with no multiplicities
    const single = lookupShape([range], [{ table: 0, variables: 0 }]);
    const rows = [{ values: Int32Array.of(1000) }];
    const none = [new Int32Array(8)];
    const proof = proofOf(field, (channel) =>
      prover(
        engine,
        single,
        rows,
        none,
      )({
        ...channel,
        send: (label, values) => channel.send(label, label === 'roots' ? [field.zero, ...values.slice(1)] : values),
      }),
    );
    expectRejection(() => check(field, proof, verifier(field, single, rows, none)), 'claim', 'roots');
  });

  it('refuses tables without the row (0, 0), too many rows, and lookups in no table', () => {
    expect(() => rangeTable('positive', 2, 1)).toThrow('no row (0, 0)');
    expect(() => functionTable('shifted', 2, 0, () => 1)).toThrow('no row (0, 0)');
    expect(() => lookupShape([range], [{ table: 0, variables: 23 }])).toThrow('error budget');
    expect(() => lookupShape([range], [{ table: 1, variables: 2 }])).toThrow('no table');
  });
});
