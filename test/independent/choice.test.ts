// The choice of section 14 as the page has it, and the library's: the same text for the same members and errors.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseParameters } from '../../src/commit/recursive/choose.ts';
import { type Field, koalaBear } from '../../src/field/index.ts';
import { openingBits, TRANSCRIPT } from '../../src/network/proof/security.ts';
import { overField } from '../../src/security/error-budget.ts';
import { runs } from '../support/depth.ts';
import { parametersOf } from './choice.ts';
import type { Parameters, Size } from './parameters.ts';

const field = koalaBear as Field<unknown>;

/** The library's choice where all other errors have this count over |F|. */
function chosen(count: number, members: readonly Size[]): string {
  const securityBits = openingBits([overField(field, 'all others', count), TRANSCRIPT]);
  if (securityBits === undefined) return 'none';
  try {
    return JSON.stringify(chooseParameters({ field, securityBits, members }));
  } catch {
    return 'none';
  }
}

function ofPage(count: number, members: readonly Size[]): string {
  try {
    return parametersOf(count, members);
  } catch {
    return 'none';
  }
}

const sizes = (...variables: readonly number[]): Size[] => variables.map((v) => ({ used: 2 ** v, variables: v }));

/** A vector of this proof, or a committed tensor. */
const member = fc
  .record({ used: fc.integer({ min: 1, max: 2 ** 14 }), isTensor: fc.boolean() })
  .map(({ used, isTensor }): Size => {
    const variables = Math.ceil(Math.log2(used));
    if (!isTensor) return { used, variables };
    const padded = Math.max(9, variables);
    const code = { columnVariables: Math.max(9, padded - 5), rateBits: 3, digestLength: 26 };
    return { used: 2 ** padded, variables: padded, code };
  });

describe('the choice', () => {
  it('is that of the page, for any members and errors', () => {
    const count = fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 15_000_000, max: 16_260_000 }));
    fc.assert(
      fc.property(count, fc.array(member, { minLength: 1, maxLength: 3 }), (others, members) => {
        expect(ofPage(others, members)).toBe(chosen(others, members));
      }),
      { numRuns: runs(20) },
    );
  });

  // the errors of the rest leave so little that shares of it are below the first guess: each level has more queries than at
  // first, which are claims, and the sum exceeds the budget until a query is added to each
  it.each([
    [sizes(17, 11, 0), [235, 194, 6]],
    [sizes(17, 11, 9), [233, 194, 6]],
  ])('adds a query to every level of %j where the claims of the queries exceed the budget', (members, queries) => {
    const others = 16_238_089;
    const text = chosen(others, members);
    expect(ofPage(others, members)).toBe(text);
    expect((JSON.parse(text) as Parameters).levels.map((level) => level.queries)).toEqual(queries);
  });

  it('finds none where the errors of the rest leave next to nothing', () => {
    expect(ofPage(16_300_000, sizes(17))).toBe('none');
    expect(chosen(16_300_000, sizes(17))).toBe('none');
  });
});
