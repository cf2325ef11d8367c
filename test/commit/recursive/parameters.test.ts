import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseParameters } from '../../../src/commit/recursive/choose.ts';
import type { CommitmentRequest } from '../../../src/commit/recursive/offers.ts';
import {
  type CommitmentParameters,
  codeOf,
  errorTerms,
  expectedBytes,
  type MemberRequest,
} from '../../../src/commit/recursive/parameters.ts';
import { UsageError } from '../../../src/errors.ts';
import { bn254, koalaBear } from '../../../src/field/index.ts';
import { budgetOf, tenthsOf, totalError } from '../../../src/security/error-budget.ts';
import { runs } from '../../support/depth.ts';
import type { AnyField } from '../../support/fields.ts';

const koala = koalaBear as AnyField;

const isWithin = (field: AnyField, parameters: CommitmentParameters, securityBits: number): boolean =>
  totalError(errorTerms(field, parameters)) <= budgetOf(tenthsOf(securityBits));

/** The parameters with one query less at a level. */
function oneLess(parameters: CommitmentParameters, index: number): CommitmentParameters {
  const level = parameters.levels[index];
  return { ...parameters, levels: parameters.levels.with(index, { ...level, queries: level.queries - 1 }) };
}

/** Columns, rate, queries, work and rows of each level. */
const outline = ({ levels }: CommitmentParameters): (number | string)[][] =>
  levels.map(({ columnVariables, rateBits, queries, grindingBits, matrices }) => [
    columnVariables,
    rateBits,
    queries,
    grindingBits,
    ...matrices.map(({ rows, kind }) => `${rows} ${kind}`),
  ]);

/** The requests: sizes of up to 2^22, some of them committed before. */
const requests: fc.Arbitrary<Omit<CommitmentRequest, 'field'>> = fc
  .record({
    sizes: fc.array(fc.integer({ min: 1, max: 2 ** 22 }), { minLength: 1, maxLength: 3 }),
    isPoint: fc.boolean(),
    securityBits: fc.constantFrom(100.1, 100.5, 101),
    grindingBits: fc.constantFrom(undefined, 0, 12, 16),
  })
  .map(({ sizes, isPoint, securityBits, grindingBits }) => ({
    members: sizes.map((used, k): MemberRequest => {
      return { used, variables: Math.ceil(Math.log2(used)), isPoint: isPoint && k === 0 };
    }),
    securityBits,
    ...(grindingBits === undefined ? {} : { grindingBits }),
  }));

describe.each([
  ['KoalaBear', koala],
  ['BN254', bn254 as AnyField],
] as const)('parameters over %s', (_name, field) => {
  it('reach the security asked for with no query too many, and fit the members', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { members, securityBits } = request;
        const parameters = chooseParameters({ field, ...request });
        const { levels, places } = parameters;
        expect(isWithin(field, parameters, securityBits)).toBe(true);
        levels.forEach(({ queries }, index) => {
          if (queries > 1) expect(isWithin(field, oneLess(parameters, index), securityBits)).toBe(false);
        });
        members.forEach(({ used, variables }, member) => {
          const { rows, columnVariables } = codeOf(parameters, member);
          expect(rows).toBe(Math.ceil(used / 2 ** columnVariables));
          const joined = levels[places[member]].matrices.filter(({ kind }) => kind === 'base');
          expect(joined.map((matrix) => matrix.variables)).toContain(variables);
        });
        levels.forEach(({ columnVariables, rateBits, matrices }, index) => {
          expect(columnVariables + rateBits).toBeLessThanOrEqual(field.twoAdicity);
          const messages = matrices.filter(({ kind }) => kind === 'extension');
          expect(messages).toHaveLength(index === 0 ? 0 : 1);
          for (const { rows, variables } of messages) {
            expect(variables).toBe(levels[index - 1].columnVariables);
            expect(rows).toBe(2 ** Math.max(0, variables - columnVariables));
          }
        });
        if (members[0].isPoint === true) expect(levels[0].matrices).toHaveLength(1);
      }),
      { numRuns: runs(40) },
    );
  });
});

