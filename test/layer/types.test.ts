// The untrusted arguments of a layer's verifier: objects that pose as lists are rejected, lists from another realm are
// accepted, and the digest is absorbed.

import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { createKoalaBearEngine, koalaBear } from '../../src/field/index.ts';
import { LAYER_METHODS, prepareLayer, proveLayerStatement, verifyLayerStatement } from '../../src/layer/index.ts';
import { ternaryDigest, ternaryFromDense } from '../../src/sparse/index.ts';

const weights = ternaryFromDense([1, -1, 0, 1, 1, 1], 2, 3);
const digest = ternaryDigest(weights);
const input = Int32Array.of(3, 4, 5);
const engine = createKoalaBearEngine();

describe.each(LAYER_METHODS)('the statement of a layer by %s', (method) => {
  const { proof, output } = proveLayerStatement(engine, prepareLayer(engine, method, weights), input);
  const check = (given: { digest?: unknown; input?: unknown; output?: unknown; proof?: unknown }) => {
    const all = { digest, input, output, proof, ...given };
    return verifyLayerStatement(
      koalaBear,
      method,
      weights,
      all.digest as Uint8Array,
      all.input as Int32Array,
      all.output as Int32Array,
      all.proof as Uint8Array,
    );
  };

  it('is of lists whose elements are 32-bit integers, whatever their prototype says', () => {
    const posing = (kind: typeof Int32Array | typeof Uint8Array, length: number): unknown =>
      Object.create(kind.prototype, { length: { value: length }, 0: { value: 3.5 } });
    for (const values of [posing(Int32Array, 3), [3, 4, 5], Uint32Array.of(3, 4, 5), null, 3, { length: 2e9 }]) {
      expect(check({ input: values })).toMatchObject({ ok: false, code: 'statement', where: 'input' });
      expect(check({ output: values })).toMatchObject({ ok: false, code: 'statement', where: 'output' });
    }
    for (const bytes of [posing(Uint8Array, 9), Array.from(proof), null, 2e9, { length: 2e9 }, proof.buffer]) {
      expect(check({ proof: bytes })).toMatchObject({ ok: false, code: 'bad-header', where: 'proof' });
    }
  });

  it('may come from another realm', () => {
    const foreign = runInNewContext('Int32Array.of(3, 4, 5)');
    expect(foreign instanceof Int32Array).toBe(false);
    expect(check({ input: foreign })).toEqual({ ok: true });
  });

  it('names one of the methods', () => {
    const verify = () => verifyLayerStatement(koalaBear, 'fastest' as 'ternary', weights, digest, input, output, proof);
    expect(verify).toThrow('fastest');
    expect(verify).toThrow(UsageError);
  });

  it('is of a matrix as the library makes it: whole sizes from 1 on, lists of indices, one end for each column', () => {
    const [two, three, lists] = [Uint32Array.of(0, 1), Uint32Array.of(0, 1, 2, 3), Array.from(weights.ends)];
    for (const wrong of [
      { rowCount: 0 },
      { rowCount: 1.5 },
      { rowCount: '2' },
      { columnCount: 0 },
      { columnCount: 2 ** 53 },
      { rows: Array.from(weights.rows) },
      { plusEnds: lists },
      { ends: lists },
      { plusEnds: two },
      { plusEnds: three },
      { ends: two },
      { ends: three },
    ]) {
      const matrix = { ...weights, ...wrong } as typeof weights;
      const verify = () => verifyLayerStatement(koalaBear, method, matrix, digest, input, output, proof);
      expect(verify, JSON.stringify(wrong)).toThrow(UsageError);
      expect(verify, JSON.stringify(wrong)).toThrow('give one of ternaryFromDense or ternaryFromEntries');
    }
  });

  it('is bound to its digest, which is 32 bytes', () => {
    const other = digest.map((byte) => byte ^ 1);
    expect(check({ digest: other })).toMatchObject({ ok: false, code: 'sumcheck' });
    for (const none of ['digest', null, digest.subarray(1), Array.from(digest), { length: 32 }]) {
      expect(() => check({ digest: none })).toThrow(UsageError);
    }
  });
});
