// The two ends of the channel: they agree, what arrives is read in one accepted form, and every refusal
// names its rule and its place.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rejection, UsageError } from '../../src/errors.ts';
import type { Field } from '../../src/field/field.ts';
import { bn254, KOALABEAR_MODULUS, koalaBear } from '../../src/field/index.ts';
import type { VerifierChannel } from '../../src/transcript/channel.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import type { TranscriptEntry } from '../../src/transcript/transcript.ts';
import { createVerifierChannel } from '../../src/transcript/verifier-channel.ts';
import { mersenne31 } from '../field/reference.ts';
import { expectRejection } from '../support/channels.ts';
import { runs } from '../support/depth.ts';
import { shake128Sponge } from '../support/shake128.ts';
import { meaningOf, prove, type Step, script, verify } from './scripts.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Two elements, three bytes, a hint of four bytes; 55 bytes over KoalaBear with one more element. */
const sample: readonly Step[] = [
  { verb: 'send', label: 'round', values: [1, 2] },
  { verb: 'draw', label: 'r' },
  { verb: 'sendBytes', label: 'root', bytes: [1, 2, 3] },
  { verb: 'hint', label: 'path', bytes: [4, 5, 6, 7] },
  { verb: 'send', label: 'last', values: [9] },
];

function proofOf<E>(field: Field<E>, steps: readonly Step[]): Uint8Array {
  const channel = createProverChannel(field);
  prove(field, channel, steps);
  return channel.bytes();
}

/** Reads a KoalaBear proof of `sample`, one name deep, to its end. */
function readSample(proof: Uint8Array): void {
  const channel = createVerifierChannel(koalaBear, proof);
  channel.within('layer 3', () => verify(channel, sample));
  channel.finish();
}

function testAgreement<E>(field: Field<E>): void {
  it(`see the same over ${field.name}, whatever is sent and drawn`, () => {
    fc.assert(
      fc.property(script, fc.uint8Array({ maxLength: 20 }), (steps, context) => {
        const prover = createProverChannel(field, { context });
        const sent = prove(field, prover, steps);
        const proof = prover.bytes();
        const verifier = createVerifierChannel(field, proof, { context });
        expect(verify(verifier, steps)).toEqual(sent);
        verifier.finish();
        expect(verifier.drawBytes('end')).toEqual(prover.drawBytes('end'));
        const lengths = steps.map((step) => {
          if (step.verb === 'send') return step.values.length * field.byteLength;
          return step.verb === 'sendBytes' || step.verb === 'hint' ? step.bytes.length : 0;
        });
        expect(proof).toHaveLength(lengths.reduce((sum, length) => sum + length, 0));
      }),
      { numRuns: runs(150) },
    );
  });
}

describe('the two ends', () => {
  testAgreement(koalaBear);
  testAgreement(bn254);
  testAgreement(mersenne31);

  it('agree over another sponge', () => {
    const prover = createProverChannel(koalaBear, { sponge: shake128Sponge });
    const sent = prove(koalaBear, prover, sample);
    expect(verify(createVerifierChannel(koalaBear, prover.bytes(), { sponge: shake128Sponge }), sample)).toEqual(sent);
  });

  it('part after any byte of a message, and not after a hint', () => {
    const proof = proofOf(koalaBear, sample);
    const seedOf = (bytes: Uint8Array): string => {
      const channel = createVerifierChannel(koalaBear, bytes);
      verify(channel, sample);
      return String(channel.drawBytes('end'));
    };
    const honest = seedOf(proof);
    for (let at = 0; at < proof.length; at++) {
      const changed = proof.slice();
      changed[at] ^= 1;
      // 32 bytes of round, 3 of root, then the hint.
      expect(seedOf(changed) === honest, `byte ${at}`).toBe(at >= 35 && at < 39);
    }
    expect(meaningOf(sample)).toHaveLength(sample.length - 1);
  });

  it('grow proofs past any first size', () => {
    const channel = createProverChannel(koalaBear);
    const chunks = Array.from({ length: 40 }, (_, i) => new Uint8Array(977).fill(i));
    for (const chunk of chunks) channel.sendBytes('chunk', chunk);
    expect(channel.bytes()).toEqual(Uint8Array.from(Buffer.concat(chunks)));
  });
});

