// Committed weights and inputs on the command line: registered, checked, proven, verified.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect } from 'vitest';
import { keyDigest } from '../../src/network/files/key.ts';
import { commitTensor, encodeNetwork, encodeRegistrationFile } from '../../src/network/index.ts';
import { it } from '../support/end-to-end.ts';
import { perceptron } from '../support/networks.ts';
import { DATA, network, samples, writeInputs } from './committed-files.ts';
import { expectOneLine, useProgram } from './program.ts';

const program = useProgram();
/** Layers: flatten, linear, affine, requantise, linear, affine; the output is tensor 6. */
const OUTPUT = network.outputs[0].tensor;
const HIDDEN = 4;

interface Verdict {
  readonly ok: boolean;
  readonly code?: string;
  readonly where?: string;
  readonly message?: string;
  readonly weights?: string;
  readonly output?: number[];
  readonly labels?: number[];
  readonly committed?: { readonly tensor: number; readonly root: string }[];
}

const read = (name: string): Buffer => readFileSync(program.path(name));
const write = (name: string, content: string | Uint8Array): void => writeFileSync(program.path(name), content);
const rootOf = (...indices: number[]): string =>
  Buffer.from(
    commitTensor(
      network.input.shape,
      indices.map((i) => samples[i]),
    ),
  ).toString('hex');

let registered: { code: number; report: Record<string, unknown> };

beforeAll(async () => {
  writeInputs(program);
  write('other.tern', encodeNetwork(perceptron({ sizes: [12, 10, 6], seed: 2 })));
  registered = await program.json('register', 'net.tern');
  for (const args of [
    ['register', 'other.tern'],
    ['prove', 'net.tern', ...DATA, '-o', 'public.proof'],
    ['prove', 'net.prover', ...DATA, '-o', 'net.proof'],
    ['prove', 'net.prover', ...DATA, '--input', 'committed', '-o', 'input.proof'],
    ['commit', ...DATA, '--model', 'net.vkey', '-o', 'net.commitment'],
    ['commit', ...DATA, '--model', 'net.vkey', '--index', '1', '-o', 'other.commitment'],
  ]) {
    expect(await program.run(...args), args.join(' ')).toMatchObject({ code: 0 });
  }
});

describe('register', () => {
  it('writes three files and says what they hold', () => {
    const { code, report } = registered;
    expect(code).toBe(0);
    expect(report).toMatchObject({
      model: 'net.tern',
      digest: Buffer.from(keyDigest(read('net.vkey'))).toString('hex'),
      prover: 'net.prover',
      key: 'net.vkey',
      registration: 'net.registration',
      proverBytes: read('net.prover').length,
      keyBytes: read('net.vkey').length,
      registrationBytes: read('net.registration').length,
    });
    expect(report['registerMs']).toBeGreaterThan(0);
    const { root, digestLength, entries } = report['commitment'] as Record<string, number | string>;
    expect(root).toHaveLength(2 * (digestLength as number));
    expect(entries).toBeGreaterThanOrEqual(12 * 10 + 10 * 6);
    const bounds = report['bounds'] as { kind: string }[];
    expect(bounds.map(({ kind }) => kind)).toEqual(['matrix', 'scale', 'matrix', 'scale']);
    expect(bounds[0]).toEqual({ layer: 'linear 1', kind: 'matrix', ternary: true, ...rowSums() });
    expect(readdirSync(program.folder).filter((name) => name.includes('tmp'))).toEqual([]);
  });

  it('writes where it is told, the same key and registration again', async () => {
    const run = await program.run(
      'register',
      'net.tern',
      '-o',
      'a',
      '--key',
      'b',
      '--registration',
      'c',
      '--engine',
      'js',
    );
    expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/^key +\d+ bytes in b$/m) });
    expect(run.stdout).toContain('Publish the key and its registration. The .prover file holds the weights.');
    for (const [name, other] of [
      ['a', 'net.prover'],
      ['b', 'net.vkey'],
      ['c', 'net.registration'],
    ]) {
      expect(read(name).equals(read(other)), name).toBe(true);
    }
  });

  it('overwrites nothing of another kind', async () => {
    expectOneLine(
      await program.run('register', 'net.tern', '--key', 'net.proof'),
      /net\.proof: .* is not a verifying key/,
    );
    expectOneLine(await program.run('register', 'net.tern', '-o', 'net.tern'), /net\.tern: .* is not a prover's file/);
    expectOneLine(
      await program.run('register', 'net.tern', '-o', 'x', '--key', './x'),
      /register: it writes three files; give -o, --key and --registration apart/,
    );
    expect(readdirSync(program.folder)).not.toContain('x');
  });
});

