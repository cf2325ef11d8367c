import { describe, expect, it } from 'vitest';
import {
  chooseParameters,
  createHasher,
  errorTerms,
  expectedBytes,
  sumOfErrors,
  type TensorCodeParameters,
  tensorCodeProver,
} from '../../src/commit/index.ts';
import { codeVariables, drawPositions } from '../../src/commit/tensor-code/protocol.ts';
import { UsageError } from '../../src/errors.ts';
import { bn254, koalaBear } from '../../src/field/index.ts';
import { budgetOf, totalError } from '../../src/security/error-budget.ts';
import { createProverChannel } from '../../src/transcript/index.ts';
import { proofOf } from '../support/channels.ts';
import { type AnyField, settings } from '../support/fields.ts';
import { tableOf } from './laws.ts';

const koala = koalaBear as AnyField;

const bitsOf = (parameters: TensorCodeParameters, name: string): number | undefined =>
  errorTerms(koala, parameters).find((term) => term.name.includes(name))?.bits;

/** log₂ of a binomial coefficient's quotient C(a, q)/C(b, q), in exact integers until the end. */
function logOfChance(a: number, b: number, q: number): number {
  let numerator = 1n;
  let denominator = 1n;
  for (let i = 0; i < q; i++) {
    numerator *= BigInt(a - i);
    denominator *= BigInt(b - i);
  }
  const scaled = (numerator << 400n) / denominator;
  return (
    scaled.toString(2).length - 1 - 400 + Math.log2(Number(scaled >> BigInt(scaled.toString(2).length - 53)) / 2 ** 52)
  );
}

describe.each([
  ['KoalaBear', koala],
  ['BN254', bn254 as AnyField],
] as const)('parameters over %s', (_name, field) => {
  it('reach the security asked for with no query too many, for every size', () => {
    for (let variables = 0; variables <= 22; variables++) {
      for (const grindingBits of [0, 12, 16]) {
        const parameters = chooseParameters({ field, variables, securityBits: 101.3, grindingBits });
        expect(parameters.rowVariables + parameters.columnVariables).toBe(variables);
        expect(parameters.grindingBits).toBe(grindingBits);
        expect(codeVariables(parameters)).toBeLessThanOrEqual(field.twoAdicity);
        expect(totalError(errorTerms(field, parameters)) <= budgetOf(1013)).toBe(true);
        const oneLess = { ...parameters, queries: parameters.queries - 1 };
        expect(totalError(errorTerms(field, oneLess)) <= budgetOf(1013)).toBe(false);
      }
    }
  });

  it('keep the code to four times the vector where it is long', () => {
    for (let variables = 16; variables <= 22; variables++) {
      const { rateBits } = chooseParameters({ field, variables, securityBits: 101 });
      expect(variables + rateBits).toBeLessThanOrEqual(Math.max(19, variables + 2));
    }
  });
});

describe('a rate that is given', () => {
  it('is kept, with the errors within the budget and no query too many', () => {
    for (const variables of [0, 9, 18]) {
      for (let rateBits = 1; rateBits <= 8; rateBits++) {
        const parameters = chooseParameters({ field: koala, variables, securityBits: 101, rateBits });
        expect(parameters.rateBits).toBe(rateBits);
        expect(totalError(errorTerms(koala, parameters)) <= budgetOf(1010)).toBe(true);
        const oneLess = { ...parameters, queries: parameters.queries - 1 };
        expect(totalError(errorTerms(koala, oneLess)) <= budgetOf(1010)).toBe(false);
      }
    }
  });

  it('is the one chosen otherwise where its proof is the shortest', () => {
    for (const variables of [7, 12, 15]) {
      const request = { field: koala, variables, securityBits: 101 };
      const each = [1, 2, 3, 4].map((rateBits) => chooseParameters({ ...request, rateBits }));
      const shortest = Math.min(...each.map((parameters) => expectedBytes(koala, parameters)));
      const chosen = chooseParameters(request);
      expect(each).toContainEqual(chosen);
      expect(expectedBytes(koala, chosen)).toBe(shortest);
    }
  });

  it.each([0, -1, 1.5, 9, Number.NaN])('is refused as %d', (rateBits) => {
    const request = { field: koala, variables: 9, securityBits: 101, rateBits };
    expect(() => chooseParameters(request)).toThrow(`a rate of 2^−${rateBits}; 1/2 to 1/256 are possible`);
  });
});

describe('the choice', () => {
  // both sides choose by themselves, and the parameters are part of the statement: a change breaks old proofs
  it.each([
    [0, 0, 0, 1, 2],
    [7, 6, 1, 1, 3],
    [12, 4, 8, 2, 121],
    [14, 5, 9, 3, 106],
    [16, 6, 10, 3, 107],
    [22, 9, 13, 2, 131],
  ])('for 2^%i values and 101 bits is as pinned', (variables, rowVariables, columnVariables, rateBits, queries) => {
    const chosen = chooseParameters({ field: koala, variables, securityBits: 101 });
    expect(chosen).toMatchObject({ rowVariables, columnVariables, rateBits, queries, grindingBits: 12 });
  });
});

