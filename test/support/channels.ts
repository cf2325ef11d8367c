// Channels for tests: honest ones, and provers that lie in one message and go on honestly after it.

import { expect } from 'vitest';
import { Rejection, type RejectionCode } from '../../src/errors.ts';
import { liesInEveryValue, lyingChannel, type Step, type ValueLie } from '../../src/testing/index.ts';
import type { ProverChannel, VerifierChannel } from '../../src/transcript/channel.ts';
import { createProverChannel } from '../../src/transcript/prover-channel.ts';
import { createVerifierChannel } from '../../src/transcript/verifier-channel.ts';
import type { AnyField } from './fields.ts';

/** Runs a prover, who may lie in one step, and returns its proof. */
export function proofOf(
  field: AnyField,
  run: (channel: ProverChannel<unknown>) => void,
  lie?: Pick<ValueLie<unknown>, 'change'>,
): Uint8Array {
  const channel = createProverChannel(field);
  run(lie === undefined ? channel : lyingChannel(field, channel, [lie.change]));
  return channel.bytes();
}

/** Runs a verifier on a proof, to its last byte. */
export function check<T>(field: AnyField, proof: Uint8Array, run: (channel: VerifierChannel<unknown>) => T): T {
  const channel = createVerifierChannel(field, proof);
  const result = run(channel);
  channel.finish();
  return result;
}

function stepsOf(field: AnyField, run: (channel: ProverChannel<unknown>) => void): Step<unknown>[] {
  const steps: Step<unknown>[] = [];
  run(lyingChannel(field, createProverChannel(field), [], steps));
  return steps;
}

/** Every message of elements that an honest run sends, as label and count. */
export function messagesOf(field: AnyField, run: (channel: ProverChannel<unknown>) => void): [string, number][] {
  return stepsOf(field, run)
    .filter(({ verb }) => verb === 'send')
    .map(({ label, content }) => [label, content.values.length]);
}

/** Every lie that an honest run could tell, one value at a time. */
export function liesOf(field: AnyField, run: (channel: ProverChannel<unknown>) => void): ValueLie<unknown>[] {
  return liesInEveryValue(field, stepsOf(field, run));
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
