// A process that is killed, while it proves and while it writes: every destination is what it was or what it should
// become, whole; what is left over has a name that says so, and goes with the next run.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect } from 'vitest';
import { encodeNetwork } from '../../src/network/index.ts';
import { DATA, writeInputs } from '../cli/committed-files.ts';
import { expectOneLine, useProgram } from '../cli/program.ts';
import { it } from '../support/end-to-end.ts';
import { perceptron } from '../support/networks.ts';
import { breaking, KILLED, leftovers, runAfter } from './start.ts';

const program = useProgram();
const read = (name: string): Buffer => readFileSync(program.path(name));
const proveTo = (path: string, index = 0) => ['prove', 'net.tern', ...DATA, '--index', `${index}`, '-o', path];
const REGISTER = ['register', 'net.tern'];
const HALF = 'original(args[0], args[1].subarray(0, args[1].length >> 1), args[2]);';

beforeAll(async () => {
  writeInputs(program);
  writeFileSync(program.path('old.tern'), encodeNetwork(perceptron({ sizes: [12, 8, 4], seed: 9 })));
  for (const [index, name] of ['first.proof', 'second.proof'].entries()) {
    expect((await program.run(...proveTo(name, index))).code).toBe(0);
  }
});

beforeEach(() => {
  for (const name of leftovers(program)) rmSync(program.path(name));
});

/** As if it had been left there long ago. */
function age(name: string): void {
  const before = Date.now() / 1000 - 3600;
  utimesSync(program.path(name), before, before);
}

describe('killed while it writes a proof', () => {
  const crashes: readonly [string, string][] = [
    ['before the first byte', breaking('writeFileSync', '/\\.tmp$/', KILLED)],
    ['half way', breaking('writeFileSync', '/\\.tmp$/', `${HALF} ${KILLED}`)],
    ['with all but the name', breaking('renameSync', '/\\.tmp$/', KILLED)],
  ];

  it.each(crashes)('%s: the destination is absent, or the older proof', async (_, module) => {
    for (const destination of ['none.proof', 'kept.proof']) {
      if (destination === 'kept.proof') writeFileSync(program.path(destination), read('second.proof'));
      const { code, signal, stdout } = await runAfter(program, module, ...proveTo(destination));
      expect({ code, signal, stdout }).toEqual({ code: -1, signal: 'SIGKILL', stdout: '' });
      if (destination === 'none.proof') expect(existsSync(program.path(destination))).toBe(false);
      else expect(read(destination)).toEqual(read('second.proof'));
    }
    for (const name of leftovers(program)) expect(name).toMatch(/^(none|kept)\.proof\.\d+-[0-9a-f]{8}\.tmp$/);
  });

  it('half way: the rest is not a proof, and the next run removes it when it is old and no process owns it', async () => {
    await runAfter(program, crashes[1][1], ...proveTo('kept.proof'));
    const [left] = leftovers(program);
    expect(read(left).length).toBe(read('first.proof').length >> 1);
    const refused = await program.run('verify', 'net.tern', left);
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringMatching(/^invalid: truncated/) as string });

    // one of a process that runs, one of another destination, one that looks like neither
    const others = [
      `kept.proof.${process.pid}-00000000.tmp`,
      `other.proof.${2 ** 30}-00000000.tmp`,
      'kept.proof.old.tmp',
    ];
    for (const name of others) {
      writeFileSync(program.path(name), '');
      age(name);
    }
    expect((await program.run(...proveTo('kept.proof'))).code).toBe(0);
    expect(leftovers(program).sort()).toEqual([left, ...others].sort());
    age(left);
    expect((await program.run(...proveTo('kept.proof'))).code).toBe(0);
    expect(leftovers(program).sort()).toEqual([...others].sort());
    expect(read('kept.proof')).toEqual(read('first.proof'));
  });
});

