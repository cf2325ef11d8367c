// Accuracy claims: round trips over public and committed weights, and everything that a claim must not get away with.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeAccuracy, encodeAccuracy } from '../../src/accuracy/file.ts';
import { type AccuracyStatement, labelOf } from '../../src/accuracy/protocol.ts';
import { type AccuracyProgress, proveAccuracy } from '../../src/accuracy/prove.ts';
import { type AccuracyVerdict, verifyAccuracy } from '../../src/accuracy/verify.ts';
import {
  compile,
  evaluate,
  type ProvingKey,
  readKey,
  securityBits,
  type VerifyingKey,
} from '../../src/network/index.ts';
import { runs } from '../support/depth.ts';
import { seeded } from '../support/fields.ts';
import { perceptron } from '../support/networks.ts';
import { registerFiles } from '../support/registered.ts';

const COUNT = 7;
const network = perceptron({ sizes: [12, 9, 5], seed: 3, density: 0.5 });
const random = seeded(8);
const { min, max } = network.input;
const samples = Int32Array.from({ length: 12 * COUNT }, () => min + random(max - min + 1));
const given = Array.from({ length: COUNT }, (_, i) => {
  const tensors = evaluate(network, samples.subarray(12 * i, 12 * (i + 1)));
  return labelOf(tensors[network.outputs[0].tensor - 1]);
});
/** All labels but two are those that the network gives. */
const labels = given.map((label, i) => (i < 2 ? (label + 1) % 5 : label));
const CORRECT = COUNT - 2;

let key: VerifyingKey;
let prover: ProvingKey;
/** Three proofs: samples 0 and 1, 2 and 3, 4 to 6. */
let statement: Uint8Array;
let claim: AccuracyStatement;

beforeAll(async () => {
  const registered = await registerFiles(network);
  prover = registered.provingKey;
  key = readKey(registered.keyFile, { registration: registered.registration });
  ({ statement } = await proveAccuracy(prover, samples, labels, { samplesPerProof: 3 }));
  claim = decodeAccuracy(statement);
});

const verdictOn = (forged: Partial<AccuracyStatement>): AccuracyVerdict =>
  verifyAccuracy(key, samples, labels, encodeAccuracy({ ...claim, ...forged }));

function expectRefusal(verdict: AccuracyVerdict, code: string, where: string | RegExp): void {
  expect(verdict).toMatchObject({ ok: false, code, where: expect.stringMatching(where) });
}

describe('an accuracy claim', () => {
  it('is accepted, with the count', () => {
    expect(claim.parts.map(({ first, count }) => [first, count])).toEqual([
      [0, 2],
      [2, 2],
      [4, 3],
    ]);
    const verdict = verifyAccuracy(key, samples, labels, statement);
    expect(verdict).toEqual({
      ...{ ok: true, correct: CORRECT, atLeast: CORRECT, samples: COUNT, proofs: 3, weights: 'registered' },
      securityBits: expect.any(Number),
    });
    // the errors of a proof about three samples and of two about two each
    const [one, two, three] = [1, 2, 3].map((batch) => securityBits(key, { batch }).total);
    expect(new Set([one, two, three]).size).toBe(3);
    if (verdict.ok) expect(verdict.securityBits).toBeCloseTo(-Math.log2(2 * 2 ** -two + 2 ** -three), 9);
  });

  it('has its labels in a list', () => {
    for (const given of [undefined, 5, 'abc', [[0], [1]]]) {
      const verdict = verifyAccuracy(key, samples, given as never, statement);
      expect(verdict).toMatchObject({
        ok: false,
        where: 'samples',
        message: expect.stringMatching(/^the list of labels is /),
      });
    }
  });

  it('needs one proof where the error budget allows it, and no more than is claimed', async () => {
    const keys = compile(network);
    const result = await proveAccuracy(keys.provingKey, samples, labels, { atLeast: CORRECT - 1 });
    expect(result).toMatchObject({ proofs: 1, samples: COUNT, correct: CORRECT });
    expect(verifyAccuracy(keys.verifyingKey, samples, labels, result.statement)).toMatchObject({
      ...{ ok: true, correct: CORRECT, atLeast: CORRECT - 1, proofs: 1, weights: 'public' },
    });
  });

  it('takes the first of equal values', () => {
    expect([[3, 3], [-2, -1, -1], [5]].map((values) => labelOf(Int32Array.from(values)))).toEqual([0, 1, 0]);
  });

  it('says how far its prover is', async () => {
    const seen: AccuracyProgress[] = [];
    await proveAccuracy(prover, samples, labels, { samplesPerProof: 4, onProgress: (progress) => seen.push(progress) });
    expect(new Set(seen.map(({ proof, proofs }) => `${proof} of ${proofs}`))).toEqual(new Set(['0 of 2', '1 of 2']));
    const fractions = seen.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions[0]).toBe(0);
    expect(fractions.at(-1)).toBe(1);
  });

  it('is not made where it is false or does not fit', async () => {
    const prove = (...args: Parameters<typeof proveAccuracy>): Promise<unknown> => proveAccuracy(...args);
    await expect(prove(prover, samples, labels, { atLeast: CORRECT + 1 })).rejects.toThrow(
      /the claim would be false: 5 of 7 samples are labelled correctly, not 6/,
    );
    await expect(prove(prover, samples, labels, { atLeast: 0.5 })).rejects.toThrow(/would be false/);
    await expect(prove(prover, samples, labels.slice(1))).rejects.toThrow(/7 samples, but 6 labels/);
    await expect(prove(prover, samples.subarray(1), labels)).rejects.toThrow(/not whole samples of 12/);
    await expect(prove(prover, samples, [...labels.slice(1), 5])).rejects.toThrow(/label 6 is 5; .* from 0 to 4/);
    await expect(prove(prover, samples, labels, { samplesPerProof: 0 })).rejects.toThrow(/give 1 or more/);
  });
});