describe('the choice', () => {
  // both sides choose by themselves, and the parameters are part of the statement: a change breaks old proofs
  const weights = { used: 2 ** 21, variables: 21, code: { columnVariables: 15, rateBits: 3, digestLength: 26 } };
  const activations = { used: 8336, variables: 14 };
  it.each<[string, readonly MemberRequest[], (number | string)[][]]>([
    ['one value', [{ used: 1, variables: 0 }], [[0, 1, 2, 12, '1 base']]],
    ['activations', [activations], [[9, 2, 126, 12, '17 base']]],
    [
      'weights and activations',
      [weights, activations],
      [
        [15, 3, 105, 15, '64 base'],
        [12, 3, 107, 14, '8 extension'],
        [9, 3, 103, 16, '8 extension', '17 base'],
      ],
    ],
  ])('for %s is as pinned', (_name, members, expected) => {
    expect(outline(chooseParameters({ field: koala, members, securityBits: 100.5 }))).toEqual(expected);
  });

  it('is the same whenever it is made', () => {
    const make = (): CommitmentParameters =>
      chooseParameters({ field: koala, members: [weights, activations], securityBits: 100.5 });
    expect(make()).toEqual(make());
  });

  it('respects codes of vectors that were committed before', () => {
    const parameters = chooseParameters({ field: koala, members: [activations, weights], securityBits: 100.5 });
    expect(codeOf(parameters, 1)).toEqual({ ...weights.code, rows: 64 });
  });

  it('pays less than a single level where vectors are long', () => {
    const members = [{ used: 2 ** 20, variables: 20 }];
    const parameters = chooseParameters({ field: koala, members, securityBits: 100.5 });
    expect(expectedBytes(koala, parameters)).toBeLessThan(125_000);
  });
});

describe('one level', () => {
  const request = { field: koala, securityBits: 101, grindingBits: 12 };

  it('is the only one, with the errors within the budget and no query too many', () => {
    for (const variables of [0, 9, 16, 20]) {
      for (const isPoint of [false, true]) {
        const members = [{ used: 2 ** variables, variables, isPoint }];
        const parameters = chooseParameters({ ...request, members, isOneLevel: true });
        const [level] = parameters.levels;
        expect(parameters.levels).toHaveLength(1);
        expect(totalError(errorTerms(koala, parameters)) <= budgetOf(1010)).toBe(true);
        const oneLess = { ...parameters, levels: [{ ...level, queries: level.queries - 1 }] };
        expect(totalError(errorTerms(koala, oneLess)) <= budgetOf(1010)).toBe(level.queries === 1);
      }
    }
  });

  it('makes longer proofs than several where vectors are long', () => {
    const members = [{ used: 2 ** 20, variables: 20 }];
    const several = expectedBytes(koala, chooseParameters({ ...request, members }));
    expect(expectedBytes(koala, chooseParameters({ ...request, members, isOneLevel: true }))).toBeGreaterThan(several);
  });

  it('keeps the code that a vector was committed with', () => {
    for (let rateBits = 1; rateBits <= 4; rateBits++) {
      const code = { columnVariables: 8, rateBits, digestLength: 26 };
      const members = [{ used: 2 ** 14, variables: 14, code, isPoint: true }];
      const parameters = chooseParameters({ ...request, members, isOneLevel: true });
      expect(parameters.levels).toHaveLength(1);
      expect(codeOf(parameters, 0)).toEqual({ ...code, rows: 64 });
    }
  });
});

