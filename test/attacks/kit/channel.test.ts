// The kit's channel by itself: what it changes is absorbed, what it records is what was told, and what it draws
// otherwise leaves the transcript alone. And the choice of challenges by grinding.

import { describe, expect, it } from 'vitest';
import {
  type Change,
  grind,
  kindOf,
  liesAbout,
  lyingChannel,
  type Step,
  seeded,
  tell,
  watchField,
} from '../../../src/testing/index.ts';
import { createProverChannel } from '../../../src/transcript/prover-channel.ts';
import { koala } from '../subjects/scope.ts';
import { singleSumSubject } from '../subjects/sums.ts';

const { field } = koala;
const two = field.fromInteger(2);

/** One step of each kind; what was drawn last is the digest of all before it. */
function speak(changes: readonly Change<unknown>[], steps: Step<unknown>[] = []): { proof: Uint8Array; last: unknown } {
  const inner = createProverChannel(field);
  const channel = lyingChannel(field, inner, changes, steps);
  channel.absorb('statement', Uint8Array.of(1, 2));
  channel.send('values', [field.one, two]);
  channel.draw('one');
  channel.drawMany('many', 3);
  channel.sendBytes('root', Uint8Array.of(3, 4, 5));
  channel.drawIndices('places', 4, 6);
  channel.hint('paths', Uint8Array.of(6));
  channel.drawBytes('seed');
  return { proof: channel.bytes(), last: inner.draw('digest') };
}

const KINDS = [
  'absorb statement',
  'send values',
  'draw one',
  'draw many',
  'send bytes root',
  'draw places',
  'hint paths',
  'draw seed',
];

describe('a lying channel', () => {
  it('without changes is a channel, and records every step and where it lies in the proof', () => {
    const steps: Step<unknown>[] = [];
    const { proof } = speak([], steps);
    expect(steps.map(kindOf)).toEqual(KINDS);
    expect(steps.map(({ index }) => index)).toEqual(KINDS.map((_, k) => k));
    expect(steps.map(({ start, end }) => end - start)).toEqual([0, 32, 0, 0, 3, 0, 1, 0]);
    expect(steps.at(-1)?.end).toBe(proof.length);
    expect(proof.slice(32)).toEqual(Uint8Array.of(3, 4, 5, 6));
    expect(steps[5].content.values).toHaveLength(4);
  });

  it('absorbs what it changes; a hint and a draw enter no transcript', () => {
    const honest = speak([]);
    const lie: Omit<Change<unknown>, 'at'> = {
      elements: (values) => values.map((value) => field.add(value, field.one)),
      bytes: (bytes) => bytes.map((byte) => byte ^ 1),
      indices: (values) => values.map((value) => value ^ 1),
    };
    KINDS.forEach((kind, at) => {
      const steps: Step<unknown>[] = [];
      const { proof, last } = speak([{ at, ...lie }], steps);
      const isAbsorbed = ['absorb', 'send', 'send bytes'].some((verb) => kind.startsWith(`${verb} `));
      expect(field.equal(last, honest.last), kind).toBe(!isAbsorbed);
      const isInProof = kind.startsWith('send') || kind.startsWith('hint');
      expect(
        proof.every((byte, k) => byte === honest.proof[k]),
        kind,
      ).toBe(!isInProof);
    });
  });

  it('makes several changes of one step in their order', () => {
    const add = { at: 1, elements: (values: readonly unknown[]) => values.map((value) => field.add(value, field.one)) };
    const double = { at: 1, elements: (values: readonly unknown[]) => values.map((value) => field.mul(value, two)) };
    const valueAfter = (changes: readonly Change<unknown>[]): unknown => {
      const steps: Step<unknown>[] = [];
      speak(changes, steps);
      return steps[1].content.values[0];
    };
    expect(valueAfter([add, double])).toEqual(field.fromInteger(4));
    expect(valueAfter([double, add])).toEqual(field.fromInteger(3));
  });
});

describe('grinding', () => {
  it('finds a lie after which the next challenge ends in zeros, and goes on', async () => {
    const subject = singleSumSubject(koala);
    const honest = await tell(subject);
    const step = honest.steps.find(({ label }) => label === 'round') as Step<unknown>;
    const lies = liesAbout(step, { field, random: seeded(3), others: [] });
    const ground = await grind(subject, step.index, lies, 5, 400);
    expect(ground).toBeDefined();
    const drawn = ground?.made.steps[step.index + 1];
    expect(drawn?.label).toBe('bind');
    expect(Number(field.toCoefficients(drawn?.content.values[0])[0] % 32n)).toBe(0);
    expect(ground?.tries).toBeGreaterThan(1);
    expect(ground?.made.refusal).toMatchObject({ code: 'sumcheck' });
    expect(await grind(subject, step.index, lies, 30, 3)).toBeUndefined();
  });
});

describe('a watched field', () => {
  it('tells the last comparison if it failed, and how far elements were read', () => {
    const proof = new Uint8Array(3 * field.byteLength);
    const watch = watchField(field, proof.length);
    expect(watch.mismatch()).toBeUndefined();
    watch.field.read(proof, field.byteLength);
    watch.field.read(new Uint8Array(field.byteLength), 0);
    expect(watch.field.equal(two, two)).toBe(true);
    expect(watch.field.equal(two, field.one)).toBe(false);
    expect(watch.mismatch()).toEqual({ left: two, right: field.one, ordinal: 1, consumed: 2 * field.byteLength });
    expect(watch.field.equal(two, two)).toBe(true);
    expect(watch.mismatch()).toBeUndefined();
  });
});
