// The frames that the sponge absorbs, and the challenges that it yields: one form for each call, so that different
// conversations never share a challenge.

import { runInNewContext } from 'node:vm';
import { blake3 } from '@noble/hashes/blake3.js';
import { turboshake128 } from '@noble/hashes/sha3-addons.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { bn254, koalaBear } from '../../src/field/index.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import type { ChannelOptions } from '../../src/transcript/transcript.ts';
import { runs } from '../support/depth.ts';
import { shake128Sponge } from '../support/shake128.ts';
import { meaningOf, prove, recordingSponge, type Step, script } from './scripts.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The seed drawn after a script. */
function seedAfter(steps: readonly Step[], options: ChannelOptions = {}): string {
  const channel = createProverChannel(koalaBear, options);
  prove(koalaBear, channel, steps);
  return hex(channel.drawBytes('next'));
}

/** All bytes that a script absorbs. */
function absorbedBy(steps: readonly Step[]): string {
  const sponge = recordingSponge();
  prove(koalaBear, createProverChannel(koalaBear, { sponge: () => sponge }), steps);
  return hex(Buffer.concat(sponge.absorbed));
}

/** A frame by its definition. */
function frame(kind: number, label: string, count: number, payload: Uint8Array): Uint8Array {
  const countBytes = new Uint8Array(4);
  new DataView(countBytes.buffer).setUint32(0, count, true);
  return Uint8Array.from([kind, label.length, ...ascii(label), ...countBytes, ...payload]);
}

/** The frames that open every transcript. */
const opening = (field: string, context: Uint8Array): Uint8Array[] => [
  frame(1, 'protocol', 13, ascii('ternary-gkr/1')),
  frame(1, 'field', field.length, ascii(field)),
  frame(1, 'context', context.length, context),
];

