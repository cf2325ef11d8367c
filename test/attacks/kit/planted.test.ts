// Protocols with a defect that somebody might write, each found by the kit; and the same without the defect, in which
// nothing is. A kit that finds nothing in them would find nothing anywhere.

import { describe, expect, it } from 'vitest';
import { Rejection } from '../../../src/errors.ts';
import { evaluateUnivariate } from '../../../src/poly/univariate.ts';
import { proveRelations, type Relation, sumOfProducts, verifyRelations } from '../../../src/sumcheck/index.ts';
import { verifySumcheck } from '../../../src/sumcheck/verify.ts';
import { assault, channelVerifier, type Report, type Subject, shortOf } from '../../../src/testing/index.ts';
import type { VerifierChannel } from '../../../src/transcript/channel.ts';
import { type AnyField, seededElements } from '../../support/fields.ts';
import { dischargeElements, freeing, koala } from '../subjects/scope.ts';

const { field, engine } = koala;
const VARIABLES = 3;
const tables = [seededElements(field, 8, 3), seededElements(field, 8, 4)];
const claim = field.tables.dot(tables[0], tables[1]);
const relation: Relation<unknown> = {
  shape: { variables: VARIABLES, degree: 2 },
  claim,
  factorCount: 2,
  claims: (point, factors) => factors.map((value) => ({ point, value })),
};

type Verify = (channel: VerifierChannel<unknown>, watched: AnyField) => void;

/** A sum of products of two public tables, with a verifier of the test's. */
const sumWith = (name: string, verify: Verify): Subject<unknown> => ({
  name,
  field,
  prove: freeing(engine, (channel) => {
    const summand = sumOfProducts(engine, [tables.map((table) => engine.fromElements(table))]);
    proveRelations(engine, channel, [{ ...relation, summand, factors: () => summand.finals() }]);
  }),
  verify: channelVerifier(verify),
});

/** Checks the run, and as many of the two factors as it is told to. */
const comparing =
  (factors: readonly number[]): Verify =>
  (channel, watched) => {
    const evaluate = (_: unknown, [a, b]: readonly unknown[]): unknown => watched.mul(a, b);
    const [claims] = verifyRelations(watched, channel, [{ ...relation, evaluate }]);
    for (const k of factors) dischargeElements(watched, channel, claims[k], tables[k], `factor ${k}`);
  };

/** Which ways of lying were believed, by kind of message. */
const believedBy = ({ believed }: Report): Set<string> =>
  new Set(believed.map((what) => what.replace(/^[^:]*: ([^:]*): .*\((\w+)\)$/, '$1, $2')));

const small = { continued: 20, raw: 6, others: 2 };

describe('a sum of products', () => {
  it('that is checked whole: nothing is believed', async () => {
    const report = await assault(sumWith('sound', comparing([0, 1])));
    expect(report.believed).toEqual([]);
    expect(shortOf(report, 50)).toEqual([]);
  });

  it('whose run is not compared with its end: any lie in a round, if the factors are not either', async () => {
    const forgetful = sumWith('no end', (channel, watched) => {
      verifySumcheck(watched, channel, [relation]);
      channel.receive('factors', 2);
    });
    const report = await assault(forgetful, { ...small, repaired: 0, ground: 0 });
    expect(believedBy(report)).toContain('send round, continued');
    expect(believedBy(report)).toContain('send factors, continued');
  });

  it('of which one factor is believed: only repaired lies find it', async () => {
    const trusting = sumWith('one factor', comparing([0]));
    const alone = await assault(trusting, { ...small, repaired: 0 });
    expect(alone.believed).toEqual([]);
    const repairing = await assault(trusting, { ...small, repaired: 4 });
    // a lie about a factor alone can only be repaired into the truth
    expect([...believedBy(repairing)]).toEqual(['send round, repaired']);
  });

  it('with bytes that nobody reads', async () => {
    const sound = sumWith('', comparing([0, 1]));
    const padded: Subject<unknown> = {
      ...sound,
      name: 'a hint',
      prove: (channel) => {
        channel.hint('note', Uint8Array.of(1, 2, 3));
        return sound.prove(channel);
      },
      verify: channelVerifier((channel, watched) => {
        channel.hint('note', 3);
        comparing([0, 1])(channel, watched);
      }),
    };
    const report = await assault(padded, small);
    expect([...believedBy(report)].every((kind) => kind.startsWith('hint note, '))).toBe(true);
    expect(report.believed.length).toBeGreaterThan(10);
  });
});

