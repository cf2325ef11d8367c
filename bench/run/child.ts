// This program again, in a process of its own: a benchmark must not see what another one left behind.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Standard output of this program with other arguments.
 * @throws an Error with `stderr`, and `code` or `signal`, if it fails
 */
async function runChild(args: readonly string[]): Promise<string> {
  return (await run(process.execPath, [process.argv[1], ...args], { maxBuffer: 2 ** 26 })).stdout;
}

/**
 * Returns the JSON that this program prints with other arguments. A process that was killed, or could not allocate, is
 * a reason for missing figures.
 */
export async function measureInChild<T>(args: readonly string[]): Promise<T | { readonly reason: string }> {
  try {
    return JSON.parse(await runChild([...args, '--json'])) as T;
  } catch (error) {
    const { signal, stderr = '' } = error as { readonly signal?: string | null; readonly stderr?: string };
    if (typeof signal === 'string') return { reason: `its process ended with ${signal}` };
    if (/bytes of memory|not enough memory|allocation failed|out of memory/i.test(stderr))
      return { reason: 'it ran out of memory' };
    throw error;
  }
}
