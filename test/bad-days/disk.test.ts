// Disks and folders that refuse: exit code 2, one line that says which file and why, and every destination as it was.
// Where this process may mount a file system, the full disk is a real one; the other refusals are the system's own but
// for the two that no system can be asked for.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect } from 'vitest';
import { encodeNetwork } from '../../src/network/index.ts';
import { DATA, writeInputs } from '../cli/committed-files.ts';
import { useProgram } from '../cli/program.ts';
import { it } from '../support/end-to-end.ts';
import { perceptron } from '../support/networks.ts';
import { breaking, canMount, expectRefused, FULL_HALF_WAY, runAfter, runShell } from './start.ts';

const program = useProgram();
const PROVE = ['prove', 'net.tern', ...DATA];
const REGISTER = ['register', 'net.tern'];
const SET = ['net.prover', 'net.vkey', 'net.registration'];

beforeAll(() => {
  writeInputs(program);
  mkdirSync(program.path('folder'));
  // a set of files of an older model: what a failure has to leave alone
  writeFileSync(program.path('old.tern'), encodeNetwork(perceptron({ sizes: [12, 8, 4], seed: 9 })));
});

/** The bytes of the files of a registration. */
const setOf = () => SET.map((name) => readFileSync(program.path(name)));

describe('a full disk', () => {
  const isReal = canMount();

  it(`leaves none of three files (${isReal ? 'a disk of 8 KiB' : 'injected: no mount is allowed here'})`, async () => {
    const [prover, key, registration] = SET.map((name) => `folder/${name}`);
    const out = [...REGISTER, '-o', prover, '--key', key, '--registration', registration];
    const run = isReal
      ? await runShell(
          program,
          `exec unshare -m sh -c 'mount -t tmpfs -o size=8k full folder || exit 9
             "$@"; code=$?; [ -z "$(ls -A folder)" ] || exit 8; exit $code' sh "$@"`,
          ...out,
        )
      : await runAfter(program, breaking('writeFileSync', '/\\.tmp$/', FULL_HALF_WAY), ...out);
    expectRefused(program, run, /folder\/net\.[a-z]+: it cannot be written: the disk is full; free some space\n/);
    expect(readdirSync(program.path('folder'))).toEqual([]);
  });

  it.each(SET)('leaves a whole older set of files if the disk has no room for %s', async (name) => {
    expect((await program.run('register', 'old.tern', ...named())).code).toBe(0);
    const before = setOf();
    const module = breaking('writeFileSync', `/${name.replace('.', '\\.')}\\..*tmp$/`, FULL_HALF_WAY);
    const line = new RegExp(`gkr: ${name}: it cannot be written: the disk is full`);
    expectRefused(program, await runAfter(program, module, ...REGISTER), line);
    expect(setOf()).toEqual(before);
  });

  it('under standard output is exit code 2, not a verdict', async () => {
    const run = await runShell(program, '"$@" > /dev/full', 'inspect', 'net.tern', '--no-measure');
    expectRefused(program, run, /the output cannot be written: ENOSPC.*; free some space or write elsewhere/);
  });

  it('under standard error changes no exit code', async () => {
    const wrong = await runShell(program, '"$@" 2> /dev/full', 'verify', 'net.tern', 'none.proof');
    expect(wrong).toEqual({ code: 2, signal: undefined, stdout: '', stderr: '' });
    const right = await runShell(program, '"$@" 2> /dev/full', 'inspect', 'net.tern', '--no-measure');
    expect(right).toMatchObject({ code: 0, stdout: expect.stringMatching(/^perceptron/) as string });
  });

  const named = () => ['-o', 'net.prover', '--key', 'net.vkey', '--registration', 'net.registration'];
});

describe('a limit on the size of files', () => {
  it('ends in the line of a refusal, and the older proof stays', async () => {
    expect((await program.run(...PROVE, '-o', 'net.proof')).code).toBe(0);
    const before = readFileSync(program.path('net.proof'));
    const run = await runShell(program, 'ulimit -f 4; exec "$@"', ...PROVE, '--index', '1', '-o', 'net.proof');
    expectRefused(program, run, /net\.proof: it cannot be written: it exceeds the file size limit; raise the limit/);
    expect(readFileSync(program.path('net.proof'))).toEqual(before);
  });
});

describe('a destination', () => {
  it.each<[string, string, RegExp]>([
    ['in a folder that is not there', 'none/p', /none\/p: it cannot be written: the file or folder does not exist/],
    ['in a file', 'net.tern/p', /net\.tern\/p: it cannot be written: part of the path is not a folder/],
    ['that is a folder', 'folder', /folder: it cannot be written: it is a folder; name a file/],
    ['that is a device', '/dev/full', /full: it cannot be written: it is not an ordinary file; name another/],
    // nobody may make a file there, root included
    [
      'in a folder that can only be read',
      '/sys/p',
      /sys\/p: it cannot be written: (permission is denied|the disk can)/,
    ],
  ])('%s is refused, by every command that writes', async (_, path, line) => {
    for (const args of [
      [...PROVE, '-o', path],
      ['commit', ...DATA, '--model', 'net.tern', '-o', path],
      [...REGISTER, '--key', path],
    ]) {
      expectRefused(program, await runShell(program, 'exec "$@"', ...args), line);
    }
  });

  it('that becomes a folder while the proof is made is refused, and stays', async () => {
    // in the place of a rename, since the moment between cannot be chosen from outside
    const module = breaking('renameSync', '/\\.tmp$/', 'fs.mkdirSync(args[1]); return original(...args);');
    const run = await runAfter(program, module, ...PROVE, '-o', 'late.proof');
    expectRefused(program, run, /late\.proof: it cannot be written: it is a folder/);
    expect(existsSync(program.path('late.proof'))).toBe(true);
  });
});