describe('refusals', () => {
  it('a proof cut anywhere: the message that is not there', () => {
    const proof = proofOf(koalaBear, sample);
    expect(proof).toHaveLength(55);
    readSample(proof);
    for (let length = 0; length < proof.length; length++) {
      const place = length < 32 ? 'round' : length < 35 ? 'root' : length < 39 ? 'path' : 'last';
      expectRejection(() => readSample(proof.subarray(0, length)), 'truncated', new RegExp(`^layer 3/${place}$`));
    }
  });

  it('bytes after the last message', () => {
    const proof = proofOf(koalaBear, sample);
    for (const extra of [1, 16]) {
      const longer = new Uint8Array(proof.length + extra);
      longer.set(proof);
      expectRejection(() => readSample(longer), 'trailing-bytes', /^end$/);
    }
  });

  it('a coordinate from p on, in any value of a message', () => {
    const proof = proofOf(koalaBear, sample);
    for (const [offset, place] of [
      [0, 'round'],
      [12, 'round'],
      [16, 'round'],
      [39, 'last'],
      [51, 'last'],
    ] as const) {
      for (const value of [0x7f000001, 0x7f000002, 0x80000000, 0xffffffff]) {
        const changed = proof.slice();
        new DataView(changed.buffer).setUint32(offset, value, true);
        expectRejection(() => readSample(changed), 'non-canonical', new RegExp(`^layer 3/${place}$`));
      }
    }
  });

  it('a proof that is not bytes, before it is read', () => {
    for (const proof of [2e9, { length: 2e9 }, [1, 2], 'bytes', null, new ArrayBuffer(9), Int32Array.of(1)]) {
      expectRejection(() => createVerifierChannel(koalaBear, proof as unknown as Uint8Array), 'bad-header', /^proof$/);
    }
  });

  it('come before anything of the claimed size is allocated', () => {
    const channel = createVerifierChannel(koalaBear, new Uint8Array(64));
    expectRejection(() => channel.receive('many', 2 ** 40), 'truncated', /^many$/);
    expectRejection(() => channel.receiveBytes('long', 2 ** 50), 'truncated', /^long$/);
    expectRejection(() => channel.hint('deep', 2 ** 50), 'truncated', /^deep$/);
    for (const length of [-1, 0.25, Number.NaN]) {
      expect(() => channel.receive('m', length)).toThrow(UsageError);
      expect(() => channel.receiveBytes('m', length)).toThrow(UsageError);
      expect(() => channel.hint('m', length)).toThrow(UsageError);
    }
  });
});

describe('the checks of a verifier', () => {
  const { zero, one } = koalaBear;
  const other = koalaBear.fromInteger(2);
  const channel = createVerifierChannel(koalaBear, new Uint8Array());
  /** The code and place of what is refused, one name deep; undefined if nothing is. */
  function refusalOf(check: () => void): unknown {
    try {
      channel.within('layer 3', check);
      return undefined;
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      return `${error.code} at ${error.where}: ${error.message}`;
    }
  }

  it('of equality decide by every coordinate, and name the message if they are told', () => {
    expect(refusalOf(() => channel.require(other, other, 'claim', 'they differ'))).toBeUndefined();
    expect(refusalOf(() => channel.require(one, other, 'claim', 'they differ'))).toBe('claim at layer 3: they differ');
    expect(refusalOf(() => channel.require([1, 0, 0, 1], one, 'opening', 'they differ', 'row'))).toBe(
      'opening at layer 3/row: they differ',
    );
  });

  it('of zero refuse nothing else', () => {
    expect(refusalOf(() => channel.requireNonzero([0, 0, 0, 1], 'lookup-root', 'it is zero'))).toBeUndefined();
    expect(refusalOf(() => channel.requireNonzero(zero, 'lookup-root', 'it is zero'))).toBe(
      'lookup-root at layer 3: it is zero',
    );
  });

  it('of what a caller gives refuse a second form of an element, wherever it stands', () => {
    const twin = [KOALABEAR_MODULUS + 1, 0, 0, 0] as const;
    expect(refusalOf(() => channel.requireCanonical([zero, one, other]))).toBeUndefined();
    expect(refusalOf(() => channel.requireCanonical([]))).toBeUndefined();
    for (const given of [[twin], [one, twin], [twin, one]]) {
      expect(refusalOf(() => channel.requireCanonical(given))).toMatch(/^non-canonical at layer 3: /);
      expect(refusalOf(() => channel.requireCanonical(given, 'output'))).toMatch(/^non-canonical at layer 3\/output: /);
    }
  });
});

describe('places', () => {
  it('join the names given to within, and end with it, errors included', () => {
    const channel = createVerifierChannel(koalaBear, new Uint8Array(0));
    expect(channel.where).toBe('');
    const result = channel.within('layer 2', () => {
      expect(channel.where).toBe('layer 2');
      expect(() =>
        channel.within('round 1', () => {
          expect(channel.where).toBe('layer 2/round 1');
          throw new RangeError('inside');
        }),
      ).toThrow(RangeError);
      expect(channel.where).toBe('layer 2');
      return 'result';
    });
    expect(result).toBe('result');
    expect(channel.where).toBe('');
  });

  it('are not absorbed', () => {
    const channel = createProverChannel(koalaBear);
    const named = channel.within('name', () => channel.draw('r'));
    expect(named).toEqual(createProverChannel(koalaBear).draw('r'));
  });
});

