// The machine that a benchmark ran on: what it is, and what its own multiplications and gathers cost, so that
// figures from different machines can be compared.

import { execFileSync } from 'node:child_process';
import { arch, cpus, platform, totalmem } from 'node:os';
import { createKoalaBearEngine } from '../../src/field/koalabear-engine.ts';
import { benchKernels, type KernelName } from '../kernels/kernels.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly platform: string;
  readonly node: string;
  /** The commit of the working tree, `+` after it if the tree differs; null outside of a repository. */
  readonly commit: string | null;
  /** Nanoseconds of a base multiplication, an extension multiplication, and one nonzero of a gather. */
  readonly baseMulNs: number;
  readonly extMulNs: number;
  readonly gatherNs: number;
}

/** @param folder - of the package, to ask for its commit */
export function describeMachine(folder: string): Machine {
  const kernels = benchKernels({ kernels: [createKoalaBearEngine().name] });
  const nanoseconds = (name: KernelName): number =>
    kernels.find((result) => result.name === name)?.nsPerOp ?? Number.NaN;
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    platform: `${platform()} ${arch()}`,
    node: process.version,
    commit: commitOf(folder),
    baseMulNs: nanoseconds('baseMul'),
    extMulNs: nanoseconds('extMul'),
    gatherNs: nanoseconds('ternaryGather'),
  };
}

function commitOf(folder: string): string | null {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+');
  } catch {
    return null;
  }
}
