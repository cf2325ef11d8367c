// Every exported verifier runs over recorded values: it never asks a table at a hidden value and never decides on one.
// Verifiers of the subjects that are attacked run on honest proofs, with a channel that hides every element sent except
// the message in the clear at the end of an opening.

import { describe, expect, it, vi } from 'vitest';
import type { Field } from '../../src/field/field.ts';
import { maskedChannel } from '../../src/hiding/masked-channel.ts';
import { maskedField } from '../../src/hiding/masked-field.ts';
import { known, MAX_DEGREE, type Masked, Tape } from '../../src/hiding/tape.ts';
import { type Subject, tell } from '../../src/testing/index.ts';
import type { VerifierChannel } from '../../src/transcript/channel.ts';
import type { createVerifierChannel } from '../../src/transcript/verifier-channel.ts';
import { SUBJECTS } from '../attacks/subjects/index.ts';
import { type AnyField, seededElements } from '../support/fields.ts';

type Create = typeof createVerifierChannel;
type Open = (proof: Uint8Array, options: Parameters<Create>[2], create: Create) => VerifierChannel<unknown>;

/** The channel of each field that hides, by its tables. */
const hiding = vi.hoisted(() => new Map<unknown, unknown>());

vi.mock('../../src/transcript/verifier-channel.ts', async (original) => {
  const { createVerifierChannel: create } = await original<{ createVerifierChannel: Create }>();
  return {
    createVerifierChannel: (field: AnyField, proof: Uint8Array, options: Parameters<Create>[2]) => {
      const open = hiding.get(field.tables) as Open | undefined;
      return open === undefined ? create(field, proof, options) : open(proof, options, create);
    },
  };
});

/** One run of a verifier over hidden values. */
interface Recording {
  readonly tape: Tape<unknown>;
  /** The elements that were sent. */
  readonly sent: unknown[];
}

/** Runs the verifier of a subject on a proof. */
function record({ field, verify }: Subject<unknown>, proof: Uint8Array): Recording {
  const tape = new Tape<unknown>();
  const sent: unknown[] = [];
  const masked = maskedField(field, tape) as Field<Masked<unknown>>;
  const open: Open = (bytes, options, create) => {
    const plain = create(field, bytes, options);
    const watched: VerifierChannel<unknown> = {
      ...plain,
      get where() {
        return plain.where;
      },
      receive(label, count) {
        const values = plain.receive(label, count);
        sent.push(...values);
        return values;
      },
    };
    const channel = maskedChannel(masked, watched, tape);
    const law: VerifierChannel<Masked<unknown>> = {
      ...channel,
      get where() {
        return plain.where;
      },
      // public: it comes after the line
      receive: (label, count) =>
        label === 'row' ? plain.receive(label, count).map(known) : channel.receive(label, count),
      // a plain proof has no inverse and no line
      requireNonzero: () => undefined,
      finish: () => plain.finish(),
    };
    return law as VerifierChannel<unknown>;
  };
  hiding.set(masked.tables, open);
  try {
    expect(verify(proof, masked as AnyField)).toBeUndefined();
  } finally {
    hiding.delete(masked.tables);
  }
  return { tape, sent };
}

/** The polynomial with these coefficients, constant first, at z. */
const at = (field: AnyField, coefficients: readonly unknown[], z: unknown): unknown =>
  coefficients.reduceRight((value: unknown, coefficient) => field.add(field.mul(value, z), coefficient), field.zero);

// those that hide run over such a channel already
describe.each(SUBJECTS.filter(([name]) => !/that hides|hidden/.test(name)))('the verifier of %s', (_, make) => {
  it('runs over hidden values, and all its equations hold', async () => {
    const subject = await make();
    const { field } = subject;
    const { proof } = await tell(subject);
    const { tape, sent } = record(subject, proof);
    expect(tape.sentCount).toBe(sent.length);
    const noise = seededElements(field, sent.length, 5);
    const [z] = seededElements(field, 1, 6);
    const numbers = tape.playNumbers(
      field,
      z,
      sent.map((value, i) => field.sub(field.mul(z, value), noise[i])),
    );
    const polynomials = tape.playPolynomials(field, noise, sent);
    const wrong = polynomials.equations.filter(({ degree, value }) => !field.isZero(value[degree] ?? field.one));
    expect(wrong).toEqual([]);
    polynomials.equations.forEach(({ degree, value }, k) => {
      expect(value).toHaveLength(degree + 1);
      expect(degree).toBeLessThanOrEqual(MAX_DEGREE);
      expect(field.equal(numbers.equations[k].value, at(field, value, z))).toBe(true);
    });
  });
});
