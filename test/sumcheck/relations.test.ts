// Relations that share one run: factors are read in the order of the relations, each relation is evaluated at its own
// variables of the point, and the claims that remain are on its own factors.

import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/field/engine.ts';
import { suffix } from '../../src/poly/point.ts';
import {
  type ProverRelation,
  proveRelations,
  sumOfProducts,
  type VerifierRelation,
  vectorRelation,
  verifyRelations,
} from '../../src/sumcheck/index.ts';
import { check, expectRejection, liesOf, messagesOf, proofOf } from '../support/channels.ts';
import { type AnyField, seededElements, settings } from '../support/fields.ts';

/** Σ_x a(x)·b(x), both factors sent, or Σ_x a(x)·w(x) with public weights w. */
interface Sum {
  readonly variables: number;
  readonly a: readonly unknown[];
  readonly b: readonly unknown[];
  readonly isPublic: boolean;
}

function sumsOf(field: AnyField, sizes: readonly (readonly [number, boolean])[]): Sum[] {
  return sizes.map(([variables, isPublic], k) => ({
    variables,
    isPublic,
    a: seededElements(field, 2 ** variables, 3 * k + 1),
    b: seededElements(field, 2 ** variables, 3 * k + 2),
  }));
}

function relationOf(field: AnyField, { variables, a, b, isPublic }: Sum) {
  const claim = field.tables.dot(a, b);
  if (isPublic) return vectorRelation(variables, claim);
  return {
    ...vectorRelation(variables, claim),
    factorCount: 2,
    claims: (point: readonly unknown[], factors: readonly unknown[]) => factors.map((value) => ({ point, value })),
  };
}

const prover = (engine: Engine<unknown>, sums: readonly Sum[]) => (channel: Parameters<typeof proveRelations>[1]) =>
  proveRelations(
    engine,
    channel,
    sums.map((sum): ProverRelation<unknown> => {
      const summand = sumOfProducts(engine, [[engine.fromElements(sum.a), engine.fromElements(sum.b)]]);
      const relation = relationOf(engine.field, sum);
      return { ...relation, summand, factors: () => summand.finals().slice(0, relation.factorCount) };
    }),
  );

const verifier = (field: AnyField, sums: readonly Sum[]) => (channel: Parameters<typeof verifyRelations>[1]) =>
  verifyRelations(
    field,
    channel,
    sums.map((sum): VerifierRelation<unknown> => {
      const at = (values: readonly unknown[], point: readonly unknown[]) =>
        field.tables.dot(values, field.tables.eqTable(point));
      return {
        ...relationOf(field, sum),
        evaluate: (point, [a, b]) => field.mul(a, sum.isPublic ? at(sum.b, point) : b),
      };
    }),
  );

describe.each(settings)('relations over %s', (_name, field, createEngine) => {
  const engine = createEngine();
  const sums = sumsOf(field, [
    [3, true],
    [1, false],
    [2, false],
    [0, true],
  ]);

  it('leave true claims on their own factors at their own variables', () => {
    const proof = proofOf(field, prover(engine, sums));
    const claims = check(field, proof, verifier(field, sums));
    const longest = claims[0][0].point;
    expect(claims.map((list) => list.length)).toEqual([1, 2, 2, 1]);
    sums.forEach(({ variables, a, b }, k) => {
      claims[k].forEach(({ point, value }, factor) => {
        expect(point).toEqual(suffix(longest, variables));
        expect(value).toEqual(field.tables.dot(factor === 0 ? a : b, field.tables.eqTable(point)));
      });
    });
  });

  it('send their factors in one message', () => {
    expect(messagesOf(field, prover(engine, sums)).at(-1)).toEqual(['factors', 6]);
  });

  it('refuse every value that is not what it should be, and another sum', () => {
    const run = prover(engine, sums);
    for (const lie of liesOf(field, run)) {
      expectRejection(() => check(field, proofOf(field, run, lie), verifier(field, sums)), 'sumcheck', /^$/);
    }
    const others = sums.map((sum, k) => (k === 2 ? { ...sum, b: seededElements(field, 4, 99) } : sum));
    expectRejection(() => check(field, proofOf(field, run), verifier(field, others)), 'sumcheck', /^$/);
  });
});
