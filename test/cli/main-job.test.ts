// The main job from the command line, on the examples: import, inspect, eval, prove, verify; then proofs
// that were tampered with.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect } from 'vitest';
import { it } from '../support/end-to-end.ts';
import { example, expectOneLine, useProgram } from './program.ts';

const program = useProgram();
const DIGITS = example('digits-images-idx3-ubyte.gz');
const LABELS = example('digits-labels-idx1-ubyte.gz');
const ONNX = example('mlp-small.onnx');

interface Proof {
  readonly digest: string;
  readonly output: number[];
  readonly labels: number[];
  readonly batch: number;
  readonly proofBytes: number;
  readonly fileBytes: number;
  readonly proveMs: number;
  readonly inferenceMs: number;
}
interface Verdict {
  readonly ok: boolean;
  readonly verifyMs: number;
  readonly output?: number[];
  readonly code?: string;
  readonly where?: string;
  readonly message?: string;
}

let imported: { code: number; report: Record<string, unknown> };
let proven: { code: number; report: Proof };

beforeAll(async () => {
  imported = await program.json('import', ONNX, '--calibrate', DIGITS, '--scale', '1/255', '-o', 'small.tern');
  proven = await program.json<Proof>('prove', 'small.tern', '--data', DIGITS, '--index', '3', '-o', 'digit.proof');
});