describe('a polynomial that is compared with a public one at a drawn point', () => {
  const coefficients = seededElements(field, 3, 9);

  /** @param isAbsorbed - whether the coefficients are absorbed before the point is drawn */
  const subject = (isAbsorbed: boolean): Subject<unknown> => ({
    name: isAbsorbed ? 'absorbed' : 'not absorbed',
    field,
    prove(channel) {
      const bytes = new Uint8Array(3 * field.byteLength);
      coefficients.forEach((value, k) => {
        field.write(value, bytes, k * field.byteLength);
      });
      if (isAbsorbed) channel.sendBytes('coefficients', bytes);
      else channel.hint('coefficients', bytes);
      channel.draw('x');
    },
    verify: channelVerifier((channel, watched) => {
      const length = 3 * field.byteLength;
      const bytes = isAbsorbed ? channel.receiveBytes('coefficients', length) : channel.hint('coefficients', length);
      const x = channel.draw('x');
      const sent = coefficients.map((_, k) => watched.read(bytes, k * field.byteLength));
      if (sent.includes(undefined)) throw new Rejection('non-canonical', 'coefficients', 'no elements');
      const [left, right] = [sent, coefficients].map((list) => evaluateUnivariate(watched, list, x));
      if (!watched.equal(left, right)) throw new Rejection('claim', 'x', 'another polynomial');
    }),
  });

  it('is sound if it was absorbed', async () => {
    expect((await assault(subject(true), { repaired: 6 })).believed).toEqual([]);
  });

  it('is not if it was not: two lies are made to cancel at the point', async () => {
    const report = await assault(subject(false), { ...small, repaired: 6 });
    expect([...believedBy(report)]).toEqual(['hint coefficients, repaired']);
  });
});

describe('a report', () => {
  it('has verifiers that throw, and those that call their own error a refusal', async () => {
    const throwing = sumWith('throws', (channel) => {
      const [first] = channel.receive('round', 2);
      if (!field.equal(first, channel.receive('round', 2)[0])) return;
      throw new Error('not foreseen');
    });
    // it believes nothing whole: its honest proof has bytes left
    await expect(assault(throwing)).rejects.toThrow('throws: the honest proof is rejected, trailing-bytes at end');
    const sound = sumWith('sound', comparing([0, 1]));
    const fragile: Subject<unknown> = {
      ...sound,
      verify: (proof, watched) => {
        const refusal = sound.verify(proof, watched);
        if (refusal?.code === 'truncated') throw new TypeError('no more');
        return refusal?.code === 'claim' ? { code: 'internal', where: 'verify' } : refusal;
      },
    };
    const { broken, believed } = await assault(fragile);
    expect(believed).toEqual([]);
    expect(broken.some((what) => what.endsWith('(raw): TypeError: no more'))).toBe(true);
    expect(broken.some((what) => what.endsWith('internal at verify'))).toBe(true);
  });

  it('says which kinds of messages have too few mutants', async () => {
    const report = await assault(sumWith('sound', comparing([0, 1])), { continued: 3, raw: 2, repaired: 0, ground: 0 });
    expect(shortOf(report, 10)).toEqual([
      'sound: send round has 5 mutants, 10 are due',
      'sound: send factors has 5 mutants, 10 are due',
    ]);
    expect(shortOf(report, 5)).toEqual([]);
  });

  it('has what is true all the same apart', async () => {
    const sound = sumWith('sound', comparing([0, 1]));
    const own: Subject<unknown> = {
      ...sound,
      prove: (channel) => {
        channel.sendBytes('name', Uint8Array.of(7));
        return sound.prove(channel);
      },
      verify: channelVerifier((channel, watched) => {
        channel.receiveBytes('name', 1);
        comparing([0, 1])(channel, watched);
      }),
    };
    const accused = await assault(own, small);
    expect(accused.believed.length).toBeGreaterThan(0);
    const free = await assault({ ...own, free: ['name'] }, small);
    expect(free.believed).toEqual([]);
    const row = free.rows.find(({ kind }) => kind === 'send bytes name');
    expect(row?.true).toBeGreaterThan(0);
    const forgeries = [
      { name: 'honest after all', kind: 'witness', prove: own.prove, verify: own.verify, isTrue: true },
    ];
    const told = await assault({ ...own, free: ['name'], forgeries }, small);
    expect(told.rows.find(({ kind }) => kind === 'witness')).toMatchObject({ mutants: 0, true: 1 });
    const false_ = forgeries.map((forgery) => ({ ...forgery, isTrue: false }));
    const { believed } = await assault({ ...own, free: ['name'], forgeries: false_ }, small);
    expect(believed).toEqual(['sound: witness: honest after all (continued)']);
  });
});
