// The arguments of the verifier of an opening, and the places at which it finds a proof too short: a mistake of the
// caller is named before anything of the proof is believed.

import { describe, expect, it } from 'vitest';
import { codeOf, type MemberRequest } from '../../../src/commit/recursive/parameters.ts';
import { type VerifiedMember, verifyMatrices } from '../../../src/commit/recursive/verify.ts';
import { UsageError } from '../../../src/errors.ts';
import { check, expectRejection, proofOf } from '../../support/channels.ts';
import { settings } from '../../support/fields.ts';
import { caseOf, proving, verifiedRelation, verifying } from './support.ts';

const [, field, createEngine] = settings[0];
const engine = createEngine();
const member = (used: number, variables: number, columnVariables: number): MemberRequest => {
  return { used, variables, code: { columnVariables, rateBits: 2, digestLength: 26 } };
};

/** Two vectors of which the second joins at the second level; the first opened by a relation, or at a point. */
const related = caseOf(field, [member(700, 10, 7), member(70, 7, 4)]);
const pointed = caseOf(field, [{ ...member(700, 10, 7), isPoint: true }, member(70, 7, 4)]);

/** Verifies an honest proof with members that the caller changed. */
function verifyingMembers(
  statement: typeof related,
  change: (members: VerifiedMember<unknown>[]) => readonly VerifiedMember<unknown>[],
): () => void {
  const { members, parameters, vectors } = statement;
  const proof = proofOf(field, proving(engine, statement));
  return () =>
    check(field, proof, (channel) => {
      const roots = members.map((_, k) => channel.receiveBytes('root', codeOf(parameters, k).digestLength));
      const points = members.map(({ variables }) => channel.drawMany('point', variables));
      const given = roots.map((root, k) => {
        const value = field.tables.evaluateIntegers(vectors[k], points[k]);
        if (members[k].isPoint === true) return { root, claim: { point: points[k], value } };
        return { root, relation: verifiedRelation(field, points[k], value) };
      });
      verifyMatrices(field, channel, parameters, change(given));
    });
}

describe('the members of an opening', () => {
  it('are accepted as they are', () => {
    verifyingMembers(related, (members) => members)();
    verifyingMembers(pointed, (members) => members)();
  });

  it.each([related, pointed])('are as many as the parameters say', (statement) => {
    const fewer = verifyingMembers(statement, ([first]) => [first]);
    expect(fewer).toThrow(UsageError);
    expect(fewer).toThrow('1 vectors to open, parameters for 2');
    const more = verifyingMembers(statement, ([first, second]) => [first, second, second]);
    expect(more).toThrow(UsageError);
    expect(more).toThrow('3 vectors to open, parameters for 2');
  });

  it('have a relation, at the first level and later', () => {
    const without = (k: number) =>
      verifyingMembers(related, (members) => members.map((each, at) => (at === k ? { root: each.root } : each)));
    expect(without(0)).toThrow(UsageError);
    expect(without(0)).toThrow('over 10 variables, are due');
    expect(without(1)).toThrow(UsageError);
    expect(without(1)).toThrow(/over 7, 7 variables, are due/);
  });

  it('have a claim at a point of their variables, where they are opened at a point', () => {
    const without = verifyingMembers(pointed, ([{ root }, second]) => [{ root }, second]);
    expect(without).toThrow(UsageError);
    expect(without).toThrow('a claim at a point of 10 variables is due');
    const shorter = verifyingMembers(pointed, ([{ root, claim }, second]) => {
      const { point, value } = claim ?? { point: [], value: field.zero };
      return [{ root, claim: { point: point.slice(1), value } }, second];
    });
    expect(shorter).toThrow(UsageError);
    expect(shorter).toThrow('a claim at a point of 10 variables is due');
    const longer = verifyingMembers(pointed, ([{ root, claim }, second]) => {
      const { point, value } = claim ?? { point: [], value: field.zero };
      return [{ root, claim: { point: [field.one, ...point], value } }, second];
    });
    expect(longer).toThrow(UsageError);
  });
});

describe('a proof that ends', () => {
  let lastPaths = 0;
  const proof = proofOf(field, (channel) =>
    proving(
      engine,
      related,
    )({
      ...channel,
      hint(label, bytes) {
        if (label === 'paths') lastPaths = bytes.length;
        channel.hint(label, bytes);
      },
    }),
  );

  it.each([
    ['the paths of its last matrix', 'paths', () => 1],
    ['the columns of its last matrix', 'columns', () => lastPaths + 1],
  ])('within %s has that place', (_part, name, missing) => {
    const run = () => check(field, proof.subarray(0, proof.length - missing()), verifying(field, related));
    expectRejection(run, 'truncated', new RegExp(`^level 1/matrix 1/${name}$`));
  });
});
