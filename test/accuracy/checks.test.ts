// The verdicts on wrong accuracy claims: the reason, the place and the message of each.

import { describe, expect, it } from 'vitest';
import { encodeAccuracy } from '../../src/accuracy/file.ts';
import type { AccuracyPart } from '../../src/accuracy/protocol.ts';
import { verifyAccuracy } from '../../src/accuracy/verify.ts';
import { compile, securityBits, type VerifyingKey } from '../../src/network/index.ts';
import { perceptron } from '../support/networks.ts';

const { verifyingKey: key } = compile(perceptron({ sizes: [2, 2, 2] }));

/** Returns a claim of `count` invalid proofs, one sample each. */
function claimOf(count: number, part: Partial<AccuracyPart> = {}): unknown {
  const samples = new Int32Array(2 * count);
  const empty = { count: 1, output: new Int32Array(2), proof: new Uint8Array(0), ...part };
  const parts = Array.from({ length: count }, (_, first) => ({ ...empty, first }));
  const statement = encodeAccuracy({ digest: key.digest, samples: count, atLeast: 0, parts });
  return verifyAccuracy(key, samples, new Int32Array(count), statement);
}

describe('the proofs of a claim', () => {
  // errors add up: n proofs of 2^−bits each leave bits − log₂ n
  const most = Math.floor(2 ** (securityBits(key).total - 90));

  it('may be as many as leave 90 bits, and are verified then', () => {
    expect(most).toBeGreaterThan(1000);
    expect(claimOf(most)).toMatchObject({ ok: false, code: 'truncated', where: 'proof 0/root' });
  });

  it('may not be one more, whatever is in them', () => {
    expect(claimOf(most + 1)).toEqual({
      ok: false,
      code: 'statement',
      where: 'proofs',
      message: `${most + 1} proofs leave 90.0 bits of security, 90 are due`,
    });
  });

  it('have their place before the place in them', () => {
    expect(claimOf(1, { output: new Int32Array(3) })).toMatchObject({ code: 'statement', where: 'proof 0/output' });
  });
});

describe('an unexpected error', () => {
  const samples = new Int32Array(2);
  const statement = encodeAccuracy({ digest: key.digest, samples: 1, atLeast: 0, parts: [] });
  const failing = (thrown: unknown): VerifyingKey => ({
    ...key,
    plan: () => {
      throw thrown;
    },
  });

  it.each([
    [new RangeError('out of it'), 'out of it'],
    ['a string', 'something that is not an error was thrown'],
  ])('is a verdict: %s', (thrown, message) => {
    const verdict = verifyAccuracy(failing(thrown), samples, [0], statement);
    expect(verdict).toEqual({ ok: false, code: 'internal', where: 'verify', message });
  });
});
