// Several processes on one file, and files that are replaced while they are read: one whole result, never a mixture.

import { chmodSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, vi } from 'vitest';
import { withLocks } from '../../src/cli/lock.ts';
import { writeFile, writeFiles } from '../../src/cli/output.ts';
import { InputError } from '../../src/errors.ts';
import { encodeNetwork } from '../../src/network/index.ts';
import { DATA, writeInputs } from '../cli/committed-files.ts';
import { useProgram } from '../cli/program.ts';
import { it } from '../support/end-to-end.ts';
import { perceptron } from '../support/networks.ts';
import { leftovers, runAfter } from './start.ts';

const program = useProgram();
const read = (name: string): Buffer => readFileSync(program.path(name));
const SET = ['net.prover', 'net.vkey', 'net.registration'];
const toSet = (prefix: string) => {
  const [prover, key, registration] = SET.map((name) => `${prefix}${name}`);
  return ['-o', prover, '--key', key, '--registration', registration];
};

beforeAll(() => {
  writeInputs(program);
  writeFileSync(program.path('other.tern'), encodeNetwork(perceptron({ sizes: [12, 8, 4], seed: 9 })));
});

afterEach(() => {
  vi.restoreAllMocks();
  expect(leftovers(program)).toEqual([]);
});

const WAIT = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);';

/** A module with which the first file takes its name, and the others long after it. */
const SLOW = replacing('renameSync', `original(...args); fs.writeFileSync('begun', ''); ${WAIT}`);

/** A module with which nothing is written before the slow process has begun to rename. */
const LATE = replacing('writeFileSync', `while (!fs.existsSync('begun')) ${WAIT} original(...args);`);

function replacing(name: string, body: string): string {
  return `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const original = fs.${name};
    fs.${name} = (...args) => { ${body} };
    syncBuiltinESMExports();
  `;
}

describe('processes that write at once', () => {
  it('leave one of their proofs, whole', async () => {
    const proveTo = (path: string, index: number) => ['prove', 'net.tern', ...DATA, '--index', `${index}`, '-o', path];
    for (const index of [0, 1]) expect((await program.run(...proveTo(`${index}.proof`, index))).code).toBe(0);
    const runs = await Promise.all([0, 1, 0, 1].map((index) => program.run(...proveTo('same.proof', index))));
    expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual(runs.map(() => ({ code: 0, stderr: '' })));
    expect([read('0.proof'), read('1.proof')]).toContainEqual(read('same.proof'));
  });

  it('leave one of their registrations, all three files of it', async () => {
    const models = ['net.tern', 'other.tern'];
    for (const model of models) expect((await program.run('register', model, ...toSet(model))).code).toBe(0);
    const runs = await Promise.all(
      models.map((model, k) => runAfter(program, [SLOW, LATE][k], 'register', model, ...toSet(''))),
    );
    expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual(runs.map(() => ({ code: 0, stderr: '' })));
    const sets = models.map((model) => SET.map((name) => read(`${model}${name}`)));
    expect(sets).toContainEqual(SET.map(read));
  });
});

describe('a file that is replaced', () => {
  const modeOf = (name: string): number => statSync(program.path(name)).mode & 0o777;

  it('leaves its permissions to the new one, one by one and in sets', () => {
    const modes = { 'secret.prover': 0o600, 'shared.vkey': 0o664 };
    const files = Object.entries(modes).map(([name, mode]) => {
      writeFileSync(program.path(name), 'old');
      chmodSync(program.path(name), mode);
      return { path: program.path(name), bytes: Uint8Array.of(1) };
    });
    const kept = () => Object.fromEntries(Object.keys(modes).map((name) => [name, modeOf(name)]));
    writeFiles(files);
    expect(kept()).toEqual(modes);
    for (const { path, bytes } of files) writeFile(path, bytes);
    expect(kept()).toEqual(modes);
    expect(read('secret.prover')).toEqual(Buffer.of(1));
  });

  it('has those of any new file if there was none', () => {
    writeFileSync(program.path('any'), '');
    writeFile(program.path('fresh'), Uint8Array.of(1));
    expect(modeOf('fresh')).toBe(modeOf('any'));
  });
});