describe('buffers', () => {
  const proof = proofOf(koalaBear, sample);

  it.each([
    ['Uint8Array', (bytes: Uint8Array) => bytes.slice()],
    ['Buffer', (bytes: Uint8Array) => Buffer.from(bytes)],
    ['view into a larger buffer', (bytes: Uint8Array) => Buffer.concat([Buffer.of(1, 2, 3), bytes]).subarray(3)],
  ])('a proof given as a %s may change after the channel has it', (_, give) => {
    const given = give(proof);
    const channel = createVerifierChannel(koalaBear, given);
    const read = (from: VerifierChannel<unknown>): unknown[] => [...verify(from, sample), from.drawBytes('end')];
    given.fill(0xff);
    expect(read(channel)).toEqual(read(createVerifierChannel(koalaBear, proof)));
  });

  it('received bytes and hints are copies', () => {
    const channel = createVerifierChannel(koalaBear, proof);
    channel.receive('round', 2);
    channel.draw('r');
    // Through their buffers: what lies beyond them must not be the proof.
    new Uint8Array(channel.receiveBytes('root', 3).buffer).fill(0);
    new Uint8Array(channel.hint('path', 4).buffer).fill(0);
    expect(channel.receive('last', 1)).toEqual([koalaBear.fromInteger(9)]);
    const other = createVerifierChannel(koalaBear, proof);
    verify(other, sample);
    expect(channel.drawBytes('end')).toEqual(other.drawBytes('end'));
  });

  it('what is sent, returned or drawn is a copy', () => {
    const channel = createProverChannel(koalaBear);
    const message = Uint8Array.of(1, 2, 3);
    channel.sendBytes('m', message);
    message.fill(0);
    channel.hint('h', message);
    message.fill(7);
    channel.bytes().fill(0xff);
    channel.drawBytes('seed').fill(0);
    expect(channel.bytes()).toEqual(Uint8Array.of(1, 2, 3, 0, 0, 0));
    const same = createProverChannel(koalaBear);
    same.sendBytes('m', Uint8Array.of(1, 2, 3));
    same.drawBytes('seed');
    expect(channel.drawBytes('seed')).toEqual(same.drawBytes('seed'));
  });
});

describe('the record hook', () => {
  /** The names that open a transcript, then what `sample` and a few more calls do. */
  const expected: TranscriptEntry[] = [
    { kind: 'bytes', where: '', label: 'protocol', count: 13 },
    { kind: 'bytes', where: '', label: 'field', count: 11 },
    { kind: 'bytes', where: '', label: 'context', count: 7 },
    { kind: 'elements', where: 'layer/step', label: 'round', count: 2 },
    { kind: 'draw', where: 'layer/step', label: 'r', count: 1 },
    { kind: 'message', where: 'layer/step', label: 'root', count: 3 },
    { kind: 'hint', where: 'layer/step', label: 'path', count: 4 },
    { kind: 'elements', where: 'layer/step', label: 'last', count: 1 },
    { kind: 'bytes', where: '', label: 'known', count: 5 },
    { kind: 'draw', where: '', label: 'many', count: 4 },
    { kind: 'draw-indices', where: '', label: 'columns', count: 6 },
    { kind: 'draw-bytes', where: '', label: 'seed', count: 32 },
  ];
  const rest: readonly Step[] = [
    { verb: 'absorb', label: 'known', bytes: [1, 2, 3, 4, 5] },
    { verb: 'drawMany', label: 'many', count: 4 },
    { verb: 'drawIndices', label: 'columns', count: 6, bits: 8 },
    { verb: 'drawBytes', label: 'seed' },
  ];

  it('lists the same at both ends: kind, place, label and count of everything, in order', () => {
    const [sent, received]: [TranscriptEntry[], TranscriptEntry[]] = [[], []];
    const context = ascii('context');
    const prover = createProverChannel(koalaBear, { context, record: (entry) => sent.push(entry) });
    prover.within('layer', () => prover.within('step', () => prove(koalaBear, prover, sample)));
    prove(koalaBear, prover, rest);
    const options = { context, record: (entry: TranscriptEntry) => received.push(entry) };
    const verifier = createVerifierChannel(koalaBear, prover.bytes(), options);
    verifier.within('layer', () => verifier.within('step', () => verify(verifier, sample)));
    verify(verifier, rest);
    expect(sent).toEqual(expected);
    expect(received).toEqual(expected);
  });
});
