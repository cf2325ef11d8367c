// A proof of the tensor code that ends too early has the place of the message that is due.

import { describe, expect, it } from 'vitest';
import {
  createHasher,
  type TensorCodeParameters,
  tensorCodeProver,
  tensorCodeVerifier,
} from '../../src/commit/index.ts';
import { check, expectRejection, proofOf } from '../support/channels.ts';
import { settings } from '../support/fields.ts';
import { tableOf } from './laws.ts';

const [, field, createEngine] = settings[0];
const engine = createEngine();
const parameters: TensorCodeParameters = {
  rowVariables: 2,
  columnVariables: 3,
  rateBits: 2,
  queries: 10,
  grindingBits: 2,
  proximityBits: 110,
};
const table = tableOf(5, 4);

/** The messages of an opening: name, bytes. */
const messages: [string, number][] = [];
const proof = proofOf(field, (channel) => {
  const noting = {
    ...channel,
    send: (label: string, values: readonly unknown[]) => {
      messages.push([label, values.length * field.byteLength]);
      channel.send(label, values);
    },
    sendBytes: (label: string, bytes: Uint8Array) => {
      messages.push([label, bytes.length]);
      channel.sendBytes(label, bytes);
    },
    hint: (label: string, bytes: Uint8Array) => {
      messages.push([label, bytes.length]);
      channel.hint(label, bytes);
    },
  };
  const committed = tensorCodeProver(engine, createHasher(), parameters).commit(noting, engine.fromIntegers(table));
  noting.within('opening', () => committed.open(noting, noting.drawMany('point', 5)));
});

const verify = (bytes: Uint8Array): void =>
  check(field, bytes, (channel) => {
    const commitment = tensorCodeVerifier(field, parameters).receive(channel);
    channel.within('opening', () => {
      const point = channel.drawMany('point', 5);
      commitment.verify(channel, point, field.tables.evaluateIntegers(table, point));
    });
  });

describe('a proof of the tensor code', () => {
  it('is accepted whole', () => {
    verify(proof);
    expect(messages.map(([label]) => label)).toEqual(['root', 'row', 'nonce', 'columns', 'paths']);
    expect(messages.reduce((sum, [, length]) => sum + length, 0)).toBe(proof.length);
  });

  it('that ends before a message or within it has the place of the message', () => {
    let start = 0;
    for (const [label, length] of messages) {
      const where = label === 'root' ? /^root$/ : new RegExp(`^opening/${label}$`);
      for (const end of [start, start + length - 1]) {
        expectRejection(() => verify(proof.subarray(0, end)), 'truncated', where);
      }
      start += length;
    }
  });
});
