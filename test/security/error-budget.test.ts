import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { chooseParameters } from '../../src/commit/index.ts';
import { expectedDigests, MissChances, missError } from '../../src/commit/query-errors.ts';
import { QueryTable } from '../../src/commit/recursive/queries.ts';
import { bn254, koalaBear } from '../../src/field/index.ts';
import { compile, securityBits } from '../../src/network/index.ts';
import {
  budgetOf,
  errorOfBits,
  fieldUnit,
  hundredthsOfLog,
  isWithin,
  ofBits,
  tenthsOf,
  tenthsWithin,
} from '../../src/security/error-budget.ts';
import type { AnyField } from '../support/fields.ts';
import { perceptron } from '../support/networks.ts';

const fields = [koalaBear as AnyField, bn254 as AnyField];

describe('errors as integers', () => {
  it('budgets are powers of two to the tenth, rounded down in sixteen bits', () => {
    for (let tenths = 0; tenths < 10; tenths++) {
      const entry = budgetOf(tenths) >> 144n;
      expect(budgetOf(tenths)).toBe(entry << 144n);
      // entry ≤ 2^16·2^(−tenths/10) < entry + 1, to the tenth power
      expect(entry ** 10n <= 1n << BigInt(160 - tenths)).toBe(true);
      expect((entry + 1n) ** 10n > 1n << BigInt(160 - tenths)).toBe(true);
    }
    expect(budgetOf(1000)).toBe(1n << 60n);
    expect(budgetOf(1001)).toBe(61147n << 44n);
  });

  it('the least tenths within an error are just within', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 1n << 160n }), (error) => {
        const tenths = tenthsWithin(error);
        expect(budgetOf(tenths) <= error).toBe(true);
        if (tenths > 0) expect(budgetOf(tenths - 1) > error).toBe(true);
      }),
    );
    expect(tenthsWithin(errorOfBits(100))).toBe(1000);
    expect(tenthsWithin(errorOfBits(100) - 1n)).toBe(1001);
  });

  it('tenths as they are written are those tenths', () => {
    for (let tenths = 0; tenths <= 1440; tenths++) expect(tenthsOf(tenths / 10)).toBe(tenths);
    expect(tenthsOf(100.01)).toBe(1001);
  });

  it.each(fields)('$name: a count over the field is rounded up', (field) => {
    const size = field.characteristic ** BigInt(field.degree);
    const unit = fieldUnit(field);
    expect(unit * size >= 1n << 160n && (unit - 1n) * size < 1n << 160n).toBe(true);
  });

  it('add up exactly', () => {
    const half = ofBits('half', 101);
    expect(isWithin([half, half], 100)).toBe(true);
    expect(isWithin([half, half, ofBits('one unit', 160)], 100)).toBe(false);
  });

  it('hundredths of logarithms are rounded up', () => {
    for (let n = 1; n <= 70; n++) {
      const hundredths = BigInt(hundredthsOfLog(n));
      expect(BigInt(n) ** 100n <= 1n << hundredths).toBe(true);
      if (n > 1) expect(BigInt(n) ** 100n > 1n << (hundredths - 1n)).toBe(true);
    }
  });
});

describe('what queries miss', () => {
  const codes = fc.record({ columnVariables: fc.nat(12), rateBits: fc.integer({ min: 1, max: 4 }) });

  it('is the quotient of binomials, rounded up by little', () => {
    fc.assert(
      fc.property(codes, fc.nat(300), (code, asked) => {
        const n = 2 ** (code.columnVariables + code.rateBits);
        const queries = Math.min(asked, n);
        const right = n - Math.floor((n - 2 ** code.columnVariables) / 2) - 1;
        let [numerator, denominator] = [1n << 160n, 1n];
        for (let i = 0; i < queries; i++) {
          numerator *= BigInt(Math.max(0, right - i));
          denominator *= BigInt(n - i);
        }
        const error = missError(new MissChances(code), asked, 0);
        expect(error * denominator >= numerator).toBe(true);
        expect((error - BigInt(queries)) * denominator <= numerator).toBe(true);
      }),
    );
  });

  it('least counts reach their error, and one query less does not', () => {
    fc.assert(
      fc.property(codes, fc.integer({ min: 0, max: 1100 }), fc.integer({ min: 0, max: 24 }), (code, tenths, work) => {
        const queries = new QueryTable(budgetOf(tenths)).least(code, budgetOf(tenths), work);
        const miss = (count: number): bigint => missError(new MissChances(code), count, work);
        expect(miss(queries ?? 0) <= budgetOf(tenths)).toBe(true);
        if (queries !== undefined && queries > 1) expect(miss(queries - 1) > budgetOf(tenths)).toBe(true);
      }),
    );
  });

  it('digests of paths are about the mean over all sets of positions', () => {
    const table = new QueryTable(0n);
    for (const [depth, queries] of [
      [11, 120],
      [14, 90],
      [20, 130],
    ]) {
      const mean = expectedDigests(depth, queries);
      expect(Math.abs(table.digests(depth, queries) / 1e6 - mean)).toBeLessThan(0.04 * mean);
    }
    // one path; all positions of a small tree
    expect(table.digests(7, 1)).toBe(7e6);
    expect(table.digests(3, 1000)).toBeLessThan(100);
  });
});

describe('a report', () => {
  it('can be written as JSON', () => {
    const report = securityBits(compile(perceptron({ sizes: [12, 9, 4] })).verifyingKey);
    expect(report.total).toBeGreaterThanOrEqual(100);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

describe('an engine whose logarithms and powers are a little off', () => {
  it('chooses the same', () => {
    const choose = (): string =>
      JSON.stringify(
        fields.flatMap((field) => [
          ...[50, 8336, 2 ** 19].map((used) => {
            const members = [{ used, variables: used.toString(2).length }];
            return chooseParameters({ field, members, securityBits: 100.1 });
          }),
          ...[1, 3].map((batch) => {
            const { verifyingKey } = compile(perceptron({ sizes: [12, 9, 4], seed: 3 }), { field });
            return verifyingKey.describe(verifyingKey.plan(batch));
          }),
        ]),
      );
    const expected = choose();
    const { log, log2, log10, pow, exp, sqrt } = Math;
    for (const off of [1 - 1e-3, 1 + 1e-3]) {
      // Math.log2 of a power of two is used for lengths, and exact there
      vi.spyOn(Math, 'log2').mockImplementation((x) => (Number.isInteger(log2(x)) ? log2(x) : off * log2(x)));
      vi.spyOn(Math, 'log').mockImplementation((x) => off * log(x));
      vi.spyOn(Math, 'log10').mockImplementation((x) => off * log10(x));
      vi.spyOn(Math, 'pow').mockImplementation((x, y) => off * pow(x, y));
      vi.spyOn(Math, 'exp').mockImplementation((x) => off * exp(x));
      vi.spyOn(Math, 'sqrt').mockImplementation((x) => off * sqrt(x));
      try {
        expect(choose()).toBe(expected);
      } finally {
        vi.restoreAllMocks();
      }
    }
  });
});
