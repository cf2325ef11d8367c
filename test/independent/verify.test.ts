import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Point } from './field.ts';
import { verify } from './verify.ts';

interface Vector {
  readonly name: string;
  readonly model?: string;
  readonly digest: string;
  readonly parameters: string;
  readonly points: readonly string[];
  readonly claims: readonly (readonly [string, number, string])[];
  readonly proofFile: string;
  readonly steps: readonly (readonly (string | number)[])[];
}

const path = new URL('../vectors/networks.json', import.meta.url);
const vectors = (JSON.parse(readFileSync(path, 'utf8')) as Vector[]).filter((vector) => vector.model !== undefined);

const encode = (point: Point): string =>
  point.map((x) => Buffer.from(Uint32Array.from(x, Number).buffer).toString('hex')).join('');

/** Where the length of the proof stands in a file: before the committed tensors, the input, the output and the proof. */
const LENGTH = 5 + 32 + 16;

describe.each(vectors)('$name', ({ model: modelHex, parameters, points, claims, proofFile, steps }) => {
  const model = Buffer.from(modelHex!, 'hex');
  const file = Buffer.from(proofFile, 'hex');
  const reason = (change: { model?: Uint8Array; file?: Uint8Array; parameters?: string }): string => {
    const verdict = verify(change.model ?? model, change.file ?? file, change.parameters ?? parameters);
    return verdict.ok ? 'accepted' : verdict.reason;
  };
  const length = file.readUInt32LE(LENGTH);
  const resized = (proof: Uint8Array): Buffer => {
    const other = Buffer.concat([file.subarray(0, file.length - length), proof]);
    other.writeUInt32LE(proof.length, LENGTH);
    return other;
  };

  it('is accepted with the transcript and the claims of the vector', () => {
    const verdict = verify(model, file, parameters);
    expect(verdict.reason).toBe('');
    expect(verdict.ok).toBe(true);
    expect(verdict.steps).toEqual(steps);
    const found = verdict.claims.map(({ what, point, value }) => [what, encode(point), encode([value])]);
    expect(found).toEqual(claims.map(([what, point, value]) => [what, points[point], value]));
  });

  it('is refused with any byte of the file changed', () => {
    // Hints are hashed as a whole and are most of a long proof: there a prime stride of bytes stands for all of them.
    const stride = file.length > 20_000 ? 17 : 1;
    let offset = file.length - length;
    const kept = Array.from({ length: offset }, (_, i) => i);
    for (const [operation, , count] of steps) {
      const unit = operation === 'send' ? 16 : operation === 'send bytes' || operation === 'hint' ? 1 : 0;
      const end = offset + unit * (count as number);
      for (; offset < end; offset += operation === 'hint' ? Math.min(stride, end - offset) : 1) kept.push(offset);
    }
    expect(offset).toBe(file.length);
    for (const i of kept) {
      const mutant = Buffer.from(file);
      mutant[i]! ^= 1 + (i % 255);
      if (reason({ file: mutant }) === 'accepted') expect.fail(`byte ${i} does not matter`);
    }
  }, 110_000);

  it('is refused truncated or prolonged', () => {
    const proof = file.subarray(file.length - length);
    for (let kept = 0; kept < length; kept += kept < 64 || kept > length - 64 ? 1 : 61) {
      expect(reason({ file: resized(proof.subarray(0, kept)) })).not.toBe('accepted');
    }
    expect(reason({ file: resized(proof.subarray(0, length - 1)) })).toBe('the proof ends early');
    expect(reason({ file: resized(Buffer.concat([proof, Buffer.alloc(1)])) })).toBe('the proof has bytes left');
    expect(reason({ file: file.subarray(0, file.length - 1) })).toBe('the file ends early');
    expect(reason({ file: Buffer.concat([file, Buffer.alloc(1)]) })).toBe('the file has bytes left');
  });

  it('is refused for a model with any byte changed, its check and the digest in the file made to fit', () => {
    const afterName = 6 + model[5]!;
    for (let i = afterName; i < model.length - 8; i++) {
      const other = Buffer.from(model);
      other[i]! ^= 2;
      const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
      sha256(other.subarray(0, -8)).copy(other, other.length - 8, 0, 8);
      const fitted = Buffer.from(file);
      sha256(Buffer.concat([Buffer.from('TERN\u0002\u0000'), other.subarray(afterName, -8)])).copy(fitted, 5);
      if (reason({ model: other, file: fitted }) === 'accepted') expect.fail(`byte ${i} of the model does not matter`);
    }
  });

  it('is refused with other parameters', () => {
    expect(reason({ parameters: parameters === 'null' ? '{}' : 'null' })).not.toBe('accepted');
    if (parameters === 'null') return;
    const queries = (change: (text: string) => string) =>
      reason({ parameters: parameters.replace(/"queries":(\d+)/, (_, text: string) => `"queries":${change(text)}`) });
    expect(queries(() => '1')).toBe('the errors add up to more than 2^-100');
    expect(queries((text) => String(Number(text) + 1))).not.toBe('accepted');
    expect(queries((text) => `${text}.0`)).toBe('the text is not that of its parameters');
    expect(reason({ parameters: parameters.replace('"isPoint":false', '"isPoint":true') })).not.toBe('accepted');
  });
});
