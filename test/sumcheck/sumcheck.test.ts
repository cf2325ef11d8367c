import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/field/engine.ts';
import { evaluateEqAtIndex } from '../../src/poly/eq.ts';
import { suffix } from '../../src/poly/point.ts';
import { checkReduction, proveSumcheck, sumOfProducts, verifySumcheck } from '../../src/sumcheck/index.ts';
import type { ProverChannel } from '../../src/transcript/channel.ts';
import { check, expectRejection, liesOf, proofOf } from '../support/channels.ts';
import { runs } from '../support/depth.ts';
import { type AnyField, elements, seededElements, settings } from '../support/fields.ts';

/** Products of tables as plain arrays: instance → product → factor → values. */
type Instance = { variables: number; products: unknown[][][] };

function instance(field: AnyField, variables: number, factors: readonly number[], seed: number): Instance {
  const products = factors.map((count, p) =>
    Array.from({ length: count }, (_, f) => seededElements(field, 2 ** variables, seed + 31 * p + 7 * f)),
  );
  return { variables, products };
}

function sumOf(field: AnyField, { variables, products }: Instance, weight?: readonly unknown[]): unknown {
  let sum = field.zero;
  for (let x = 0; x < 2 ** variables; x++) {
    let value = field.zero;
    for (const factors of products) {
      value = field.add(
        value,
        factors.reduce((product, table) => field.mul(product, table[x]), field.one),
      );
    }
    const eq = weight === undefined ? field.one : evaluateEqAtIndex(field, suffix(weight, variables), x);
    sum = field.add(sum, field.mul(eq, value));
  }
  return sum;
}

function evaluateAt(field: AnyField, { products, variables }: Instance, point: readonly unknown[]): unknown {
  const eq = field.tables.eqTable(suffix(point, variables));
  return products.reduce(
    (sum: unknown, factors) =>
      field.add(
        sum,
        factors.reduce((product: unknown, table) => field.mul(product, field.tables.dot(table, eq)), field.one),
      ),
    field.zero,
  );
}

const degree = ({ products }: Instance): number => Math.max(...products.map((factors) => factors.length));

function prover(engine: Engine<unknown>, instances: readonly Instance[], weight?: readonly unknown[]) {
  const field = engine.field;
  return (channel: ProverChannel<unknown>): void => {
    const mark = engine.mark();
    const summands = instances.map(({ products }) =>
      sumOfProducts(
        engine,
        products.map((factors) => factors.map((table) => engine.fromElements(table))),
      ),
    );
    const claims = instances.map((each) => sumOf(field, each, weight));
    proveSumcheck(
      engine,
      channel,
      summands.map((summand, j) => ({ summand, claim: claims[j] })),
      weight,
    );
    engine.release(mark);
  };
}

function verifier(field: AnyField, instances: readonly Instance[], weight?: readonly unknown[], claims?: unknown[]) {
  return (channel: Parameters<Parameters<typeof check>[2]>[0]) => {
    const reduction = verifySumcheck(
      field,
      channel,
      instances.map((each, j) => ({
        shape: { variables: each.variables, degree: degree(each) },
        claim: claims?.[j] ?? sumOf(field, each, weight),
      })),
      weight,
    );
    checkReduction(
      field,
      channel,
      reduction,
      instances.map((each) => evaluateAt(field, each, reduction.point)),
    );
    return reduction;
  };
}

