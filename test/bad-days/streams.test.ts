// Standard streams that are closed or have no reader: exit codes stay what they are, and no output strays into a file.

import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect } from 'vitest';
import { DATA, writeInputs } from '../cli/committed-files.ts';
import { useProgram } from '../cli/program.ts';
import { it } from '../support/end-to-end.ts';
import { runShell } from './start.ts';

const program = useProgram();
const read = (name: string): Buffer => readFileSync(program.path(name));

/** Commands and their exit codes. */
const COMMANDS: readonly [number, readonly string[]][] = [
  [0, ['verify', 'net.tern', 'net.proof']],
  [1, ['verify', 'net.tern', 'cut.proof']],
  [2, ['verify', 'net.tern', 'none.proof']],
];

beforeAll(async () => {
  writeInputs(program);
  expect((await program.run('prove', 'net.tern', ...DATA, '-o', 'net.proof')).code).toBe(0);
  writeFileSync(program.path('cut.proof'), read('net.proof').subarray(0, -1));
});

describe.each(COMMANDS)('exit code %i stays', (code, args) => {
  it.each([
    ['without a reader of standard output', '{ "$@" 2> err; echo $? > code; } | :'],
    ['without a reader of standard error', '{ "$@" 2>&1 > out; echo $? > code; } | :'],
    ['without standard input', '"$@" <&- > out 2> err; echo $? > code'],
    ['without standard output', '"$@" >&- 2> err; echo $? > code'],
    ['without any', '"$@" <&- >&- 2>&-; echo $? > code'],
  ])('%s', async (_, script) => {
    await runShell(program, script, ...args);
    expect(read('code').toString()).toBe(`${code}\n`);
  });
});

it('a report that is not read to its end is not an error', async () => {
  const run = await runShell(program, '{ "$@"; echo $? > code; } | head -c 10', 'inspect', 'net.tern', '--no-measure');
  expect(run).toMatchObject({ code: 0, stdout: 'perceptron', stderr: '' });
  expect(read('code').toString()).toBe('0\n');
});

it('with every stream closed a proof is the same file', async () => {
  const run = await runShell(program, '"$@" <&- >&- 2>&-', 'prove', 'net.tern', ...DATA, '-o', 'closed.proof');
  expect(run).toEqual({ code: 0, signal: undefined, stdout: '', stderr: '' });
  expect(read('closed.proof')).toEqual(read('net.proof'));
});