describe('the main job', () => {
  it('imports the network', () => {
    expect(imported.code).toBe(0);
    expect(imported.report['model']).toBe('small.tern');
    expect(imported.report['agreement']).toBeGreaterThan(0.98);
    expect(imported.report['fileBytes']).toBe(readFileSync(program.path('small.tern')).length);
  });

  it('says by which scale and range stored values are read, and that no scale was given', async () => {
    const input = { shape: [784], min: 0, max: 255, mean: 0 };
    expect(imported.report['input']).toEqual({ ...input, scale: 1 / 255 });
    const { report } = await program.json('import', ONNX, '--calibrate', DIGITS, '-o', 'unscaled.tern');
    expect(report['input']).toEqual({ ...input, scale: 1 });
    const words = await program.run('import', ONNX, '--calibrate', DIGITS, '-o', 'unscaled.tern');
    expect(words.stdout).toMatch(/^Input \[784\] of 0\.\.255, real = stored · 1 − 0\.\nNo --scale was given/m);
    const scaled = await program.run('import', ONNX, '--calibrate', DIGITS, '--scale', '1/255', '-o', 'scaled.tern');
    expect(scaled.stdout).toMatch(/^Input \[784\] of 0\.\.255, real = stored · 0\.00392\d* − 0\.\nOn 256/m);
  });

  it('inspects it', async () => {
    const { code, report } = await program.json('inspect', 'small.tern');
    expect(code).toBe(0);
    expect(report).toMatchObject({ weights: 101_632, nonzeros: 50_813, outputs: 10 });
    const { total, terms } = report['security'] as { total: number; terms: { name: string; bits: number }[] };
    expect(total).toBeGreaterThanOrEqual(100);
    expect(-Math.log2(terms.reduce((sum, { bits }) => sum + 2 ** -bits, 0))).toBeCloseTo(total, 6);
    expect(report['digest']).toBe(proven.report.digest);
    const cost = report['cost'] as Record<string, number>;
    expect(Object.keys(cost).sort()).toEqual(['inferenceMs', 'proofBytes', 'proveMs', 'verifyMs']);
    const { report: unmeasured } = await program.json('inspect', 'small.tern', '--no-measure');
    expect(unmeasured).not.toHaveProperty('cost');
  });

  it('evaluates it', async () => {
    const { code, report } = await program.json(
      ...['eval', 'small.tern', '--data', DIGITS, '--labels', LABELS, '--onnx', ONNX],
    );
    expect(code).toBe(0);
    expect(report['samples']).toBe(300);
    expect(report['agreement']).toBeGreaterThanOrEqual(0.985);
    expect(Math.abs((report['accuracy'] as number) - (report['floatAccuracy'] as number))).toBeLessThanOrEqual(0.005);
  });

  it('proves a digit', () => {
    const { code, report } = proven;
    expect(code).toBe(0);
    expect(report).toMatchObject({ batch: 1, labels: [0] });
    expect(report.output).toHaveLength(10);
    expect(report.fileBytes).toBe(readFileSync(program.path('digit.proof')).length);
    for (const time of [report.proveMs, report.inferenceMs]) expect(time).toBeGreaterThan(0);
  });

  it('verifies the proof', async () => {
    const { code, report } = await program.json<Verdict>('verify', 'small.tern', 'digit.proof');
    expect(code).toBe(0);
    expect(report).toMatchObject({ ok: true, output: proven.report.output, digest: proven.report.digest });
    expect(report.verifyMs).toBeGreaterThan(0);
  });

  it('says all of it in words as well, and leaves no temporary files', async () => {
    const words = [
      [
        ['import', ONNX, '--calibrate', DIGITS, '--scale', '1/255', '--labels', LABELS, '--name', 'n'],
        /mlp-small\.tern written/,
      ],
      [
        ['inspect', 'small.tern'],
        /50,813 nonzeros of 101,632 weights[\s\S]*digest [0-9a-f]{16}…[\s\S]*security \d+\.\d bits/,
      ],
      [
        ['eval', 'small.tern', '--data', DIGITS, '--labels', LABELS, '--index', '0..9'],
        /10 samples[\s\S]*accuracy +\d+\.\d %/,
      ],
      [
        ['prove', 'small.tern', '--data', DIGITS],
        /model +mlp-small, digest [0-9a-f]{16}…[\s\S]*proof +.* in small-0\.proof/,
      ],
      [['verify', 'small.tern', 'small-0.proof'], /^valid, checked in[\s\S]*model +mlp-small, digest [0-9a-f]{16}…/],
    ] as const;
    for (const [args, text] of words) {
      const { code, stdout, stderr } = await program.run(...args);
      expect(stderr.replace(/^ *\d+ % .*\n/gm, '')).toBe('');
      expect(stdout).toMatch(text);
      expect(code).toBe(0);
    }
    expect(readdirSync(program.folder).filter((name) => name.includes('tmp'))).toEqual([]);
  });

  it('gives the same proof from both engines', async () => {
    for (const engine of ['wasm', 'js']) {
      const { code } = await program.json(
        'prove',
        'small.tern',
        '--data',
        DIGITS,
        '--engine',
        engine,
        '-o',
        `${engine}.proof`,
      );
      expect(code).toBe(0);
    }
    expect(readFileSync(program.path('wasm.proof'))).toEqual(readFileSync(program.path('js.proof')));
  });

  it('proves several digits at once, and says of which samples a proof is', async () => {
    const batch = ['--data', DIGITS, '--index', '2..4'];
    const made = await program.json<Proof>('prove', 'small.tern', ...batch, '-o', 'batch.proof');
    expect(made.report).toMatchObject({ batch: 3 });
    expect(made.report.output.slice(10, 20)).toEqual(proven.report.output);
    expect((await program.json('verify', 'small.tern', 'batch.proof', ...batch)).code).toBe(0);
    for (const [index, message] of [
      ['2..3', /samples: 3 in the proof, 2 there; name the samples by --index/],
      ['3..5', /given by --data, sample 3\.\.5; another sample is named by --index/],
    ] as const) {
      const other = await program.json<Verdict>(
        'verify',
        'small.tern',
        'batch.proof',
        '--data',
        DIGITS,
        '--index',
        index,
      );
      expect(other).toMatchObject({ code: 1, report: { ok: false, code: 'statement', where: 'input' } });
      expect(other.report.message).toMatch(message);
    }
    expect((await program.json('verify', 'small.tern', 'digit.proof', '--data', DIGITS, '--index', '3')).code).toBe(0);
    expect((await program.json('verify', 'small.tern', 'digit.proof', '--data', DIGITS, '--index', '4')).code).toBe(1);
  });
});

