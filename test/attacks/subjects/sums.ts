// Sumchecks alone: plain and weighted runs of several instances of different sizes, with factors that the verifier
// compares with tables that it holds.

import { evaluateEq } from '../../../src/poly/eq.ts';
import { suffix } from '../../../src/poly/point.ts';
import {
  proveRelations,
  type Relation,
  sumOfProducts,
  type VerifierRelation,
  verifyRelations,
} from '../../../src/sumcheck/index.ts';
import { channelVerifier, type Forgery, type Subject } from '../../../src/testing/index.ts';
import { type AnyField, seededElements } from '../../support/fields.ts';
import { dischargeElements, freeing, lifted, type Setting } from './scope.ts';

/** One product of tables of 2^variables elements. */
interface Product {
  readonly variables: number;
  readonly tables: readonly (readonly unknown[])[];
}

function product(field: AnyField, variables: number, degree: number, seed: number): Product {
  return {
    variables,
    tables: Array.from({ length: degree }, (_, k) => seededElements(field, 2 ** variables, seed + 7 * k)),
  };
}

/** Σ_x eq(w, x)·Π tables(x), w the last variables of the weight. */
function sumOf(field: AnyField, { variables, tables }: Product, weight: readonly unknown[] | undefined): unknown {
  const products = Array.from({ length: 2 ** variables }, (_, x) =>
    tables.reduce((value: unknown, table) => field.mul(value, table[x]), field.one),
  );
  const weights =
    weight === undefined ? products.map(() => field.one) : field.tables.eqTable(suffix(weight, variables));
  return field.tables.dot(products, weights);
}

const multiply = (field: AnyField, values: readonly unknown[]): unknown =>
  values.reduce((value: unknown, factor) => field.mul(value, factor), field.one);

/** @param weighted - by eq of a point that is drawn first */
export function sumSubject({ name, field, engine }: Setting, weighted: boolean): Subject<unknown> {
  const products = [product(field, 5, 2, 1), product(field, 3, 3, 40), product(field, 0, 2, 90)];
  const relationOf = ({ variables, tables }: Product, claim: unknown): Relation<unknown> => ({
    shape: { variables, degree: tables.length },
    claim,
    factorCount: tables.length,
    claims: (point, factors) => factors.map((value) => ({ point, value })),
  });
  /** Both sides: the statement, then the weight if there is one. */
  const begin = (
    over: AnyField,
    channel: { drawMany(label: string, count: number): unknown[] },
    shift: (k: number) => unknown,
  ): { weight: unknown[] | undefined; claims: unknown[] } => {
    const weight = weighted ? channel.drawMany('weight', 5) : undefined;
    const claims = products.map(({ variables, tables }, k) => {
      const product = { variables, tables: tables.map((table) => lifted(field, over, table)) };
      return over.add(sumOf(over, product, weight), lifted(field, over, [shift(k)])[0]);
    });
    return { weight, claims };
  };
  const prove = (shift: (k: number) => unknown) =>
    freeing(engine, (channel) => {
      const { weight, claims } = begin(field, channel, shift);
      proveRelations(
        engine,
        channel,
        products.map((each, k) => {
          const summand = sumOfProducts(engine, [each.tables.map((table) => engine.fromElements(table))]);
          return { ...relationOf(each, claims[k]), summand, factors: () => summand.finals() };
        }),
        weight,
      );
    });
  const verify = (shift: (k: number) => unknown) =>
    channelVerifier<unknown>((channel, watched) => {
      const { weight, claims } = begin(watched, channel, shift);
      const relations = products.map(
        (each, k): VerifierRelation<unknown> => ({
          ...relationOf(each, claims[k]),
          evaluate: (_, factors) => multiply(watched, factors),
        }),
      );
      verifyRelations(watched, channel, relations, weight).forEach((left, k) => {
        left.forEach((claim, j) => {
          dischargeElements(watched, channel, claim, lifted(field, watched, products[k].tables[j]), `table ${k}`);
        });
      });
    });
  const nothing = (): unknown => field.zero;
  const forgeries: Forgery<unknown>[] = products.map((_, wrong) => {
    const shift = (k: number): unknown => (k === wrong ? field.one : field.zero);
    return { name: `one more, instance ${wrong}`, kind: 'claim', prove: prove(shift), verify: verify(shift) };
  });
  return {
    name: `sumcheck, ${weighted ? 'weighted' : 'plain'}, ${name}`,
    field,
    prove: prove(nothing),
    verify: verify(nothing),
    forgeries,
  };
}

/** One product without rounds to share and nothing to combine. */
export function singleSumSubject({ name, field, engine }: Setting): Subject<unknown> {
  const point = seededElements(field, 4, 17);
  const table = seededElements(field, 16, 5);
  const claim = field.tables.dot(table, field.tables.eqTable(point));
  const relation: Relation<unknown> = {
    shape: { variables: 4, degree: 2 },
    claim,
    factorCount: 1,
    claims: (at, [value]) => [{ point: at, value }],
  };
  return {
    name: `sumcheck, one instance, ${name}`,
    field,
    prove: freeing(engine, (channel) => {
      const summand = sumOfProducts(engine, [[engine.fromElements(table), engine.eqTable(point)]]);
      proveRelations(engine, channel, [{ ...relation, summand, factors: () => [summand.finals()[0]] }]);
    }),
    verify: channelVerifier((channel, watched) => {
      const evaluate: VerifierRelation<unknown>['evaluate'] = (y, [value]) =>
        watched.mul(evaluateEq(watched, lifted(field, watched, point), y), value);
      const [claimed] = lifted(field, watched, [claim]);
      const [[left]] = verifyRelations(watched, channel, [{ ...relation, claim: claimed, evaluate }]);
      dischargeElements(watched, channel, left, lifted(field, watched, table), 'table');
    }),
  };
}