describe('frames', () => {
  it('are as documented, to the byte, from the names to each kind of draw', () => {
    const sponge = recordingSponge();
    const channel = createProverChannel(koalaBear, { context: ascii('a context'), sponge: () => sponge });
    channel.absorb('model', ascii('digest'));
    channel.send('values', [koalaBear.fromCoefficients([1, 2, 3, 0x7f000000])]);
    channel.sendBytes('root', ascii('bytes'));
    channel.draw('r');
    channel.drawMany('many', 5);
    channel.drawIndices('columns', 3, 17);
    channel.drawBytes('seed');
    const element = Uint8Array.from([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0x7f]);
    expect(sponge.absorbed.map(hex)).toEqual(
      [
        ...opening('KoalaBear^4', ascii('a context')),
        frame(1, 'model', 6, ascii('digest')),
        frame(3, 'values', 1, element),
        frame(2, 'root', 5, ascii('bytes')),
        frame(4, 'r', 1, Uint8Array.of(0, 0, 0, 0, 0)),
        frame(4, 'many', 5, Uint8Array.of(1, 0, 0, 0, 0)),
        frame(5, 'columns', 3, Uint8Array.of(2, 0, 0, 0, 17)),
        frame(6, 'seed', 32, Uint8Array.of(3, 0, 0, 0, 0)),
      ].map(hex),
    );
  });

  it('give TurboSHAKE128 of their concatenation', () => {
    const seed = createProverChannel(bn254).drawBytes('seed');
    const frames = [...opening('BN254-scalar', new Uint8Array(0)), frame(6, 'seed', 32, new Uint8Array(5))];
    expect(hex(seed)).toBe(hex(turboshake128(Buffer.concat(frames), { dkLen: 32 })));
  });

  it('differ wherever two scripts differ, and neither is the start of the other unless the script is', () => {
    fc.assert(
      fc.property(script, script, (a, b) => {
        const [shorter, longer] = meaningOf(a).length <= meaningOf(b).length ? [a, b] : [b, a];
        const beginning = meaningOf(longer).slice(0, meaningOf(shorter).length);
        const starts = beginning.join() === meaningOf(shorter).join();
        expect(absorbedBy(longer).startsWith(absorbedBy(shorter))).toBe(starts);
      }),
      { numRuns: runs(1000) },
    );
  });

  it('give different challenges after different scripts', () => {
    fc.assert(
      fc.property(script, script, (a, b) => {
        expect(seedAfter(a) === seedAfter(b)).toBe(meaningOf(a).join() === meaningOf(b).join());
      }),
      { numRuns: runs(300) },
    );
  });

  const message = (label: string, ...bytes: number[]): Step => ({ verb: 'sendBytes', label, bytes });
  const oneElement = [0x61, ...new Array<number>(15).fill(0)];
  const long = new Array<number>(1025).fill(7);
  const pairs: Record<string, [readonly Step[], readonly Step[]]> = {
    'a byte moved from the label to the payload': [[message('ab', 0x63)], [message('a', 0x62, 0x63)]],
    'a message split in two': [[message('m', 1, 2)], [message('m', 1), message('m', 2)]],
    'an empty message and none': [[message('m')], []],
    'an element and its bytes': [[{ verb: 'send', label: 'm', values: [0x61] }], [message('m', ...oneElement)]],
    'known bytes and sent bytes': [[{ verb: 'absorb', label: 'm', bytes: [1] }], [message('m', 1)]],
    'two elements together and one by one': [
      [{ verb: 'send', label: 'm', values: [1, 2] }],
      [
        { verb: 'send', label: 'm', values: [1] },
        { verb: 'send', label: 'm', values: [2] },
      ],
    ],
    'two messages swapped': [
      [message('a', 1), message('b', 2)],
      [message('b', 2), message('a', 1)],
    ],
    'a long message and its hash': [[message('m', ...long)], [message('m', ...blake3(Uint8Array.from(long)))]],
    'a draw and none': [[{ verb: 'draw', label: 'next' }], []],
    'one draw of two and two draws': [
      [{ verb: 'drawMany', label: 'r', count: 2 }],
      [
        { verb: 'draw', label: 'r' },
        { verb: 'draw', label: 'r' },
      ],
    ],
    'indices of other widths': [
      [{ verb: 'drawIndices', label: 'i', count: 2, bits: 5 }],
      [{ verb: 'drawIndices', label: 'i', count: 2, bits: 6 }],
    ],
  };

  it.each(Object.entries(pairs))('tell apart: %s', (_, [a, b]) => {
    expect(absorbedBy(a)).not.toBe(absorbedBy(b));
    expect(seedAfter(a)).not.toBe(seedAfter(b));
  });

  it('bind field, context and sponge', () => {
    const seeds = [
      seedAfter([]),
      seedAfter([], { context: Uint8Array.of(0) }),
      seedAfter([], { context: Uint8Array.of(0, 0) }),
      seedAfter([], { sponge: shake128Sponge }),
      hex(createProverChannel(bn254).drawBytes('next')),
    ];
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(seedAfter([], { context: new Uint8Array(0) })).toBe(seeds[0]);
  });

  it('carry messages up to 1 KiB as they are and longer ones by their BLAKE3 hash', () => {
    const payloadOf = (length: number): { kind: number; payload: Uint8Array } => {
      const sponge = recordingSponge();
      const channel = createProverChannel(koalaBear, { sponge: () => sponge });
      channel.sendBytes('m', new Uint8Array(length).fill(9));
      const last = sponge.absorbed[sponge.absorbed.length - 1];
      return { kind: last[0], payload: last.subarray(7) };
    };
    expect(payloadOf(1024)).toEqual({ kind: 2, payload: new Uint8Array(1024).fill(9) });
    expect(payloadOf(1025)).toEqual({ kind: 0x82, payload: blake3(new Uint8Array(1025).fill(9)) });
    // Elements too: 65 of 16 bytes.
    const ofElements = (last: number): string =>
      seedAfter([{ verb: 'send', label: 'm', values: [...new Array<number>(64).fill(1), last] }]);
    expect(ofElements(1)).not.toBe(ofElements(2));
  });

  it('reject payloads that are not bytes: they would be absorbed as zeros, and contexts share their challenges', () => {
    const posing = Object.create(Uint8Array.prototype, { length: { value: 5 }, 0: { value: 1 } });
    const wrong = ['alice', [1, 2], { length: 5 }, new ArrayBuffer(5), Uint16Array.of(1), 7, null, posing];
    for (const [index, payload] of (wrong as Uint8Array[]).entries()) {
      const channel = createProverChannel(koalaBear);
      const runs = [
        () => channel.absorb('payload', payload),
        () => channel.sendBytes('payload', payload),
        () => channel.hint('payload', payload),
        ...(payload === null ? [] : [() => createProverChannel(koalaBear, { context: payload })]),
      ];
      for (const run of runs) {
        expect(run, `payload ${index}`).toThrow(UsageError);
        expect(run).toThrow('bytes are absorbed, give a Uint8Array');
      }
      expect(channel.bytes()).toHaveLength(0);
    }
  });

  it('take bytes of any kind and realm', () => {
    const of = (bytes: Uint8Array) => seedAfter([], { context: bytes });
    const foreign = runInNewContext('Uint8Array.of(1, 2, 3)') as Uint8Array;
    expect(foreign instanceof Uint8Array).toBe(false);
    for (const bytes of [Buffer.from([1, 2, 3]), foreign]) expect(of(bytes)).toBe(of(Uint8Array.of(1, 2, 3)));
  });

  it('refuse labels, counts and widths that have no frame', () => {
    const channel = createProverChannel(koalaBear);
    for (const label of ['', 'x'.repeat(256), 'é']) expect(() => channel.draw(label)).toThrow(UsageError);
    expect(channel.draw('x'.repeat(255))).toHaveLength(4);
    for (const count of [-1, 0.5, 2 ** 32]) expect(() => channel.drawMany('r', count)).toThrow(UsageError);
    for (const bits of [-1, 1.5, 31]) expect(() => channel.drawIndices('i', 1, bits)).toThrow(UsageError);
  });
});

