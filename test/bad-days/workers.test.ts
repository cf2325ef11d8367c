// The library starts no workers. What stands for them: proofs that are cancelled by a signal, pages' workers that are
// terminated while they prove, and the processes of the benchmark, which die.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { measureInChild } from '../../bench/run/child.ts';
import { compile, encodeNetwork, type ProveOptions, prove, verify } from '../../src/network/index.ts';
import { it } from '../support/end-to-end.ts';
import { inputsOf, perceptron } from '../support/networks.ts';
import { registerFiles } from '../support/registered.ts';

const network = perceptron({ sizes: [12, 10, 6], seed: 1 });
const input = inputsOf(network, 1);
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-workers-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a proof that is cancelled', () => {
  const PHASES = ['witness', 'commit', 'lookup', 'layers', 'openings', 'open'] as const;
  /** Aborts as one phase begins; between phases is where a proof can be stopped. */
  function stopping(at: (typeof PHASES)[number]): ProveOptions {
    const controller = new AbortController();
    return {
      signal: controller.signal,
      onProgress: ({ phase }) => phase === at && controller.abort(),
    };
  }

  it('before it begins rejects with the reason, whatever it is', async () => {
    const { provingKey } = compile(network);
    const begun: string[] = [];
    const onProgress: ProveOptions['onProgress'] = ({ phase }) => begun.push(phase);
    const aborted = prove(provingKey, input, { signal: AbortSignal.abort(), onProgress });
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError', message: 'This operation was aborted' });
    const reason = new Error('the page was left');
    await expect(prove(provingKey, input, { signal: AbortSignal.abort(reason), onProgress })).rejects.toBe(reason);
    expect(begun).toEqual([]);
  });

  it('in any phase rejects, and the next proof on the key is as ever', async () => {
    const { provingKey, keyFile } = await registerFiles(network);
    expect(keyFile.length).toBeGreaterThan(0);
    const expected = await prove(provingKey, input);
    for (const phase of PHASES) {
      await expect(prove(provingKey, input, stopping(phase)), phase).rejects.toMatchObject({ name: 'AbortError' });
      expect(await prove(provingKey, input)).toEqual(expected);
    }
    const late = new AbortController();
    const onProgress: ProveOptions['onProgress'] = ({ fraction }) => fraction === 1 && late.abort();
    // nothing is left to be stopped
    expect(await prove(provingKey, input, { signal: late.signal, onProgress })).toEqual(expected);
    expect(late.signal.aborted).toBe(true);
  });

  it('while others wait for the key holds up none of them', async () => {
    const { provingKey, verifyingKey } = compile(network);
    const outcomes = await Promise.allSettled([
      prove(provingKey, input, stopping('lookup')),
      prove(provingKey, input),
      prove(provingKey, input, { signal: AbortSignal.abort() }),
      prove(provingKey, input, stopping('commit')),
      prove(provingKey, input),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...['rejected', 'fulfilled', 'rejected', 'rejected', 'fulfilled'],
    ]);
    for (const outcome of outcomes) {
      if (outcome.status !== 'fulfilled') continue;
      expect(verify(verifyingKey, outcome.value.publicSignals, outcome.value.proof)).toMatchObject({ ok: true });
    }
  });

  it('stops a registration as well', async () => {
    const controller = new AbortController();
    const stopped = registerFiles(network, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
  });

  it('whose caller throws in its report of progress rejects with that', async () => {
    const { provingKey } = compile(network);
    const fail = (): never => {
      throw new Error('in the page');
    };
    await expect(prove(provingKey, input, { onProgress: fail })).rejects.toThrow('in the page');
    await expect(prove(provingKey, input)).resolves.toBeDefined();
  });
});

