// Both sides' evaluations of the sum over M: boxes against their definition, the verifier's closed forms against the
// prover's tables, the sum against its claim.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createArrayEngine } from '../../../src/field/array-engine.ts';
import { type KoalaElement, koalaBear } from '../../../src/field/koalabear.ts';
import {
  type Box,
  boxIndicator,
  boxVariables,
  boxWithin,
  evaluateBox,
  evaluateEqInBox,
  isFull,
} from '../../../src/network/registration/box.ts';
import { evaluateSum } from '../../../src/network/registration/evaluate.ts';
import {
  prepareRegistration,
  type RegistrationClaims,
  type SumChallenges,
} from '../../../src/network/registration/protocol.ts';
import { WeightTables } from '../../../src/network/registration/tables.ts';
import { powers } from '../../../src/sumcheck/protocol.ts';
import { seeded } from '../../support/fields.ts';
import { convolutional, perceptron } from '../../support/networks.ts';
import { commitModel } from './support.ts';

const field = koalaBear;
const engine = createArrayEngine(field);

const sides = fc.array(
  fc
    .integer({ min: 0, max: 3 })
    .chain((variables) =>
      fc.record({ variables: fc.constant(variables), extent: fc.integer({ min: 0, max: 2 ** variables }) }),
    ),
  { minLength: 1, maxLength: 3 },
);

function randomPoint(random: (below: number) => number, length: number): KoalaElement[] {
  return Array.from({ length }, () => field.fromCoefficients([0, 1, 2, 3].map(() => random(2 ** 30))));
}

describe('boxes', () => {
  it('have the extensions of their indicators', () => {
    fc.assert(
      fc.property(sides, fc.nat(), (box: Box, seed) => {
        const random = seeded(seed);
        const [a, b] = [0, 1].map(() => randomPoint(random, boxVariables(box)));
        const indicator = boxIndicator(box);
        expect(indicator.length).toBe(2 ** boxVariables(box));
        expect(isFull(box)).toBe(indicator.every((inside) => inside === 1));
        const [first, second] = [a, b].map((point) => field.tables.eqTable(point));
        const inside = (values: readonly KoalaElement[]): KoalaElement =>
          values.reduce((sum, value, k) => (indicator[k] === 1 ? field.add(sum, value) : sum), field.zero);
        expect(evaluateBox(field, box, a)).toEqual(inside(first));
        expect(evaluateEqInBox(field, box, a, b)).toEqual(inside(first.map((value, k) => field.mul(value, second[k]))));
      }),
    );
  });

  it('are cut to aligned blocks, or put behind zeros', () => {
    fc.assert(
      fc.property(sides, fc.integer({ min: 0, max: 10 }), fc.nat(), (box: Box, variables, seed) => {
        const indicator = boxIndicator(box);
        const length = 2 ** variables;
        const first = length * (seed % Math.max(1, indicator.length / length));
        const expected = Int32Array.from({ length }, (_, k) => indicator[first + k] ?? 0);
        expect(boxIndicator(boxWithin(box, variables, first))).toEqual(expected);
      }),
    );
  });
});

describe('the sum over M', () => {
  const networks = [
    perceptron({ sizes: [20, 13, 7, 3], seed: 5 }),
    ...[1, 2, 3, 5, 6].map((seed) => convolutional({ seed })),
  ];
  for (const network of networks) {
    it(`of ${network.name} is evaluated as its tables are`, () => {
      const { plan } = prepareRegistration(commitModel(network).statement);
      const random = seeded(7);
      const value = (): KoalaElement => randomPoint(random, 1)[0];
      // any claims: on rows of every ternary matrix, on whole blocks and on sums over their last variables
      const claims: RegistrationClaims<KoalaElement> = {
        rows: plan.matrices.flatMap(({ blocks, rowVariables }, matrix) =>
          blocks === undefined
            ? [{ matrix, point: randomPoint(random, rowVariables), squares: value(), sum: value() }]
            : [],
        ),
        forms: (plan.layout.dense?.packing.blocks ?? []).flatMap(({ variables }, block) =>
          [variables, variables >> 1].map((length) => ({ block, point: randomPoint(random, length), value: value() })),
        ),
        columns: [],
      };
      const { variables } = plan.layout;
      const count = 3 + 2 * claims.rows.length + claims.forms.length;
      const challenges: SumChallenges<KoalaElement> = {
        point: randomPoint(random, variables),
        coefficients: powers(field, value(), count),
      };
      const tables = new WeightTables(engine, plan, claims, challenges);
      const width = 2 ** plan.squareVariables;
      const [a, d, b] = [0, 1, 2].map(() => engine.zeros('extension', 2 ** variables));
      tables.squares.forEach((_, square) => {
        const [ownA, ownD, ownB] = [a, d, b].map((table) => engine.view(table, square * width, width));
        tables.fill([{ square, scale: field.one }], ownA, ownD, ownB);
      });
      const point = randomPoint(random, variables);
      const m = value();
      const eq = engine.eqTable(point);
      const [atA, atD, atB] = [a, d, b].map((table) => engine.dot(table, eq));
      const expected = field.mul(m, field.add(atB, field.mul(m, field.add(atD, field.mul(m, atA)))));
      expect(evaluateSum(field, plan, claims, challenges, point, m)).toEqual(expected);
    });
  }
});