describe('a tampered proof file', () => {
  const original = (): Buffer => readFileSync(program.path('digit.proof'));
  /** Magic number, version and digest; batch and number of committed tensors, three counts; then input and output as 32-bit integers, then the proof. */
  const DIGEST_START = 5;
  const COUNTS_START = DIGEST_START + 32;
  const INPUT_START = COUNTS_START + 20;
  const PROOF_START = INPUT_START + 4 * (784 + 10);

  /** Verifies these bytes; the verdict in JSON and in words must agree. */
  async function verdictOn(bytes: Uint8Array, model = 'small.tern'): Promise<Verdict> {
    writeFileSync(program.path('tampered.proof'), bytes);
    const { code, report } = await program.json<Verdict>('verify', model, 'tampered.proof');
    expect(code).toBe(1);
    expect(report.ok).toBe(false);
    const words = await program.run('verify', model, 'tampered.proof');
    expect(words).toEqual({
      code: 1,
      stdout: `invalid: ${report.code} at ${report.where}: ${report.message}\n`,
      stderr: '',
    });
    return report;
  }
  const flip = (at: number): Uint8Array => {
    const bytes = original();
    bytes[at] = (bytes[at] as number) ^ 1;
    return bytes;
  };

  it.each([
    ['in the digest of the network', DIGEST_START + 31, 'statement'],
    ['in the number of committed tensors', COUNTS_START + 4, /truncated/],
    ['in the batch, which follows from the input', COUNTS_START, /non-canonical/],
    ['in the proof length', COUNTS_START + 16, /truncated|trailing-bytes/],
    ['in a pixel', INPUT_START + 4 * 300, /sumcheck|claim|lookup-root|merkle|grinding|opening|proximity/],
    ['in an output', INPUT_START + 4 * 784, /sumcheck|claim|lookup-root|merkle|grinding|opening|proximity/],
    ['at the start of the proof', PROOF_START, /./],
  ])('with a bit flipped %s is refused', async (_, at, code) => {
    expect((await verdictOn(flip(at))).code).toMatch(code);
  });

  it('with a bit flipped anywhere in the proof is refused', async () => {
    const length = original().length;
    for (const share of [0.1, 0.3, 0.5, 0.7, 0.9]) {
      await verdictOn(flip(Math.floor(PROOF_START + share * (length - PROOF_START))));
    }
    await verdictOn(flip(length - 1));
  });

  it('with a pixel out of range is refused as such', async () => {
    const bytes = original();
    bytes.writeInt32LE(256, INPUT_START);
    expect(await verdictOn(bytes)).toMatchObject({ code: 'input-range', where: 'input[0]' });
  });

  it('with a byte dropped or appended is refused', async () => {
    const bytes = original();
    const without = (at: number) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    expect((await verdictOn(without(bytes.length - 1))).code).toBe('truncated');
    expect((await verdictOn(without(PROOF_START + 1000))).code).toBe('truncated');
    expect((await verdictOn(bytes.subarray(0, INPUT_START - 1))).code).toBe('truncated');
    expect((await verdictOn(Buffer.concat([bytes, Buffer.of(0)]))).code).toBe('trailing-bytes');
  });

  it.each<[string, () => Uint8Array, RegExp]>([
    ['with another magic number', () => flip(0), /tampered\.proof: it is not a proof file/],
    ['without its first byte', () => original().subarray(1), /tampered\.proof: it is not a proof file/],
    ['of nothing', () => Buffer.alloc(0), /tampered\.proof: it is not a proof file/],
    [
      'of an older version',
      () => original().fill(1, 4, 5),
      /its version is 1, this program reads version 3; make the proof again/,
    ],
    ['of version 2', () => flip(4), /its version is 2, this program reads version 3; make the proof again/],
    ['of a newer version', () => original().fill(4, 4, 5), /its version is 4, .* use a newer version of this program/],
  ])('%s is not a proof file: exit code 2', async (_, bytes, line) => {
    writeFileSync(program.path('tampered.proof'), bytes());
    expectOneLine(await program.run('verify', 'small.tern', 'tampered.proof'), line);
  });

  it('of another network is refused before anything else, and says so', async () => {
    await program.run('import', ONNX, '--calibrate', DIGITS, '--scale', '1/255', '--levels', '64', '-o', 'other.tern');
    const { report } = await program.json<{ digest: string }>('inspect', 'other.tern', '--no-measure');
    const refused = { code: 'statement', where: 'network' };
    expect(await verdictOn(flip(PROOF_START), 'other.tern')).toMatchObject(refused);
    const data = ['--data', DIGITS, '--index', '4'];
    const { code, report: verdict } = await program.json<Verdict>('verify', 'other.tern', 'digit.proof', ...data);
    expect(code).toBe(1);
    expect(verdict).toMatchObject(refused);
    expect(verdict.message).toContain(`made for ${proven.report.digest.slice(0, 16)}…`);
    expect(verdict.message).toContain(`this one is ${report.digest.slice(0, 16)}…`);

    // the digest in the file does not help: the statement has that of the verifier's own model
    const forged = original();
    forged.set(Buffer.from(report.digest, 'hex'), DIGEST_START);
    expect((await verdictOn(forged, 'other.tern')).where).not.toBe('network');
  });

  it('of the same network under another name is valid', async () => {
    await program.run('import', ONNX, '--calibrate', DIGITS, '--scale', '1/255', '--name', 'two', '-o', 'named.tern');
    const { code, report } = await program.json<{ digest: string }>('verify', 'named.tern', 'digit.proof');
    expect({ code, digest: report.digest }).toEqual({ code: 0, digest: proven.report.digest });
    expect((await program.json('inspect', 'named.tern', '--no-measure')).report['name']).toBe('two');
  });
});