describe('error terms', () => {
  const parameters: CommitmentParameters = {
    fieldBits: 123.95,
    isPoint: false,
    places: [0, 1],
    levels: [
      {
        columnVariables: 9,
        rateBits: 2,
        queries: 120,
        grindingBits: 12,
        proximityBits: 110,
        matrices: [{ rows: 30, variables: 14, kind: 'base', digestLength: 26 }],
      },
      {
        columnVariables: 5,
        rateBits: 3,
        queries: 90,
        grindingBits: 10,
        proximityBits: 111,
        matrices: [
          { rows: 16, variables: 9, kind: 'extension', digestLength: 26 },
          { rows: 5, variables: 8, kind: 'base', digestLength: 27 },
        ],
      },
    ],
  };
  const bitsOf = (name: string, of = parameters): number[] =>
    errorTerms(koala, of)
      .filter((term) => term.name.includes(name))
      .map(({ bits }) => bits);

  it('are those of each level', () => {
    const overField = (count: number): number => 123.95 - Math.log2(count);
    // 14 rounds of degree 2; 9 rounds and one batching coefficient
    expect(bitsOf('sumcheck')).toEqual([overField(28), overField(19)]);
    // one selector, and twice the variable that the smaller matrix lacks
    expect(bitsOf('selection')).toEqual([overField(3)]);
    // five variables of rows; a selector and the four of 16 rows
    expect(bitsOf('proximity')).toEqual([overField(5 * 2 ** 11), overField(5 * 2 ** 8)]);
    expect(bitsOf('one claim')).toEqual([overField(120)]);
    expect(bitsOf('collision')).toEqual([104, 108]);
    expect(bitsOf('work')).toHaveLength(2);
  });

  it('of queries are the chance that distinct positions miss every wrong one', () => {
    // n = 2048, k = 512: wrong in at least 769 positions
    let chance = 1;
    for (let i = 0; i < 120; i++) chance *= (2048 - 769 - i) / (2048 - i);
    expect(bitsOf('120 queries')[0]).toBeCloseTo(12 - Math.log2(chance), 9);
    expect(bitsOf('120 queries')[0]).toBeGreaterThan(12 - 120 * Math.log2(5 / 8));
  });

  it('leave out what cannot happen: a run where the point is given, all positions', () => {
    expect(bitsOf('sumcheck', { ...parameters, isPoint: true })).toHaveLength(1);
    const all = { ...parameters.levels[1], queries: 256 };
    expect(bitsOf('work', { ...parameters, levels: parameters.levels.with(1, all) })).toHaveLength(1);
  });

  it('of proximity count the variables of rows and selectors, rounded down', () => {
    const members = [
      { used: 5000, variables: 13, code: { columnVariables: 8, rateBits: 2, digestLength: 26 } },
      { used: 700, variables: 10, code: { columnVariables: 8, rateBits: 2, digestLength: 26 } },
    ];
    const [level] = chooseParameters({ field: koala, members, securityBits: 100.5 }).levels;
    const exact = 123.95 - Math.log2(1 + 5) - 10;
    expect(level.proximityBits).toBeLessThanOrEqual(exact);
    expect(level.proximityBits).toBeGreaterThan(exact - 0.011);
  });
});

describe('requests that cannot be met', () => {
  const ask = (request: Partial<CommitmentRequest>) => () =>
    chooseParameters({ field: koala, securityBits: 100.5, members: [{ used: 9, variables: 4 }], ...request });

  it('more security than field and hash give', () => {
    expect(ask({ securityBits: 123 })).toThrow('no parameters');
    expect(ask({ securityBits: 104, members: [{ used: 2 ** 26, variables: 26 }] })).toThrow('no parameters');
  });

  it('impossible work', () => {
    for (const grindingBits of [-1, 0.5, 25]) expect(ask({ grindingBits })).toThrow(UsageError);
  });

  it('no vectors, too many, or more entries than there is room for', () => {
    expect(ask({ members: [] })).toThrow(UsageError);
    expect(ask({ members: Array.from({ length: 7 }, () => ({ used: 1, variables: 1 })) })).toThrow(UsageError);
    expect(ask({ members: [{ used: 17, variables: 4 }] })).toThrow(UsageError);
    expect(ask({ members: [{ used: 0, variables: 4 }] })).toThrow(UsageError);
  });

  it('a given point for any but the first', () => {
    const members = [
      { used: 9, variables: 4 },
      { used: 9, variables: 4, isPoint: true },
    ];
    expect(ask({ members })).toThrow('only the first');
  });
});