describe('the lock of files that belong together', () => {
  const files = (...names: readonly string[]) => names.map((name) => ({ path: program.path(name) }));
  const paths = () => [program.path('b.lock'), program.path('a.lock')];

  it('is there while they are renamed, and gone after it, and after a failure', () => {
    const use = vi.fn(() => expect(leftovers(program)).toEqual(['a.lock', 'b.lock']));
    withLocks(files('b', 'a', 'b'), use);
    expect(use).toHaveBeenCalledTimes(1);
    const fail = (): never => {
      throw new Error('enough');
    };
    expect(() => withLocks(files('a', 'b'), fail)).toThrow('enough');
  });

  it('is waited for, and refused by name if nobody gives it back', () => {
    const [held] = paths();
    writeFileSync(held, '');
    let now = Date.now();
    vi.spyOn(Date, 'now').mockImplementation(() => {
      now += 3_000;
      // never old: somebody makes it again and again
      utimesSync(held, now / 1000, now / 1000);
      return now;
    });
    const use = vi.fn();
    const refused = new InputError(`${held}: other processes hold it; try again when they are done, or remove it`);
    expect(() => withLocks(files('a', 'b'), use)).toThrow(refused);
    expect(use).not.toHaveBeenCalled();
    // the other one was given back, and the one that somebody holds was left alone
    expect(leftovers(program)).toEqual(['b.lock']);
    vi.restoreAllMocks();
    utimesSync(held, 0, 0);
    withLocks(files('a', 'b'), use);
    expect(use).toHaveBeenCalledTimes(1);
  });

  it('that cannot be made is refused with the name of a file', () => {
    const set = files('x', 'none/y').map((file) => ({ ...file, bytes: Uint8Array.of(1) }));
    expect(() => writeFiles(set)).toThrow(/none\/y: it cannot be written: the file or folder does not exist/);
  });
});

describe('a key that is replaced while it is read', () => {
  it('is one of the two, whole, and told from the other', async () => {
    const models = ['net.tern', 'other.tern'];
    for (const model of models) {
      expect((await program.run('register', model, ...toSet(`${model}.`))).code).toBe(0);
    }
    expect((await program.run('prove', 'net.tern.net.prover', ...DATA, '-o', 'key.proof')).code).toBe(0);
    const keys = models.map((model) => read(`${model}.net.vkey`));
    let isDone = false;
    const replacing = (async () => {
      for (let turn = 0; !isDone; turn++) {
        writeFile(program.path('turning.vkey'), keys[turn % 2]);
        await new Promise((resume) => setImmediate(resume));
      }
    })();
    const codes: number[] = [];
    for (let k = 0; k < 8; k++) {
      const { code, stdout, stderr } = await program.run('verify', 'turning.vkey', 'key.proof');
      codes.push(code);
      expect(stderr).toBe('');
      expect(stdout).toMatch(code === 0 ? /^valid, / : /^invalid: statement at network: /);
    }
    isDone = true;
    await replacing;
    expect(codes.every((code) => code === 0 || code === 1)).toBe(true);
  });

  it('by a program that writes into it is refused, wherever the two meet', async () => {
    const [key, other] = ['net.tern', 'other.tern'].map((model) => read(`${model}.net.vkey`));
    const length = Math.min(key.length, other.length);
    for (const at of [6, 9, length >> 1, length - 30, length - 4]) {
      writeFileSync(program.path('torn.vkey.new'), Buffer.concat([key.subarray(0, at), other.subarray(at)]));
      renameSync(program.path('torn.vkey.new'), program.path('torn.vkey'));
      const { code, stderr, stdout } = await program.run('verify', 'torn.vkey', 'key.proof');
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^ternary-gkr: torn\.vkey: verifying key[^\n]*\n$/);
    }
  });
});