describe('error terms', () => {
  const parameters: TensorCodeParameters = {
    rowVariables: 5,
    columnVariables: 9,
    rateBits: 3,
    queries: 107,
    grindingBits: 12,
    proximityBits: 109.6,
  };

  it('of the queries are the chance that distinct positions miss every wrong one', () => {
    // n = 4096, k = 512: wrong in at least 1793 positions
    expect(bitsOf(parameters, 'queries')).toBeCloseTo(12 - logOfChance(4096 - 1793, 4096, 107), 9);
    // not worse than independent positions, but for the rounding of the radius, and little better
    const independent = 12 - 107 * Math.log2((1 + 1 / 8) / 2);
    expect(bitsOf(parameters, 'queries')).toBeGreaterThan(independent);
    expect(bitsOf(parameters, 'queries')).toBeLessThan(independent + 2);
  });

  it('leave out what cannot happen: more positions than there are right ones, one row', () => {
    const small = { ...parameters, rowVariables: 0, columnVariables: 2, rateBits: 1 };
    // n = 8, k = 4: wrong in at least three positions
    expect(bitsOf({ ...small, queries: 5 }, 'queries')).toBeCloseTo(12 + Math.log2(56), 9);
    expect(bitsOf({ ...small, queries: 6 }, 'queries')).toBeUndefined();
    expect(bitsOf({ ...small, queries: 60 }, 'queries')).toBeUndefined();
    expect(bitsOf(small, 'proximity')).toBeUndefined();
    expect(bitsOf(parameters, 'proximity')).toBe(109.6);
    expect(bitsOf(small, 'Merkle')).toBe(128);
  });

  it('of proximity are log₂(rows)·n over the field', () => {
    const chosen = chooseParameters({ field: koala, variables: 15, securityBits: 101 });
    const exact = koala.bits - Math.log2(chosen.rowVariables * 2 ** codeVariables(chosen));
    expect(chosen.proximityBits).toBeLessThanOrEqual(exact);
    expect(chosen.proximityBits).toBeGreaterThan(exact - 0.011);
  });

  it('add up', () => {
    expect(sumOfErrors([{ bits: 101 }, { bits: 101 }])).toBe(100);
    expect(sumOfErrors([])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('requests that cannot be met', () => {
  it('more than the hash gives', () => {
    const request = { field: koala, variables: 10, securityBits: 128.1 };
    expect(() => chooseParameters(request)).toThrow('no parameters');
  });

  it('no number of bits', () => {
    for (const securityBits of [Number.NaN, -0.5, Number.POSITIVE_INFINITY]) {
      const request = { field: koala, variables: 10, securityBits };
      expect(() => chooseParameters(request)).toThrow(UsageError);
    }
  });

  it('impossible work', () => {
    for (const grindingBits of [-1, 0.5, 25]) {
      const request = { field: koala, variables: 10, securityBits: 100, grindingBits };
      expect(() => chooseParameters(request)).toThrow(UsageError);
    }
  });
});

describe('positions', () => {
  const draw = (queries: number, codeBits: number, seed: number): number[] => {
    const channel = createProverChannel(koala);
    channel.absorb('seed', Uint8Array.of(seed, seed >> 8));
    return drawPositions(channel, { columnVariables: codeBits - 1, rateBits: 1, queries });
  };

  it('are as many as asked for, distinct, ascending and in range', () => {
    for (const codeBits of [1, 2, 3, 6, 12]) {
      const count = 2 ** codeBits;
      for (const queries of [1, 2, count / 2, count / 2 + 1, count - 1, count, count + 5].filter((q) => q >= 1)) {
        const positions = draw(queries, codeBits, queries);
        expect(positions).toHaveLength(Math.min(queries, count));
        expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
        expect(positions[0]).toBeGreaterThanOrEqual(0);
        expect(positions[positions.length - 1]).toBeLessThan(count);
      }
    }
  });

  it.each([2, 3, 5, 6])('%i of 8 hit every position equally often', (queries) => {
    const hits = new Array<number>(8).fill(0);
    const runs = 2000;
    for (let seed = 0; seed < runs; seed++) for (const position of draw(queries, 3, seed)) hits[position]++;
    const mean = (runs * queries) / 8;
    // six standard deviations; the draws are the same in every run of this test
    const tolerance = 6 * Math.sqrt(mean * (1 - queries / 8));
    for (const count of hits) expect(Math.abs(count - mean)).toBeLessThan(tolerance);
  });
});

describe('proofs', () => {
  it.each([4, 9, 14])('of 2^%i values have the expected length', (variables) => {
    const engine = settings[0][2]();
    const parameters = chooseParameters({ field: koala, variables, securityBits: 101, grindingBits: 4 });
    const lengths = Array.from(
      { length: 8 },
      (_, seed) =>
        proofOf(koala, (channel) => {
          const mark = engine.mark();
          const prover = tensorCodeProver(engine, createHasher(), parameters);
          const committed = prover.commit(channel, engine.fromIntegers(tableOf(variables, seed)));
          committed.open(channel, channel.drawMany('point', variables));
          engine.release(mark);
        }).length,
    );
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    // root and nonce besides the opening's row, columns and digests
    const expected = expectedBytes(koala, parameters) + 36;
    expect(Math.abs(mean - expected)).toBeLessThan(0.02 * expected + 32);
  });
});
