// Laws of recorded values: what they stand for, whichever way the tape is played.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskedChannel } from '../../src/hiding/masked-channel.ts';
import { maskedField } from '../../src/hiding/masked-field.ts';
import { isKnown, known, MAX_DEGREE, type Masked, Tape } from '../../src/hiding/tape.ts';
import { createVerifierChannel } from '../../src/transcript/verifier-channel.ts';
import { type AnyField, seededElements, settings } from '../support/fields.ts';

/** A term of known values and of elements sent. */
type Term =
  | { readonly kind: 'known' | 'sent'; readonly index: number }
  | { readonly kind: 'add' | 'sub' | 'mul'; readonly left: Term; readonly right: Term };

const term: fc.Arbitrary<Term> = fc.letrec<{ term: Term }>((tie) => ({
  term: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constantFrom<'known' | 'sent'>('known', 'sent'), index: fc.nat(4) }),
    fc.record({
      kind: fc.constantFrom<'add' | 'sub' | 'mul'>('add', 'sub', 'mul'),
      left: tie('term'),
      right: tie('term'),
    }),
  ),
})).term;

const degreeOf = (value: Term): number => {
  if ('index' in value) return value.kind === 'known' ? 0 : 1;
  const [left, right] = [degreeOf(value.left), degreeOf(value.right)];
  return value.kind === 'mul' ? left + right : Math.max(left, right);
};

/** Evaluates a term over a field. */
function evaluate<E>(
  field: Pick<AnyField, 'add' | 'sub' | 'mul'>,
  leaves: Readonly<Record<'known' | 'sent', readonly E[]>>,
  value: Term,
): E {
  if ('index' in value) return leaves[value.kind][value.index];
  return field[value.kind](evaluate(field, leaves, value.left), evaluate(field, leaves, value.right)) as E;
}

const at = (field: AnyField, coefficients: readonly unknown[], z: unknown): unknown =>
  coefficients.reduceRight((sum: unknown, coefficient) => field.add(field.mul(sum, z), coefficient), field.zero);

describe.each(settings)('recorded values over %s', (_name, field) => {
  const values = seededElements(field, 5, 1);
  const sent = seededElements(field, 5, 2);
  const noise = seededElements(field, 5, 3);
  const [z] = seededElements(field, 1, 4);

  it('are polynomials whose leading coefficient is the value, and numbers of them at z (property)', () => {
    fc.assert(
      fc.property(
        term.filter((each) => degreeOf(each) <= MAX_DEGREE),
        (each) => {
          const tape = new Tape<unknown>();
          const masked = maskedField(field, tape);
          const value = evaluate<Masked<unknown>>(
            masked as unknown as AnyField,
            { known: values.map(known), sent: sent.map(() => tape.send()) },
            each,
          );
          const truth = evaluate(field, { known: values, sent }, each);
          expect(value.degree).toBeLessThanOrEqual(degreeOf(each));
          if (isKnown(value)) {
            expect(field.equal(value.value, truth)).toBe(true);
            return;
          }
          const polynomial = tape.playPolynomials(field, noise, sent).of(value);
          expect(polynomial).toHaveLength(value.degree + 1);
          expect(field.equal(polynomial[value.degree], truth)).toBe(true);
          const numbers = sent.map((x, i) => field.sub(field.mul(z, x), noise[i]));
          const number = tape.playNumbers(field, z, numbers).of(value);
          expect(field.equal(number, at(field, polynomial, z))).toBe(true);
        },
      ),
    );
  });

  it('keep an equation where hidden values are compared, and decide where both are known', () => {
    const tape = new Tape<unknown>();
    const masked = maskedField(field, tape);
    const bytes = new Uint8Array(3 * field.byteLength);
    const channel = maskedChannel(masked, createVerifierChannel(field, bytes), tape);
    const [hidden] = channel.receive('value', 1);
    channel.require(hidden, masked.one, 'claim', 'a lie');
    expect(tape.equationCount).toBe(1);
    expect(() => channel.require(masked.zero, masked.one, 'claim', 'a lie', 'place')).toThrow(
      expect.objectContaining({ code: 'claim', where: 'place' }),
    );
    expect(() => channel.requireNonzero(masked.zero, 'claim', 'zero')).toThrow('zero');
    // shown by its inverse, which is sent
    channel.requireNonzero(hidden, 'claim', 'zero');
    expect([tape.sentCount, tape.equationCount]).toEqual([2, 2]);
    const told = [field.fromInteger(2), field.inv(field.fromInteger(2))];
    const { equations } = tape.playPolynomials(field, seededElements(field, 2, 9), told);
    expect(equations.map(({ degree, value }) => [degree, field.isZero(value[degree])])).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  it('are never asked for: tables, inverses and comparisons of them throw', () => {
    const tape = new Tape<unknown>();
    const { tables, equal, inv, isZero, mul, one } = maskedField(field, tape);
    const hidden = tape.send();
    const square = mul(hidden, hidden);
    for (const use of [
      () => equal(hidden, one),
      () => isZero(hidden),
      () => inv(hidden),
      () => tables.eqTable([hidden]),
      () => tables.evaluateIntegers([1, 2], [hidden]),
      () => tables.encode([hidden], 1),
    ]) {
      expect(use).toThrow('of a hidden value');
    }
    expect(() => mul(square, square)).toThrow('degree 4, at most 3');
  });
});
