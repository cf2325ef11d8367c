// True claims are accepted and false ones are rejected, over shapes of every kind.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorTerms, expectedBytes, type MemberRequest } from '../../../src/commit/recursive/parameters.ts';
import { Rejection } from '../../../src/errors.ts';
import { budgetOf, totalError } from '../../../src/security/error-budget.ts';
import { check, expectRejection, liesOf, proofOf } from '../../support/channels.ts';
import { runs, shareOf } from '../../support/depth.ts';
import { settings } from '../../support/fields.ts';
import { caseOf, proving, verifying } from './support.ts';

const code = (columnVariables: number) => ({ columnVariables, rateBits: 2, digestLength: 26 });

/** Name, members, and the levels that are expected at least. */
const cases: readonly [string, readonly MemberRequest[], number][] = [
  ['one value', [{ used: 1, variables: 0 }], 1],
  ['one level', [{ used: 300, variables: 9 }], 1],
  ['a point', [{ used: 256, variables: 8, isPoint: true }], 1],
  [
    'two vectors at level 0',
    [
      { used: 200, variables: 8, code: code(5) },
      { used: 17, variables: 5, code: code(5) },
    ],
    1,
  ],
  [
    'a vector shorter than a row',
    [
      { used: 200, variables: 8, code: code(5) },
      { used: 3, variables: 2, code: code(5) },
    ],
    1,
  ],
  [
    'two levels',
    [
      { used: 700, variables: 10, code: code(7) },
      { used: 70, variables: 7, code: code(3) },
    ],
    2,
  ],
  [
    'a point, then two that join',
    [
      { used: 1000, variables: 10, code: code(7), isPoint: true },
      { used: 90, variables: 7, code: code(4) },
      { used: 40, variables: 9, code: code(4) },
    ],
    2,
  ],
  [
    'a short message, padded to the rows of a longer vector',
    [
      { used: 3, variables: 2, isPoint: true },
      { used: 200, variables: 8, code: code(5) },
    ],
    2,
  ],
];
const longer: typeof cases = [
  ['three levels', [{ used: 100_000, variables: 17 }], 2],
  [
    'weights and activations',
    [
      { used: 11 * 2 ** 13, variables: 17, code: code(13) },
      { used: 8336, variables: 14 },
      { used: 784, variables: 10, code: code(9) },
    ],
    2,
  ],
];

describe.each(settings)('over %s', (name, field, createEngine) => {
  const engine = createEngine();
  const shapes = name.includes('reference') ? cases : [...cases, ...longer];

  it.each(shapes)('%s: what is true is accepted', (_name, members, levels) => {
    for (const seed of [1, 2]) {
      const statement = caseOf(field, members, { seed });
      expect(statement.parameters.levels.length).toBeGreaterThanOrEqual(levels);
      check(field, proofOf(field, proving(engine, statement)), verifying(field, statement));
    }
  });

  it.each(shapes)('%s: the errors stay in their budget', (_name, members) => {
    const { parameters } = caseOf(field, members);
    expect(totalError(errorTerms(field, parameters)) <= budgetOf(1005)).toBe(true);
  });

  it.each(shapes)('%s: a proof has the expected length', (_name, members) => {
    const statement = caseOf(field, members);
    const roots = members.length * statement.parameters.levels[0].matrices[0].digestLength;
    const expected = expectedBytes(field, statement.parameters) + roots;
    const { length } = proofOf(field, proving(engine, statement));
    expect(Math.abs(length - expected)).toBeLessThan(0.05 * expected + 64);
  });

  it.each(shapes)('%s: a wrong value is refused, of whichever vector', (_name, members) => {
    const statement = caseOf(field, members);
    const proof = proofOf(field, proving(engine, statement));
    members.forEach((_, wrong) => {
      expect(() => check(field, proof, verifying(field, statement, field.one, wrong))).toThrow(Rejection);
    });
  });

  it.each(shapes)('%s: a lie in one sent value, honest after it, is refused', (_name, members) => {
    const statement = caseOf(field, members);
    const run = proving(engine, statement);
    const lies = liesOf(field, run);
    for (const lie of lies.filter((_, k) => k % Math.ceil(lies.length / shareOf(25)) === 0)) {
      const verdict = () => check(field, proofOf(field, run, lie), verifying(field, statement));
      expect(verdict, `${lie.label} ${lie.value}`).toThrow(Rejection);
    }
  });

  it.each(shapes)('%s: every byte counts, none may be dropped or added', (_name, members) => {
    const statement = caseOf(field, members);
    const proof = proofOf(field, proving(engine, statement));
    const verdict = (bytes: Uint8Array) => () => check(field, bytes, verifying(field, statement));
    const step = Math.ceil(proof.length / shareOf(50));
    for (let at = 0; at < proof.length; at += step) {
      const flipped = proof.slice();
      flipped[at] ^= 1 << (at % 8);
      expect(verdict(flipped), `byte ${at} flipped`).toThrow(Rejection);
      expect(verdict(proof.subarray(0, at)), `first ${at} bytes`).toThrow(Rejection);
    }
    expectRejection(verdict(Uint8Array.of(...proof, 0)), 'trailing-bytes', 'end');
  });
});

describe('vectors of any sizes', () => {
  const [, field, createEngine] = settings[0];
  const engine = createEngine();
  const member = fc
    .record({ used: fc.integer({ min: 1, max: 3000 }), spare: fc.integer({ min: 0, max: 2 }) })
    .map(({ used, spare }): MemberRequest => ({ used, variables: Math.ceil(Math.log2(used)) + spare }));

  it('are opened together: what is true is accepted, what is false is not', () => {
    fc.assert(
      fc.property(
        fc.array(member, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        fc.option(fc.integer({ min: 0, max: 6 })),
        fc.nat(),
        (sizes, isPoint, columns, wrong) => {
          const members = sizes.map((size, k): MemberRequest => {
            const isFixed = k > 0 && columns !== null;
            return {
              ...size,
              ...(isFixed ? { code: code(Math.min(columns, size.variables)) } : {}),
              isPoint: isPoint && k === 0,
            };
          });
          const statement = caseOf(field, members);
          const proof = proofOf(field, proving(engine, statement));
          check(field, proof, verifying(field, statement));
          const believing = verifying(field, statement, field.one, wrong % members.length);
          expect(() => check(field, proof, believing)).toThrow(Rejection);
        },
      ),
      { numRuns: runs(40) },
    );
  });
});