/** The largest sums of one sign in a row of the first matrix. */
function rowSums(): { plus: number; minus: number } {
  const linear = network.layers.find(({ kind }) => kind === 'linear');
  if (linear?.kind !== 'linear' || !('plusEnds' in linear.weights)) throw new Error('the network has no first matrix');
  const { rows, ends, plusEnds, rowCount } = linear.weights;
  const [plus, minus] = [new Array<number>(rowCount).fill(0), new Array<number>(rowCount).fill(0)];
  let k = 0;
  ends.forEach((end, column) => {
    for (; k < plusEnds[column]; k++) plus[rows[k]]++;
    for (; k < end; k++) minus[rows[k]]++;
  });
  return { plus: Math.max(...plus), minus: Math.max(...minus) };
}

describe('verify-model', () => {
  it('accepts the registration of a key', async () => {
    const { code, report } = await program.json('verify-model', 'net.vkey', 'net.registration');
    expect(code).toBe(0);
    expect(report).toMatchObject({ ok: true, digest: registered.report['digest'] });
    expect((await program.run('verify-model', 'net.vkey', 'net.registration')).stdout).toMatch(/^valid, checked in /);
  });

  it.each<[string, () => Uint8Array, Partial<Verdict>]>([
    ['of another model', () => read('other.registration'), { code: 'statement', where: 'key' }],
    [
      'of another model under the digest of this one',
      () =>
        encodeRegistrationFile({
          digest: keyDigest(read('net.vkey')),
          registration: read('other.registration').subarray(37),
        }),
      { where: expect.stringMatching(/^registration\//) as string },
    ],
    ['that is cut short', () => read('net.registration').subarray(0, -1), { code: 'truncated' }],
    ['with a byte more', () => Buffer.concat([read('net.registration'), Buffer.of(0)]), { code: 'trailing-bytes' }],
    ['of nothing but its header', () => read('net.registration').subarray(0, 37), { code: 'truncated' }],
  ])('refuses a registration %s with exit code 1', async (_, bytes, refused) => {
    write('wrong.registration', bytes());
    const { code, report } = await program.json<Verdict>('verify-model', 'net.vkey', 'wrong.registration');
    expect(code).toBe(1);
    expect(report).toMatchObject({ ok: false, ...refused });
    const words = await program.run('verify-model', 'net.vkey', 'wrong.registration');
    expect(words.stdout).toBe(`invalid: ${report.code} at ${report.where}: ${report.message}\n`);
    expect(words.code).toBe(1);
    // and so does the proof that names it
    const proof = await program.json<Verdict>(
      ...['verify', 'net.vkey', 'net.proof', '--registration', 'wrong.registration'],
    );
    expect(proof).toMatchObject({ code: 1, report: { ok: false, ...refused } });
  });
});

describe('a proof of committed weights', () => {
  it('is valid, and says that nobody has checked the registration', async () => {
    const { code, report } = await program.json<Verdict>('verify', 'net.vkey', 'net.proof');
    expect(code).toBe(0);
    expect(report).toMatchObject({ ok: true, weights: 'unchecked', digest: registered.report['digest'] });
    expect(report).not.toHaveProperty('committed');
    const words = await program.run('verify', 'net.vkey', 'net.proof');
    expect(words.stdout).toMatch(/^weights +committed; their registration was NOT checked\nWARNING /m);
    expect(words.code).toBe(0);
  });

  it('says that it was checked, when it was', async () => {
    const args = ['verify', 'net.vkey', 'net.proof', '--registration', 'net.registration'];
    const { code, report } = await program.json<Verdict>(...args);
    expect(code).toBe(0);
    expect(report).toMatchObject({ ok: true, weights: 'registered', registrationMs: expect.any(Number) as number });
    const words = (await program.run(...args)).stdout;
    expect(words).toMatch(/^weights +committed; their registration was checked$/m);
    expect(words).not.toContain('WARNING');
  });

  it('has the output of public weights, which are said to be public', async () => {
    const [committed, open] = [
      await program.json<Verdict>('verify', 'net.vkey', 'net.proof'),
      await program.json<Verdict>('verify', 'net.tern', 'public.proof'),
    ];
    expect(open).toMatchObject({ code: 0, report: { ok: true, weights: 'public' } });
    expect(committed.report.output).toEqual(open.report.output);
    expect((await program.run('verify', 'net.tern', 'public.proof')).stdout).toMatch(/^weights +public$/m);
  });

  it('is the same with little memory and from either engine', async () => {
    for (const more of [
      ['--memory', 'low'],
      ['--memory', 'high'],
      ['--engine', 'js'],
      ['--memory', 'low', '--engine', 'js'],
    ]) {
      const run = await program.json('prove', 'net.prover', ...DATA, '-o', 'same.proof', ...more);
      expect(run).toMatchObject({ code: 0, report: { weights: 'committed' } });
      expect(read('same.proof').equals(read('net.proof')), more.join(' ')).toBe(true);
    }
  });

  it.each([
    ['with the key of another model', ['other.vkey', 'net.proof']],
    ['with the model itself, whose weights are public', ['net.tern', 'net.proof']],
    ['of public weights, with a key', ['net.vkey', 'public.proof']],
  ])('is refused %s', async (_, args) => {
    const { code, report } = await program.json<Verdict>('verify', ...args);
    expect(code).toBe(1);
    expect(report).toMatchObject({ ok: false, code: 'statement', where: 'network' });
  });

  it('is refused with a bit changed anywhere', async () => {
    const original = read('net.proof');
    for (const share of [0.1, 0.4, 0.7, 0.95]) {
      const bytes = Buffer.from(original);
      bytes[Math.floor(share * bytes.length)] ^= 1;
      write('changed.proof', bytes);
      const { code, report } = await program.json<Verdict>('verify', 'net.vkey', 'changed.proof');
      expect({ code, ok: report.ok }).toEqual({ code: 1, ok: false });
    }
  });
});

describe('a committed input', () => {
  const verify = (...more: string[]) => program.json<Verdict>('verify', 'net.vkey', 'input.proof', ...more);

  it('is published as shape, number of samples and root', async () => {
    const { shape } = network.input;
    expect(JSON.parse(read('net.commitment').toString())).toEqual({ shape, batch: 1, root: rootOf(0) });
    const range = ['commit', ...DATA, '--index', '1..3', '--shape', shape.join(), '-o', 'three.commitment'];
    const { code, report } = await program.json(...range);
    expect(code).toBe(0);
    expect(report).toMatchObject({ commitment: 'three.commitment', shape, batch: 3, root: rootOf(1, 2, 3) });
    expect((await program.run('commit', ...DATA)).stdout).toMatch(/^root +[0-9a-f]{52}$/m);
    expect(readdirSync(program.folder)).toContain('samples-0.commitment');
  });

  it('is shown by its root, and is not a part of the proof file', async () => {
    const { code, report } = await verify();
    expect(code).toBe(0);
    expect(report).toMatchObject({ ok: true, batch: 1, committed: [{ tensor: 0, root: rootOf(0) }] });
    expect(report.output).toEqual((await program.json<Verdict>('verify', 'net.vkey', 'net.proof')).report.output);
    const words = (await program.run('verify', 'net.vkey', 'input.proof')).stdout;
    expect(words).toMatch(new RegExp(`^input +root ${rootOf(0)}$`, 'm'));
    expect(words).toContain('The input is the one behind its root: compare');
  });

  it('is the one that was published, or the samples at hand', async () => {
    for (const more of [['--input-commitment', 'net.commitment'], [...DATA, '--index', '0'], DATA]) {
      expect(await verify(...more), more.join(' ')).toMatchObject({ code: 0, report: { ok: true } });
    }
    // a proof that shows its input is compared as well
    const shown = ['verify', 'net.vkey', 'net.proof', '--input-commitment'];
    expect((await program.json(...shown, 'net.commitment')).code).toBe(0);
    expect(await program.json(...shown, 'other.commitment')).toMatchObject({ code: 1, report: { code: 'statement' } });
  });

  it('is refused if another one was published: exit code 1', async () => {
    const refused = { code: 1, report: { ok: false, code: 'statement', where: 'input' } };
    expect(await verify('--input-commitment', 'other.commitment')).toMatchObject(refused);
    expect(await verify(...DATA, '--index', '1')).toMatchObject(refused);
    expect(await verify(...DATA, '--index', '0..1')).toMatchObject(refused);
    write('wider.commitment', JSON.stringify({ shape: [13], batch: 1, root: rootOf(0) }));
    write('two.commitment', JSON.stringify({ shape: network.input.shape, batch: 2, root: rootOf(0) }));
    const wider = await verify('--input-commitment', 'wider.commitment');
    expect(wider).toMatchObject(refused);
    expect(wider.report.message).toContain(
      'of shape [1, 12], the commitment is of [13]; the root depends on the shape',
    );
    expect((await verify('--input-commitment', 'two.commitment')).report.message).toContain(
      'samples: 1 in the proof, 2 there; commit to as many as are proven',
    );
  });

  it('goes with other tensors, and with public weights', async () => {
    const args = ['--index', '0..2', '--input', 'committed', '--commit-tensors', `${OUTPUT},${HIDDEN}`];
    for (const [model, key] of [
      ['net.tern', 'net.tern'],
      ['net.prover', 'net.vkey'],
    ]) {
      const made = await program.json<Verdict>('prove', model, ...DATA, ...args, '-o', 'all.proof');
      expect(made).toMatchObject({ code: 0, report: { output: [], labels: [] } });
      const tensors = made.report.committed?.map(({ tensor }) => tensor);
      expect(tensors).toEqual([0, HIDDEN, OUTPUT]);
      const { code, report } = await program.json<Verdict>('verify', key, 'all.proof', ...DATA, '--index', '0..2');
      expect({ code, committed: report.committed }).toEqual({ code: 0, committed: made.report.committed });
      const words = (await program.run('verify', key, 'all.proof')).stdout;
      expect(words).toMatch(/^batch +3 samples$/m);
      expect(words).not.toMatch(/^(largest|output) /m);
    }
  });
});

describe('inspect', () => {
  it('shows what is public of a key, and no weights', async () => {
    const { code, report } = await program.json('inspect', 'net.vkey');
    expect(code).toBe(0);
    expect(report).toMatchObject({
      digest: registered.report['digest'],
      weights: 12 * 10 + 10 * 6,
      commitment: registered.report['commitment'],
      weightBounds: registered.report['bounds'],
    });
    for (const name of ['nonzeros', 'cost']) expect(report).not.toHaveProperty(name);
    expect(report['levels']).not.toHaveLength(0);
    for (const name of ['security', 'registrationSecurity']) {
      const { total, terms } = report[name] as { total: number; terms: { bits: number }[] };
      expect(total).toBeGreaterThanOrEqual(100);
      expect(-Math.log2(terms.reduce((sum, { bits }) => sum + 2 ** -bits, 0))).toBeCloseTo(total, 6);
    }
    const words = (await program.run('inspect', 'net.vkey')).stdout;
    expect(words).toMatch(
      /180 weights, committed[\s\S]*weights behind the root [0-9a-f]+[\s\S]*ternary, rows from −\d+ to \+\d+/,
    );
    expect(words).toContain('A commitment binds; it does not hide');
  });

  it("shows a prover's file, and measures it", async () => {
    const { code, report } = await program.json('inspect', 'net.prover');
    expect(code).toBe(0);
    const model = (await program.json('inspect', 'net.tern', '--no-measure')).report;
    for (const name of ['input', 'layers', 'nonzeros', 'weights', 'lookups']) expect(report[name]).toEqual(model[name]);
    for (const figure of Object.values(report['cost'] as Record<string, number>)) expect(figure).toBeGreaterThan(0);
  });
});
