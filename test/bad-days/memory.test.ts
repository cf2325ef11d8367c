// Memory that is refused: an error that says how much was needed and what helps, nothing half written, and a key that
// proves as before. The refusals of real commands come from a module that stands in for a full machine, and once from
// the system itself.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, vi } from 'vitest';
import { refusalOf, verdictOf } from '../../src/cli/verdicts.ts';
import { InputError, MemoryError, Rejection } from '../../src/errors.ts';
import { KernelMemory } from '../../src/field/kernels/memory.ts';
import { compile, encodeNetwork, encodeProvingKey, openProver, type ProvingKey } from '../../src/network/index.ts';
import { DATA, writeInputs } from '../cli/committed-files.ts';
import { useProgram } from '../cli/program.ts';
import { it } from '../support/end-to-end.ts';
import { inputsOf, perceptron, proveBatch } from '../support/networks.ts';
import { registerFiles } from '../support/registered.ts';
import { expectRefused, leftovers, runAfter, runShell } from './start.ts';

const program = useProgram();
const PROVE = ['prove', 'net.tern', ...DATA];
const PROVE_LARGE = ['prove', 'large.tern', '--data', 'large.json'];
const large = perceptron({ sizes: [4000, 1200, 4], seed: 4, density: 0.9 });

beforeAll(async () => {
  writeInputs(program);
  writeFileSync(program.path('large.tern'), encodeNetwork(large));
  writeFileSync(program.path('large.json'), JSON.stringify([Array.from(inputsOf(large, 1))]));
  expect((await program.run(...PROVE, '-o', 'net.proof')).code).toBe(0);
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Modules with which no memory is granted beyond the 4 MiB that an engine begins with. */
const NO_GROWTH = `
  WebAssembly.Memory.prototype.grow = () => {
    throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
  };
`;
const NO_LARGE_ARRAYS = `
  globalThis.Uint8Array = new Proxy(Uint8Array, {
    construct(array, args, target) {
      if (typeof args[0] === 'number' && args[0] > 2 ** 22) throw new RangeError('Array buffer allocation failed');
      return Reflect.construct(array, args, target);
    },
  });
`;

describe('a command whose memory is refused', () => {
  it.each([
    ['prove', [...PROVE_LARGE, '-o', 'none.proof']],
    ['register', ['register', 'large.tern', '-o', 'none.proof']],
  ])('%s says how much it needed and what helps, and writes nothing', async (_, args) => {
    const run = await runAfter(program, NO_GROWTH, ...args);
    expectRefused(
      program,
      run,
      /: the prover needs \d+ bytes of memory; the system grants no more than 4194304; .*\(memory low\).*\(engine js\)\n$/,
    );
    expect(existsSync(program.path('none.proof'))).toBe(false);
  });

  it('proves the same with the JavaScript engine', async () => {
    const run = await runAfter(program, NO_GROWTH, ...PROVE, '-o', 'js.proof', '--engine', 'js');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(program.path('js.proof'))).toEqual(readFileSync(program.path('net.proof')));
  });

  it('says so of the JavaScript engine as well', async () => {
    const args = [...PROVE_LARGE, '-o', 'none.proof', '--engine', 'js'];
    const run = await runAfter(program, NO_LARGE_ARRAYS, ...args);
    expectRefused(program, run, /: the prover needs \d+ bytes of memory; the system grants no more than 4194304; /);
    expect(run.stderr).not.toContain('JavaScript');
  });

  it('says so of arrays outside of the engine', async () => {
    const module = `
      globalThis.Int32Array = new Proxy(Int32Array, {
        construct(array, args, target) {
          if (/ at makeWitness /.test(new Error().stack)) throw new RangeError('Array buffer allocation failed');
          return Reflect.construct(array, args, target);
        },
      });
    `;
    const run = await runAfter(program, module, ...PROVE, '-o', 'none.proof');
    expectRefused(
      program,
      run,
      /: there is not enough memory \(Array buffer allocation failed\); take fewer samples at once, or prove with --memory/,
    );
  });

  it('takes the JavaScript engine where the system grants WebAssembly no memory at all', async () => {
    // a WebAssembly memory reserves more addresses than this; Node itself gets by
    const run = await runShell(program, 'ulimit -v 6000000; exec "$@"', ...PROVE, '-o', 'small.proof');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(/^engine +js: WebAssembly .* is not available here; the same proof, more slowly$/m);
    expect(readFileSync(program.path('small.proof'))).toEqual(readFileSync(program.path('net.proof')));
  });

  it('that runs out of the heap dies, and leaves nothing', async () => {
    const module = 'const kept = []; setTimeout(() => { for (;;) kept.push(new Array(1e5).fill(kept)); }, 30);';
    const script = 'ulimit -c 0; exec "$@"';
    writeFileSync(program.path('greedy.mjs'), module);
    const run = await runShell(
      program,
      `export NODE_OPTIONS="--max-old-space-size=32 --import ${program.path('greedy.mjs')}"; ${script}`,
      ...[...PROVE, '-o', 'none.proof'],
    );
    expect(run.code).not.toBe(0);
    expect(run.code).not.toBe(1);
    expect(run.stdout).toBe('');
    expect(existsSync(program.path('none.proof'))).toBe(false);
    expect(leftovers(program)).toEqual([]);
  });
});

describe('a key', () => {
  const network = perceptron({ sizes: [9, 8, 5], seed: 2 });
  const input = inputsOf(network, 2);

  /** Makes the nth allocation of every engine fail; gives the number of those that were asked for. */
  function refuse(nth: number): () => number {
    let asked = 0;
    const { allocate } = KernelMemory.prototype;
    vi.spyOn(KernelMemory.prototype, 'allocate').mockImplementation(function (this: KernelMemory, bytes) {
      if (++asked === nth) throw new MemoryError(bytes, 'the test grants nothing', 'ask again');
      return allocate.call(this, bytes);
    });
    return () => asked;
  }

  const keys: readonly [string, () => Promise<ProvingKey>, 'high' | 'low'][] = [
    ['of public weights', async () => compile(network).provingKey, 'high'],
    ['of committed weights', async () => (await registerFiles(network)).provingKey, 'high'],
    [
      "from a prover's file, with little memory",
      async () => openProver(encodeProvingKey((await registerFiles(network)).provingKey)),
      'low',
    ],
  ];

  it.each(keys)('%s proves after any refusal as before', async (_, make, memory) => {
    const options = { memory, commit: [0] };
    const expected = await proveBatch(await make(), input, options);
    const fresh = await make();
    const asked = refuse(0);
    await proveBatch(fresh, input, options);
    const total = asked();
    vi.restoreAllMocks();
    expect(total).toBeGreaterThan(100);

    // first on a key that has no engine yet, then on the same one with all laid out
    const key = await make();
    for (let nth = 1; nth <= total; nth += nth < 20 ? 3 : Math.ceil(total / 25)) {
      const count = refuse(nth);
      const outcome = await proveBatch(key, input, options).then(
        () => 'proven',
        (error: unknown) => error,
      );
      const isReached = count() >= nth;
      vi.restoreAllMocks();
      if (isReached) expect(outcome).toBeInstanceOf(MemoryError);
      else expect(outcome).toBe('proven');
    }
    const { proof, publicSignals } = await proveBatch(key, input, options);
    expect({ proof, publicSignals }).toEqual(expected);
  });

  it('is registered after a refusal as before', async () => {
    const expected = await registerFiles(network);
    for (const nth of [1, 7, 60, 200]) {
      const count = refuse(nth);
      await expect(registerFiles(network), `${nth}`).rejects.toThrow(MemoryError);
      expect(count()).toBeGreaterThanOrEqual(nth);
      vi.restoreAllMocks();
    }
    const { keyFile, registration } = await registerFiles(network);
    expect({ keyFile, registration }).toEqual({
      keyFile: expected.keyFile,
      registration: expected.registration,
    });
  });

  it('whose engine has a limit says what the limit is', () => {
    const memory = new KernelMemory({ maximumBytes: 65_536 });
    expect(() => memory.allocate(65_537)).toThrow(
      /^the prover needs 65600 bytes of memory; the limit is 65536; prove fewer inputs at once, or keep less/,
    );
  });
});

describe('a verifier that fails inside', () => {
  /** A module with which verifiers get no arrays. */
  const NO_ARRAYS = `
    Error.stackTraceLimit = Infinity;
    globalThis.Uint8Array = new Proxy(Uint8Array, {
      construct(array, args, target) {
        const isVerifier = / at verifyProof\\d* /.test(new Error().stack);
        if (isVerifier) throw new RangeError('Array buffer allocation failed');
        return Reflect.construct(array, args, target);
      },
    });
  `;

  it('ends the command with exit code 2: a proof is not invalid because memory is short', async () => {
    expect((await program.run('register', 'net.tern')).code).toBe(0);
    const why = ': it could not be checked, and is not accepted: Array buffer allocation failed; try again\n$';
    for (const [where, args] of [
      ['verify', ['verify', 'net.tern', 'net.proof']],
      ['registration/verify', ['verify-model', 'net.vkey', 'net.registration']],
    ] as const) {
      expect((await program.run(...args)).code).toBe(0);
      expectRefused(program, await runAfter(program, NO_ARRAYS, ...args), new RegExp(`^ternary-gkr: ${where}${why}`));
    }
  });

  it('neither accepts nor calls the proof invalid', async () => {
    const inside = { code: 'internal', where: 'verify', message: 'Array buffer allocation failed' } as const;
    const failed = refusalOf(inside);
    expect(failed).toBeInstanceOf(InputError);
    expect(failed.message).toBe(
      'verify: it could not be checked, and is not accepted: Array buffer allocation failed; try again',
    );
    const thrown = verdictOf(() => {
      throw failed;
    });
    await expect(thrown).rejects.toBe(failed);
    const refused = refusalOf({ ...inside, code: 'claim' }, 'registration/');
    expect(refused).toBeInstanceOf(Rejection);
    expect(refused).toMatchObject({ code: 'claim', where: 'registration/verify', message: inside.message });
  });
});