describe('draws', () => {
  it('differ when nothing happens in between', () => {
    const channel = createProverChannel(koalaBear);
    const elements = [channel.draw('r'), channel.draw('r'), ...channel.drawMany('r', 1), ...channel.drawMany('r', 2)];
    expect(new Set(elements.map(String)).size).toBe(5);
    const seeds = [channel.drawBytes('s'), channel.drawBytes('s')].map(hex);
    expect(seeds[0]).not.toBe(seeds[1]);
    expect(channel.drawIndices('i', 8, 30)).not.toEqual(channel.drawIndices('i', 8, 30));
  });

  it('take all their values from one squeeze', () => {
    const sponge = recordingSponge();
    const channel = createProverChannel(koalaBear, { sponge: () => sponge });
    // 300 elements: 4800 bytes, 29 blocks, and about nine rejected candidates.
    const values = channel.drawMany('r', 300);
    expect(sponge.squeezes).toBe(1);
    const read = sponge.squeeze();
    expect(values).toEqual(Array.from({ length: 300 }, () => koalaBear.sample(read)));
    expect(new Set(values.map(String)).size).toBe(300);
    const indices = channel.drawIndices('i', 200, 9);
    expect(sponge.squeezes).toBe(3);
    const words = new DataView(sponge.squeeze()(800).slice().buffer);
    expect(indices).toEqual(Array.from({ length: 200 }, (_, i) => words.getUint32(4 * i, true) & 511));
  });

  it('go on in the same squeeze after a rejected candidate', () => {
    // Coordinates 0 and 2 of the first element are p and 2³¹ − 1; their replacements follow it.
    const words = [0x7f000001, 11, 0x7fffffff, 13, 0x7f000000, 12, 21, 22, 23, 24];
    const sponge = recordingSponge(new Uint8Array(Uint32Array.from(words).buffer));
    const channel = createProverChannel(koalaBear, { sponge: () => sponge });
    expect(channel.drawMany('r', 2)).toEqual([
      [0x7f000000, 11, 12, 13],
      [21, 22, 23, 24],
    ]);
    expect(sponge.squeezes).toBe(1);
  });

  it('cover the range of indices evenly', () => {
    const channel = createProverChannel(koalaBear);
    expect(channel.drawIndices('none', 0, 4)).toEqual([]);
    expect(channel.drawIndices('zero bits', 5, 0)).toEqual([0, 0, 0, 0, 0]);
    expect(Math.max(...channel.drawIndices('wide', 100, 30))).toBeGreaterThan(2 ** 29);
    const counts = new Array<number>(8).fill(0);
    for (const index of channel.drawIndices('narrow', 4096, 3)) counts[index]++;
    // 512 each on average with deviation 21; the transcript is fixed, so this cannot vary.
    for (const count of counts) expect(Math.abs(count - 512)).toBeLessThan(100);
  });
});