describe('killed from outside, at any moment', () => {
  it('leaves the older proof or the new one', async () => {
    writeFileSync(program.path('moment.proof'), read('second.proof'));
    const whole = [read('first.proof'), read('second.proof')];
    for (const delay of [20, 120, 180, 240, 300, 360, 420, 600]) {
      const child = spawn(process.execPath, [program.main, ...proveTo('moment.proof')], {
        cwd: program.folder,
        stdio: 'ignore',
      });
      const exit = once(child, 'exit');
      await setTimeout(delay);
      child.kill('SIGKILL');
      await exit;
      expect(whole).toContainEqual(read('moment.proof'));
    }
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s ends with that signal and writes nothing',
    async (signal) => {
      const module = `setTimeout(() => process.kill(process.pid, '${signal}'), 0);`;
      const run = await runAfter(program, module, ...proveTo('none.proof'));
      expect(run).toMatchObject({ code: -1, signal, stdout: '' });
      expect(existsSync(program.path('none.proof'))).toBe(false);
      expect(leftovers(program)).toEqual([]);
    },
  );
});

describe('killed between the files of a registration', () => {
  const named = ['-o', 'net.prover', '--key', 'net.vkey', '--registration', 'net.registration'];
  const SET = ['net.prover', 'net.vkey', 'net.registration'];

  it('while they are written: the older set stays whole', async () => {
    expect((await program.run('register', 'old.tern', ...named)).code).toBe(0);
    const before = SET.map(read);
    const { signal } = await runAfter(program, breaking('writeFileSync', '/vkey.*tmp$/', KILLED), ...REGISTER);
    expect(signal).toBe('SIGKILL');
    expect(SET.map(read)).toEqual(before);
  });

  it('while they take their names: files of two sets are told apart, and the next run replaces them', async () => {
    expect((await program.run('register', 'old.tern', ...named)).code).toBe(0);
    const before = SET.map(read);
    const { signal } = await runAfter(program, breaking('renameSync', '/\\.tmp$/', KILLED, 3), ...REGISTER);
    expect(signal).toBe('SIGKILL');
    expect(SET.map((name, k) => read(name).equals(before[k]))).toEqual([false, false, true]);
    const told = await program.run('verify-model', 'net.vkey', 'net.registration');
    expect(told).toMatchObject({ code: 1, stdout: expect.stringMatching(/^invalid: statement at key: /) as string });

    // locks and the third file are left; the locks of a process that was killed hold nobody up
    const locks = leftovers(program).filter((name) => name.endsWith('.lock'));
    expect(locks.sort()).toEqual(SET.map((name) => `${name}.lock`).sort());
    for (const name of leftovers(program)) age(name);
    expect((await program.run(...REGISTER)).code).toBe(0);
    expect(leftovers(program)).toEqual([]);
    expect((await program.run('verify-model', 'net.vkey', 'net.registration')).code).toBe(0);
  });

  it('every mixture of two sets is refused, whichever file is the odd one', async () => {
    expect((await program.run('register', 'old.tern')).code).toBe(0);
    expect((await program.run(...REGISTER)).code).toBe(0);
    expect((await program.run('prove', 'old.prover', ...DATA, '-o', 'odd.proof')).code).toBe(0);
    const mixtures = [
      ['verify-model', 'net.vkey', 'old.registration'],
      ['verify-model', 'old.vkey', 'net.registration'],
      ['verify', 'net.vkey', 'odd.proof', '--registration', 'net.registration'],
      ['verify', 'net.vkey', 'odd.proof', '--registration', 'old.registration'],
      ['verify', 'old.vkey', 'odd.proof', '--registration', 'net.registration'],
    ];
    for (const args of mixtures) {
      const { code, stdout, stderr } = await program.run(...args);
      expect({ code, stderr, args }).toEqual({ code: 1, stderr: '', args });
      expect(stdout).toMatch(/^invalid: statement at (key|network): [^\n]*\n$/);
    }
    // the prover's file has its own key, and cannot be put together from two
    const [prover, other] = [read('old.prover'), read('net.prover')];
    const size = Math.min(prover.length, other.length);
    writeFileSync(program.path('mixed'), Buffer.concat([prover.subarray(0, size / 2), other.subarray(size / 2)]));
    expectOneLine(await program.run('prove', 'mixed', ...DATA), /gkr: mixed: /);
  });
});
