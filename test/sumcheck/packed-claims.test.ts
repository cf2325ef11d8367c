import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Packing, pack } from '../../src/poly/packing.ts';
import {
  combineClaims,
  evaluatePackedWeight,
  type PackedClaim,
  packedRelation,
} from '../../src/sumcheck/packed-claims.ts';
import { sumOfProducts } from '../../src/sumcheck/products.ts';
import { proveRelations } from '../../src/sumcheck/prove-relations.ts';
import { verifyPackedClaims } from '../../src/sumcheck/verify-packed-claims.ts';
import { verifyRelations } from '../../src/sumcheck/verify-relations.ts';
import type { ProverChannel, VerifierChannel } from '../../src/transcript/channel.ts';
import { check, expectRejection, liesOf, proofOf } from '../support/channels.ts';
import { seeded, seededElements, settings } from '../support/fields.ts';

describe.each(settings)('claims on blocks of a packed vector over %s', (_name, field, createEngine) => {
  const engine = createEngine();

  /** A packed vector, true claims on its blocks, and a coefficient for each. */
  function made(variables: readonly number[], picks: readonly (readonly [number, 1 | -1])[][], seed: number) {
    const random = seeded(seed);
    const packing = pack(variables);
    const vector = Int32Array.from({ length: 2 ** packing.variables }, (_, k) =>
      k < packing.used ? random(511) - 255 : 0,
    );
    const claims = picks.map((terms, i): PackedClaim<unknown> => {
      const point = seededElements(field, variables[terms[0][0]], seed + i);
      const value = terms.reduce((sum, [block, sign]) => {
        const { start } = packing.blocks[block];
        const at = field.tables.evaluateIntegers(vector.subarray(start, start + 2 ** variables[block]), point);
        return sign === 1 ? field.add(sum, at) : field.sub(sum, at);
      }, field.zero);
      return { terms: terms.map(([block, sign]) => ({ block, sign })), point, value };
    });
    return { packing, vector, claims, coefficients: seededElements(field, claims.length, seed + 100) };
  }

  /** T̃ at every vertex, so that a prover needs no table of its own. */
  function weights(packing: Packing, claims: readonly PackedClaim<unknown>[], coefficients: readonly unknown[]) {
    return Array.from({ length: 2 ** packing.variables }, (_, index) => {
      const vertex = Array.from({ length: packing.variables }, (__, k) =>
        field.fromInteger((index >> (packing.variables - 1 - k)) & 1),
      );
      return evaluatePackedWeight(field, packing, claims, coefficients, vertex);
    });
  }

  const prover =
    ({ packing, vector, claims, coefficients }: ReturnType<typeof made>) =>
    (channel: ProverChannel<unknown>): void => {
      const mark = engine.mark();
      const table = engine.fromElements(weights(packing, claims, coefficients));
      const summand = sumOfProducts(engine, [[engine.fromIntegers(vector), table]]);
      const relation = packedRelation(field, packing, claims, coefficients);
      proveRelations(engine, channel, [{ ...relation, summand, factors: () => [summand.finals()[0]] }]);
      engine.release(mark);
    };

  const verifier =
    ({ packing, claims, coefficients }: ReturnType<typeof made>) =>
    (channel: VerifierChannel<unknown>) =>
      verifyRelations(field, channel, [verifyPackedClaims(field, packing, claims, coefficients)])[0][0];

  it('leave one true claim on the vector (property)', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 }), fc.nat({ max: 3 }), fc.nat(), (first, second, seed) => {
        const all = made(
          [first, second, first],
          [
            [[1, 1]],
            [[2, -1]],
            [
              [0, 1],
              [2, -1],
            ],
            [[1, 1]],
          ],
          seed,
        );
        const { point, value } = check(field, proofOf(field, prover(all)), verifier(all));
        expect(point).toHaveLength(all.packing.variables);
        expect(field.equal(field.tables.evaluateIntegers(all.vector, point), value)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  const one = made(
    [2, 1, 2],
    [
      [[1, 1]],
      [
        [0, 1],
        [2, -1],
      ],
    ],
    7,
  );

  it('have the sum that the claims say, whatever coefficients follow theirs', () => {
    const { packing, vector, claims, coefficients } = one;
    const table = weights(packing, claims, coefficients);
    const sum = table.reduce(
      (total, weight, k) => field.add(total, field.mul(weight, field.fromInteger(vector[k]))),
      field.zero,
    );
    expect(field.equal(sum, packedRelation(field, packing, claims, coefficients).claim)).toBe(true);
    expect(field.equal(sum, combineClaims(field, claims, [...coefficients, field.one]))).toBe(true);
  });

  it('refuse a wrong value, block, sign or coefficient, and every message changed in any value', () => {
    const run = prover(one);
    const proof = proofOf(field, run);
    const [first, second] = one.claims;
    const others = [
      { claims: [{ ...first, value: field.add(first.value, field.one) }, second] },
      {
        claims: [
          first,
          { ...second, terms: [second.terms[1], second.terms[0]].map(({ block }) => ({ block, sign: 1 as const })) },
        ],
      },
      { claims: [first, { ...second, terms: second.terms.map(({ block, sign }) => ({ block: 2 - block, sign })) }] },
      { coefficients: [...one.coefficients].reverse() },
    ];
    for (const other of others) expectRejection(() => check(field, proof, verifier({ ...one, ...other })), 'sumcheck');
    for (const lie of liesOf(field, run)) {
      expectRejection(() => check(field, proofOf(field, run, lie), verifier(one)), 'sumcheck');
    }
  });
});
