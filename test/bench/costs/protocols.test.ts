// The formulas of single protocols equal the counts of their runs, over both fields.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ternaryLayerCost } from '../../../bench/costs/layer-methods.ts';
import { lookupCost } from '../../../bench/costs/lookups.ts';
import { openingsCost } from '../../../bench/costs/openings.ts';
import { productsCost, runCost, sumcheckCost } from '../../../bench/costs/sumcheck.ts';
import type { Engine } from '../../../src/field/engine.ts';
import {
  bn254,
  countingEngine,
  createArrayEngine,
  createKoalaBearEngine,
  koalaBear,
  noOperations,
  type OperationCounts,
} from '../../../src/field/index.ts';
import {
  countMultiplicities,
  functionTable,
  lookupShape,
  proveLookups,
  rangeTable,
} from '../../../src/lookup/index.ts';
import { proveOpenings } from '../../../src/network/proof/columns/prove.ts';
import { pack } from '../../../src/poly/packing.ts';
import { planWeights, proveLinear, ternaryFromDense } from '../../../src/sparse/index.ts';
import { proveRelations, proveSumcheck, sumOfProducts } from '../../../src/sumcheck/index.ts';
import { createProverChannel } from '../../../src/transcript/prover-channel.ts';
import { runs } from '../../support/depth.ts';
import { type AnyField, seeded, seededElements } from '../../support/fields.ts';

const seed = fc.integer({ min: 0, max: 2 ** 30 });
const engines: readonly [string, AnyField, () => Engine<unknown>][] = [
  ['KoalaBear', koalaBear as AnyField, () => createKoalaBearEngine() as Engine<unknown>],
  ['BN254', bn254 as AnyField, () => createArrayEngine(bn254 as AnyField)],
];

function integers(length: number, start: number): Int32Array {
  const random = seeded(start);
  return Int32Array.from({ length }, () => random(255) - 127);
}