describe('a forged claim is refused:', () => {
  it('one correct label more than there are', () => {
    expectRefusal(verdictOn({ atLeast: CORRECT + 1 }), 'statement', /^count$/);
  });

  it('proofs of equal ranges exchanged', () => {
    const [a, b, c] = claim.parts;
    const parts = [{ ...a, output: b.output, proof: b.proof }, { ...b, output: a.output, proof: a.proof }, c];
    expectRefusal(verdictOn({ parts }), 'sumcheck', /^proof 0\//);
  });

  it('a range left out, at the end and before it', () => {
    const [a, b, c] = claim.parts;
    expectRefusal(verdictOn({ parts: [a, b] }), 'statement', /^samples$/);
    expectRefusal(verdictOn({ parts: [a, c] }), 'statement', /^proof 1$/);
    expectRefusal(verdictOn({ parts: [] }), 'statement', /^samples$/);
  });

  it('a range twice, overlapping, out of order, empty or beyond the samples', () => {
    const [a, b, c] = claim.parts;
    expectRefusal(verdictOn({ parts: [a, a, b, c] }), 'statement', /^proof 1$/);
    expectRefusal(verdictOn({ parts: [a, { ...b, first: 1 }, c] }), 'statement', /^proof 1$/);
    expectRefusal(verdictOn({ parts: [b, a, c] }), 'statement', /^proof 0$/);
    expectRefusal(verdictOn({ parts: [a, { ...b, count: 0 }, b, c] }), 'statement', /^proof 1$/);
    expectRefusal(verdictOn({ parts: [a, b, { ...c, count: 4 }] }), 'statement', /^samples$/);
    expectRefusal(verdictOn({ parts: [a, b, { ...c, count: 2 ** 32 - 1 }] }), 'statement', /^samples$/);
  });

  it('about more or fewer samples than there are', () => {
    expectRefusal(verdictOn({ samples: COUNT + 1 }), 'statement', /^samples$/);
    expectRefusal(verdictOn({ samples: 2, parts: claim.parts.slice(0, 1) }), 'statement', /^samples$/);
  });

  it('an output that gives another label', () => {
    const [a, b, c] = claim.parts;
    const output = a.output.map((value, i) => (i === labels[0] ? value + 1 : value));
    expectRefusal(verdictOn({ parts: [{ ...a, output }, b, c] }), 'sumcheck', /^proof 0\//);
    expectRefusal(
      verdictOn({ parts: [{ ...a, output: a.output.subarray(1) }, b, c] }),
      'statement',
      /^proof 0\/output$/,
    );
  });

  it('over other samples or other labels than it was made for', () => {
    const other = samples.slice();
    other[0] = other[0] === max ? min : other[0] + 1;
    expectRefusal(verifyAccuracy(key, other, labels, statement), 'sumcheck', /^proof 0\//);
    const none = given.map((label) => (label + 1) % 5);
    expectRefusal(verifyAccuracy(key, samples, none, statement), 'statement', /^count$/);
  });

  it('of another model', async () => {
    const { verifyingKey } = compile(perceptron({ sizes: [12, 9, 5], seed: 4, density: 0.5 }));
    expectRefusal(verifyAccuracy(verifyingKey, samples, labels, statement), 'statement', /^network$/);
    const renamed = encodeAccuracy({ ...claim, digest: verifyingKey.digest });
    expect(verifyAccuracy(verifyingKey, samples, labels, renamed)).toMatchObject({ ok: false });
  });

  it('with bytes missing, bytes left over, or another header', () => {
    for (const length of [0, 3, 4, 20, 60, statement.length - 1]) {
      const verdict = verifyAccuracy(key, samples, labels, statement.subarray(0, length));
      expectRefusal(verdict, length < 4 ? 'bad-header' : 'truncated', /^accuracy file$/);
    }
    const longer = new Uint8Array([...statement, 0]);
    expectRefusal(verifyAccuracy(key, samples, labels, longer), 'trailing-bytes', /^accuracy file$/);
    for (const place of [0, 4]) {
      const changed = statement.slice();
      changed[place]++;
      expectRefusal(verifyAccuracy(key, samples, labels, changed), 'bad-header', /^accuracy file$/);
    }
  });
});

describe('a verifier of claims', () => {
  it('answers whatever it is given', () => {
    const lists = [labels.slice(1), [...labels.slice(1), -1], [...labels.slice(1), Number.NaN]];
    for (const list of lists) expectRefusal(verifyAccuracy(key, samples, list, statement), 'statement', /^samples$/);
    expectRefusal(verifyAccuracy(key, samples.subarray(5), labels, statement), 'statement', /^samples$/);
    for (const wrong of [[...samples], undefined, { length: 84 }]) {
      expectRefusal(verifyAccuracy(key, wrong as never, labels, statement), 'statement', /^samples$/);
    }
    for (const wrong of [[...statement], undefined, { length: 84 }, 'TGAC']) {
      expectRefusal(verifyAccuracy(key, samples, labels, wrong as never), 'bad-header', /^claim$/);
    }
    expectRefusal(verifyAccuracy(key, samples, undefined as never, statement), 'statement', /^samples$/);
  });

  it('reads the bytes of a claim, whatever the array that holds them says of itself', () => {
    const posing = Object.defineProperty(new Uint8Array(statement), 'length', { value: 3 });
    expect(verifyAccuracy(key, samples, labels, posing)).toEqual(verifyAccuracy(key, samples, labels, statement));
  });

  it('accepts no claim with one byte changed, unless it claims less (property)', () => {
    // the samples, the count that is claimed, and the table: every byte; of the contents some
    const places = fc.oneof(fc.nat(52 + 48), fc.nat(statement.length - 1));
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 255 }), (place, mask) => {
        const changed = statement.slice();
        changed[place] ^= mask;
        const verdict = verifyAccuracy(key, samples, labels, changed);
        if (verdict.ok) {
          expect(decodeAccuracy(changed)).toEqual({ ...claim, atLeast: verdict.atLeast });
          expect(verdict.atLeast).toBeLessThan(CORRECT);
        } else {
          expect(verdict.code).not.toBe('internal');
        }
      }),
      { numRuns: runs(150) },
    );
  });

  it('reads what was written (property)', () => {
    const part = fc.record({
      first: fc.nat(),
      count: fc.nat(),
      output: fc
        .array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 5 })
        .map((v) => Int32Array.from(v)),
      proof: fc.uint8Array({ maxLength: 9 }),
    });
    const statements = fc.record({
      digest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      samples: fc.nat(),
      atLeast: fc.nat(),
      parts: fc.array(part, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(statements, (one) => {
        expect(decodeAccuracy(encodeAccuracy(one))).toEqual(one);
      }),
    );
    expect(() => encodeAccuracy({ ...claim, samples: 2 ** 32 })).toThrow(/is not an integer from 0 to 2\^32 − 1/);
    expect(() => encodeAccuracy({ ...claim, digest: claim.digest.subarray(1) })).toThrow(/31 bytes/);
  });

  it('says when nobody has checked the registration', async () => {
    const { keyFile } = await registerFiles(network);
    expect(verifyAccuracy(readKey(keyFile), samples, labels, statement)).toMatchObject({
      ok: true,
      weights: 'unchecked',
    });
  });
});
