// Channels for tests: honest ones, and provers that lie in one message and go on honestly after it.

import { expect } from 'vitest';
import { Rejection, type RejectionCode } from '../../src/errors.ts';
import type { ProverChannel, VerifierChannel } from '../../src/transcript/channel.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import { createVerifierChannel } from '../../src/transcript/verifier-channel.ts';
import type { AnyField } from './fields.ts';

/** Runs a prover and returns its proof. */
export function proofOf(field: AnyField, run: (channel: ProverChannel<unknown>) => void, lie?: Lie): Uint8Array {
  const channel = createProverChannel(field);
  run(lie === undefined ? channel : lying(field, channel, lie));
  return channel.bytes();
}

/** Runs a verifier on a proof, to its last byte. */
export function check<T>(field: AnyField, proof: Uint8Array, run: (channel: VerifierChannel<unknown>) => T): T {
  const channel = createVerifierChannel(field, proof);
  const result = run(channel);
  channel.finish();
  return result;
}

/** Changes one value: the `value`-th element of the `message`-th message sent. */
export interface Lie {
  readonly message: number;
  readonly value: number;
}

/** A channel whose prover adds one to a value it sends, and absorbs what it sent. */
function lying(field: AnyField, channel: ProverChannel<unknown>, lie: Lie): ProverChannel<unknown> {
  let message = 0;
  return {
    ...channel,
    send(label, values) {
      const changed = [...values];
      if (message === lie.message) changed[lie.value] = field.add(changed[lie.value], field.one);
      message++;
      channel.send(label, changed);
    },
  };
}

/** Every message an honest run sends, as label and count. */
export function messagesOf(field: AnyField, run: (channel: ProverChannel<unknown>) => void): [string, number][] {
  const messages: [string, number][] = [];
  const channel = createProverChannel(field);
  run({
    ...channel,
    send(label, values) {
      messages.push([label, values.length]);
      channel.send(label, values);
    },
  });
  return messages;
}

/** Every lie that an honest run could tell, one value at a time. */
export function liesOf(field: AnyField, run: (channel: ProverChannel<unknown>) => void): (Lie & { label: string })[] {
  return messagesOf(field, run).flatMap(([label, count], message) =>
    Array.from({ length: count }, (_, value) => ({ label, message, value })),
  );
}

/** Expects a rejection with this code, at a place that matches. */
export function expectRejection(run: () => unknown, code: RejectionCode, where?: RegExp | string): void {
  let caught: unknown;
  try {
    run();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(Rejection);
  const rejection = caught as Rejection;
  expect(rejection.code).toBe(code);
  if (where !== undefined) expect(rejection.where).toMatch(where);
}