describe.each(engines)('formulas equal the counts of runs over %s', (_name, field, createEngine) => {
  const inner = createEngine();

  /** Returns the costs of `run`; its claims need not be true, since no count depends on them. */
  function countsOf(run: (engine: Engine<unknown>) => void): OperationCounts {
    const counter = noOperations();
    const engine = countingEngine(inner, counter);
    const mark = engine.mark();
    run(engine);
    engine.release(mark);
    return counter;
  }

  it('ternary layers', () => {
    const sizes = fc.record({
      rows: fc.integer({ min: 1, max: 40 }),
      columns: fc.integer({ min: 1, max: 40 }),
      batchVariables: fc.nat({ max: 3 }),
      density: fc.constantFrom(0, 0.1, 0.5, 1),
    });
    fc.assert(
      fc.property(sizes, seed, ({ rows, columns, batchVariables, density }, start) => {
        const random = seeded(start);
        const entries = Array.from({ length: rows * columns }, () =>
          random(1000) < 1000 * density ? 2 * random(2) - 1 : 0,
        );
        const weights = ternaryFromDense(entries, rows, columns);
        const rowVariables = Math.ceil(Math.log2(rows));
        const columnVariables = Math.ceil(Math.log2(columns));
        const counts = countsOf((engine) => {
          const output = { point: seededElements(field, batchVariables + rowVariables, start), value: field.zero };
          const input = integers(2 ** (batchVariables + columnVariables), start);
          const relation = proveLinear(
            engine,
            { weights, batchVariables },
            planWeights(engine, weights),
            input,
            output,
          );
          proveRelations(engine, createProverChannel(field), [relation]);
        });
        const nonzeros = entries.filter((entry) => entry !== 0).length;
        expect(counts).toEqual(ternaryLayerCost({ rowVariables, columnVariables, nonzeros, batchVariables }));
      }),
      { numRuns: runs(40) },
    );
  });

  it('sumchecks of several instances, weighted and plain', () => {
    const kind = fc.constantFrom('base' as const, 'extension' as const);
    const instance = fc
      .record({
        variables: fc.nat({ max: 5 }),
        tables: fc.array(kind, { minLength: 2, maxLength: 4 }),
        products: fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 }),
      })
      .map(({ variables, tables, products }) => {
        const places = products.map(([a, b]): [number, number] => [a % tables.length, b % tables.length]);
        // every table takes part, in the order of its first place
        const order = [...new Set(places.flat())];
        return {
          variables,
          tables: order.map((place) => tables[place]),
          products: places.map(([a, b]): [number, number] => [order.indexOf(a), order.indexOf(b)]),
        };
      });
    fc.assert(
      fc.property(fc.array(instance, { minLength: 1, maxLength: 3 }), fc.boolean(), seed, (shapes, weighted, start) => {
        const rounds = Math.max(...shapes.map(({ variables }) => variables));
        const counts = countsOf((engine) => {
          const instances = shapes.map(({ variables, tables, products }, j) => {
            const made = tables.map((of, k) =>
              of === 'base'
                ? engine.fromIntegers(integers(2 ** variables, start + j + k))
                : engine.fromElements(seededElements(field, 2 ** variables, start + j + k)),
            );
            const summand = sumOfProducts(
              engine,
              products.map(([a, b]) => [made[a], made[b]]),
            );
            return { summand, claim: field.one };
          });
          const weight = weighted ? seededElements(field, rounds, start + 99) : undefined;
          proveSumcheck(engine, createProverChannel(field), instances, weight);
        });
        expect(counts).toEqual(sumcheckCost(shapes, weighted));
      }),
      { numRuns: runs(60) },
    );
  });

  it('plain sumchecks of products of up to four factors', () => {
    const kind = fc.constantFrom('base' as const, 'extension' as const);
    const instance = fc
      .record({
        variables: fc.nat({ max: 5 }),
        tables: fc.array(kind, { minLength: 1, maxLength: 5 }),
        products: fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }),
      })
      .map(({ variables, tables, products }) => {
        const places = products.map((factors) => factors.map((place) => place % tables.length));
        const order = [...new Set(places.flat())];
        return {
          variables,
          tables: order.map((place) => tables[place]),
          products: places.map((factors) => factors.map((place) => order.indexOf(place))),
        };
      });
    fc.assert(
      fc.property(fc.array(instance, { minLength: 1, maxLength: 3 }), seed, (shapes, start) => {
        const counts = countsOf((engine) => {
          const instances = shapes.map(({ variables, tables, products }, j) => {
            const made = tables.map((of, k) =>
              of === 'base'
                ? engine.fromIntegers(integers(2 ** variables, start + j + k))
                : engine.fromElements(seededElements(field, 2 ** variables, start + j + k)),
            );
            const summand = sumOfProducts(
              engine,
              products.map((factors) => factors.map((place) => made[place])),
            );
            return { summand, claim: field.one };
          });
          proveSumcheck(engine, createProverChannel(field), instances);
        });
        expect(counts).toEqual(runCost(shapes.map(productsCost)));
      }),
      { numRuns: runs(60) },
    );
  });

  it('lookups', () => {
    const tables = [functionTable('relu', 3, -4, (v) => Math.max(v, 0)), rangeTable('range', 2, 0)];
    const lookup = fc.record({ table: fc.nat({ max: 1 }), variables: fc.nat({ max: 5 }) });
    fc.assert(
      fc.property(fc.array(lookup, { minLength: 1, maxLength: 4 }), seed, (lookups, start) => {
        const shape = lookupShape(tables, lookups);
        const random = seeded(start);
        const columns = lookups.map(({ table, variables }) => {
          const { start: first, variables: bits, outputs } = tables[table];
          const rows = Array.from({ length: 2 ** variables }, () => random(2 ** bits));
          const values = Int32Array.from(rows, (row) => first + row);
          return outputs === undefined ? { values } : { values, outputs: Int32Array.from(rows, (row) => outputs[row]) };
        });
        const counts = countsOf((engine) => {
          proveLookups(engine, createProverChannel(field), shape, columns, countMultiplicities(shape, columns));
        });
        expect(counts).toEqual(lookupCost(shape));
      }),
      { numRuns: runs(40) },
    );
  });

  it('openings', () => {
    const claim = fc.record({ column: fc.nat(), point: fc.nat({ max: 2 }) });
    const columns = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(columns, fc.array(claim, { minLength: 1, maxLength: 5 }), seed, (variables, claims, start) => {
        const packing = pack(variables);
        // claims on columns of one length may share a point
        const points = new Map<string, unknown[]>();
        const made = claims.map(({ column: any, point: which }) => {
          const column = any % variables.length;
          const name = `${variables[column]} ${which}`;
          const point = points.get(name) ?? seededElements(field, variables[column], start + which);
          points.set(name, point);
          return { column, claim: { point, value: field.one } };
        });
        const counts = countsOf((engine) => {
          const packed = engine.fromIntegers(integers(2 ** packing.variables, start));
          proveOpenings(engine, createProverChannel(field), packing, packed, made);
        });
        expect(counts).toEqual(
          openingsCost({
            claims: made.map(({ column }) => variables[column]),
            points: [...points.values()].map(({ length }) => length),
          }),
        );
      }),
      { numRuns: runs(40) },
    );
  });
});