describe('a worker that proves', () => {
  /** Proves the posted input of a small network, reports its phases, and dies in the phase that it is told. */
  const SOURCE = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { compile, decodeNetwork, prove } from './src/network/index.ts';
    const { provingKey } = compile(decodeNetwork(workerData.model));
    const onProgress = ({ phase }) => {
      parentPort.postMessage({ phase });
      if (phase === workerData.throwsAt) throw new Error('the worker breaks');
      if (phase === workerData.exitsAt) process.exit(3);
      if (phase === workerData.hangsAt) for (;;);
    };
    const { proof } = await prove(provingKey, workerData.input, { onProgress });
    parentPort.postMessage({ proof });
  `;
  let script = '';

  beforeAll(async () => {
    script = join(folder, 'worker.mjs');
    await build({
      stdin: { contents: SOURCE, resolveDir: resolve(import.meta.dirname, '../..'), loader: 'ts' },
      outfile: script,
      bundle: true,
      format: 'esm',
      platform: 'node',
      logLevel: 'warning',
    });
  });

  /** The proof of a worker, as a page would wait for it: its death is a rejection. */
  async function proofOf(orders: object, stopAt?: string): Promise<Uint8Array> {
    const worker = new Worker(script, { workerData: { model: encodeNetwork(network), input, ...orders } });
    return new Promise((done, fail) => {
      worker.on('message', ({ phase, proof }: { phase?: string; proof?: Uint8Array }) => {
        if (proof !== undefined) done(proof);
        if (phase !== undefined && phase === stopAt) void worker.terminate();
      });
      worker.on('error', fail);
      worker.on('exit', (code) => fail(new Error(`the worker ended with ${code} and without a proof`)));
    });
  }

  it('gives the same proof as any other', async () => {
    expect(await proofOf({})).toEqual((await prove(compile(network).provingKey, input)).proof);
  });

  it.each<[string, object, string | undefined, RegExp]>([
    ['breaks', { throwsAt: 'lookup' }, undefined, /the worker breaks/],
    ['exits', { exitsAt: 'layers' }, undefined, /ended with 3 and without a proof/],
    ['is terminated while it computes', { hangsAt: 'commit' }, 'commit', /ended with 1 and without a proof/],
  ])('and %s rejects; others go on', async (_, orders, stopAt, message) => {
    const { provingKey } = compile(network);
    const [dead, other, own] = await Promise.allSettled([
      proofOf(orders, stopAt),
      proofOf({}),
      prove(provingKey, input).then(({ proof }) => proof),
    ]);
    expect(dead).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(message) as string } });
    expect(other).toMatchObject({ status: 'fulfilled' });
    expect(own).toEqual(other);
  });
});

describe('a process of the benchmark', () => {
  const program = process.argv[1];

  afterEach(() => {
    process.argv[1] = program;
  });

  /** The parent's view of a child that runs this. */
  function measured(text: string): Promise<unknown> {
    process.argv[1] = join(folder, 'child.mjs');
    writeFileSync(process.argv[1], text);
    return measureInChild(['bench']);
  }

  it('that dies, or gets no memory, is a reason not to have figures', async () => {
    expect(await measured('console.log(\'{"ms":1}\');')).toEqual({ ms: 1 });
    const killed = await measured("process.kill(process.pid, 'SIGKILL'); for (;;);");
    expect(killed).toEqual({ reason: 'its process ended with SIGKILL' });
    for (const line of [
      'ternary-gkr: the prover needs 9 bytes of memory; the system grants no more than 8; …',
      'ternary-gkr: there is not enough memory (Array buffer allocation failed); …',
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    ]) {
      const text = `console.error(${JSON.stringify(line)}); process.exitCode = 2;`;
      expect(await measured(text)).toEqual({ reason: 'it ran out of memory' });
    }
  });

  it('that fails for another reason is an error', async () => {
    await expect(measured("console.error('ternary-gkr: no such file'); process.exitCode = 2;")).rejects.toMatchObject({
      code: 2,
      stderr: 'ternary-gkr: no such file\n',
    });
    await expect(measured("console.log('{');")).rejects.toThrow(SyntaxError);
  });
});