describe.each(settings)('sumcheck over %s', (_name, field, createEngine) => {
  const engine = createEngine();

  it.each([
    ['one product of two tables', [[4, [2]]]],
    ['no variables', [[0, [2]]]],
    ['one variable', [[1, [2]]]],
    ['sums of products', [[5, [2, 2, 2]]]],
    ['single tables', [[3, [1]]]],
    ['degrees one to four', [[3, [4, 1, 2, 3]]]],
    [
      'instances of several sizes and degrees',
      [
        [5, [2]],
        [3, [3]],
        [0, [2]],
        [5, [2, 2]],
      ],
    ],
  ] as [string, [number, number[]][]][])('proves %s, plain and weighted', (_case, sizes) => {
    const instances = sizes.map(([variables, factors], j) => instance(field, variables, factors, 100 * j + 1));
    const rounds = Math.max(...instances.map((each) => each.variables));
    for (const weight of [undefined, seededElements(field, rounds, 99)]) {
      const proof = proofOf(field, prover(engine, instances, weight));
      const { point } = check(field, proof, verifier(field, instances, weight));
      expect(point).toHaveLength(rounds);
    }
  });

  it('proves weights with coordinates 0 and 1, where the claim does not determine a coefficient', () => {
    const instances = [instance(field, 3, [2], 5), instance(field, 3, [3], 6)];
    const weight = [field.zero, field.one, field.zero];
    check(field, proofOf(field, prover(engine, instances, weight)), verifier(field, instances, weight));
  });

  it('keeps base tables as they are and reads them as field elements', () => {
    const integers = [1, -2, 3, 0, -5, 6, 7, -8];
    const table = engine.fromIntegers(integers);
    const other = seededElements(field, 8, 3);
    const plain: Instance = { variables: 3, products: [[integers.map(field.fromInteger), other]] };
    const proof = proofOf(field, (channel) => {
      const summand = sumOfProducts(engine, [[table, engine.fromElements(other)]]);
      proveSumcheck(engine, channel, [{ summand, claim: sumOf(field, plain) }]);
    });
    check(field, proof, verifier(field, [plain]));
    expect(engine.toElements(table).map(field.toCoefficients)).toEqual(
      integers.map((value) => field.toCoefficients(field.fromInteger(value))),
    );
  });

  it('refuses a wrong claim, and every message changed in any value', () => {
    const instances = [instance(field, 3, [2, 2], 11), instance(field, 2, [2], 12)];
    for (const weight of [undefined, seededElements(field, 3, 13)]) {
      const run = prover(engine, instances, weight);
      const honest = proofOf(field, run);
      const claims = instances.map((each) => sumOf(field, each, weight));
      for (const j of claims.keys()) {
        const wrong = claims.map((claim, k) => (k === j ? field.add(claim, field.one) : claim));
        expectRejection(() => check(field, honest, verifier(field, instances, weight, wrong)), 'sumcheck');
      }
      for (const lie of liesOf(field, run)) {
        const proof = proofOf(field, run, lie);
        expectRejection(() => check(field, proof, verifier(field, instances, weight)), 'sumcheck');
      }
    }
  });

  it('refuses a truncated proof and trailing bytes', () => {
    const instances = [instance(field, 2, [2], 21)];
    const proof = proofOf(field, prover(engine, instances));
    expectRejection(() => check(field, proof.slice(0, -1), verifier(field, instances)), 'truncated', 'round 1');
    expectRejection(() => check(field, Uint8Array.of(...proof, 0), verifier(field, instances)), 'trailing-bytes');
  });
});

describe('sumcheck', () => {
  const [, field, createEngine] = settings[0];
  const engine = createEngine();

  it('proves any tables (property)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4 }).chain((n) => fc.tuple(elements(field, 2 ** n), elements(field, 2 ** n))),
        ([a, b]) => {
          const each: Instance = { variables: Math.log2(a.length), products: [[a, b]] };
          check(field, proofOf(field, prover(engine, [each])), verifier(field, [each]));
        },
      ),
      { numRuns: runs(60) },
    );
  });

  it('is only as sound as its challenges: with known ones a false claim passes, with drawn ones it does not', () => {
    // one variable, s(X) = c0 + (claim − 2·c0)·X for tables (a, 1): any false claim can be met at a known point
    const table = seededElements(field, 2, 31);
    const each: Instance = { variables: 1, products: [[table, [field.one, field.one]]] };
    const known = field.fromInteger(7);
    const falseClaim = field.add(sumOf(field, each), field.one);
    // s(known) must be the true value v: c0·(1 − 2·known) + claim·known = v
    const value = evaluateAt(field, each, [known]);
    const constant = field.mul(
      field.sub(value, field.mul(falseClaim, known)),
      field.inv(field.sub(field.one, field.add(known, known))),
    );
    const proof = proofOf(field, (channel) => channel.send('round', [constant, field.zero]));
    check(field, proof, (channel) =>
      verifier(field, [each], undefined, [falseClaim])({ ...channel, draw: () => known }),
    );
    expectRejection(() => check(field, proof, verifier(field, [each], undefined, [falseClaim])), 'sumcheck');
  });
});
