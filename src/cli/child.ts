// This program again, in a process of its own: a benchmark must not see what another one left behind.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Standard output of this program with other arguments.
 * @throws an Error with `stderr`, and `code` or `signal`, if it fails
 */
export async function runChild(args: readonly string[]): Promise<string> {
  return (await run(process.execPath, [process.argv[1], ...args], { maxBuffer: 2 ** 26 })).stdout;
}
