// The kernel memory, the loader, the raw kernels against bigint arithmetic where sums are at their largest,
// and the compiled modules against their sources.

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { javascriptKernels } from '../../src/field/kernels/javascript.ts';
import { EXTENSION_EXTENSION, type KoalaKernels, WORK_BYTES, wasmKernels } from '../../src/field/kernels/koalabear.ts';
import { base64 } from '../../src/field/kernels/koalabear.wasm.ts';
import { instantiate } from '../../src/field/kernels/load.ts';
import { KernelMemory } from '../../src/field/kernels/memory.ts';
import { createKoalaBearEngine } from '../../src/field/koalabear-engine.ts';
import { it as sampled } from '../support/end-to-end.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const P = 2n ** 31n - 2n ** 24n + 1n;

afterEach(() => {
  vi.unstubAllGlobals();
});
// the loader keeps that nothing compiled: test files after this one in the same process load it anew
afterAll(() => {
  vi.resetModules();
});

describe.each(['wasm', 'array'] as const)('kernel memory backed by %s', (backing) => {
  it('allocates aligned, disjoint ranges on a stack', () => {
    const memory = new KernelMemory({ backing });
    const first = memory.allocate(1);
    const mark = memory.mark();
    const second = memory.allocate(65);
    const third = memory.allocate(0);
    expect([first, mark, second, third]).toEqual([0, 64, 64, 192]);
    memory.release(mark);
    expect(memory.allocate(64)).toBe(second);
  });

  it('refreshes its views when it grows, and keeps what they hold', () => {
    const memory = new KernelMemory({ backing });
    const { words } = memory;
    const initial = memory.bytes.length;
    const offset = memory.allocate(8);
    words[offset / 4] = 0x01020304;
    const large = memory.allocate(2 * initial);
    expect(memory.words === words).toBe(false);
    expect(memory.bytes.buffer === memory.words.buffer).toBe(true);
    expect(memory.bytes.length).toBeGreaterThanOrEqual(large + 2 * initial);
    expect([...memory.bytes.subarray(offset, offset + 4)]).toEqual([4, 3, 2, 1]);
    expect((memory.wasm?.buffer ?? memory.words.buffer) === memory.words.buffer).toBe(true);
  });

  it('refuses to grow beyond its limit and stays usable', () => {
    const memory = new KernelMemory({ backing, maximumBytes: 3 * 65536 });
    const refused = expect.objectContaining({
      name: 'MemoryError',
      bytes: 262_144,
      message: expect.stringMatching(
        /^the prover needs 262144 bytes of memory; the limit is 196608; prove fewer inputs at once, or keep less \(memory low\)/,
      ) as string,
    }) as Error;
    expect(() => memory.allocate(4 * 65536)).toThrow(refused);
    expect(() => memory.allocate(4 * 65536)).toThrow(RangeError);
    expect(memory.allocate(3 * 65536)).toBe(0);
  });

  it('refuses marks that it cannot have given', () => {
    const memory = new KernelMemory({ backing });
    memory.allocate(64);
    for (const mark of [-64, 63, 128, Number.NaN]) expect(() => memory.release(mark)).toThrow(UsageError);
  });
});

describe('memory that the system refuses', () => {
  it('is a RangeError that says how much was granted', () => {
    const memory = new KernelMemory();
    const granted = memory.bytes.length;
    vi.spyOn(memory.wasm as WebAssembly.Memory, 'grow').mockImplementation(() => {
      throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
    });
    expect(() => memory.allocate(2 * granted)).toThrow(`the system grants no more than ${granted}`);
    expect(memory.allocate(granted)).toBe(0);
  });
});

describe('loading kernels', () => {
  it('gives undefined over a memory that is no WebAssembly.Memory', () => {
    expect(instantiate(base64, new KernelMemory({ backing: 'array' }))).toBeUndefined();
  });

  it('gives undefined for a module that does not compile', () => {
    // A module with a section that no version of WebAssembly knows.
    expect(instantiate(btoa('\0asm\x01\0\0\0\x7f\x01\0'), new KernelMemory())).toBeUndefined();
  });

  it('falls back to JavaScript where WebAssembly is missing', () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect(new KernelMemory().wasm).toBeUndefined();
    expect(createKoalaBearEngine().name).toBe('js');
    expect(() => createKoalaBearEngine({ kernels: 'wasm' })).toThrow(UsageError);
  });

  it('falls back to JavaScript where a policy forbids to compile', async () => {
    vi.resetModules();
    const fresh = await import('../../src/field/koalabear-engine.ts');
    const forbidden = (): never => {
      throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder');
    };
    vi.stubGlobal('WebAssembly', { Memory: WebAssembly.Memory, Module: forbidden, Instance: WebAssembly.Instance });
    const engine = fresh.createKoalaBearEngine();
    expect(engine.name).toBe('js');
    expect(engine.toElements(engine.fromIntegers([-1, 5]))).toEqual([
      [Number(P) - 1, 0, 0, 0],
      [5, 0, 0, 0],
    ]);
  });
});

describe.each(['wasm', 'js'] as const)('raw %s kernels', (name) => {
  const memory = new KernelMemory(name === 'wasm' ? {} : { backing: 'array' });
  const kernels = (name === 'wasm' ? wasmKernels(memory) : javascriptKernels(memory)) as KoalaKernels;

  /** A block of four elements whose coordinates are all `values[i mod length]`. */
  function block(values: readonly bigint[], words: number): { offset: number; canonical: bigint[] } {
    const offset = memory.allocate(4 * words);
    const canonical = Array.from({ length: words }, (_, i) => values[i % values.length]);
    canonical.forEach((value, i) => {
      memory.words[offset / 4 + i] = kernels.encode(Number(value));
    });
    return { offset, canonical };
  }

  const read = (offset: number, words: number): bigint[] =>
    Array.from({ length: words }, (_, i) => BigInt(kernels.decode(memory.words[offset / 4 + i])));

  /** Product in F_p[X]/(X⁴ − 3) of the elements in one lane of two blocks. */
  function product(a: readonly bigint[], b: readonly bigint[], lane: number): bigint[] {
    const c = [0n, 0n, 0n, 0n];
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) c[(i + j) % 4] += a[4 * i + lane] * b[4 * j + lane] * (i + j < 4 ? 1n : 3n);
    }
    return c.map((value) => value % P);
  }

  const extremes = [[P - 1n], [P - 1n, P - 2n, 1n], [0n], [(P + 1n) / 2n, P - 1n, 2n, 0n, 1n]];

  it('encodes and decodes canonical values', () => {
    for (const value of [0, 1, 2 ** 16, Number(P) - 2, Number(P) - 1]) {
      expect(kernels.decode(kernels.encode(value))).toBe(value);
    }
  });

  it('multiplies where sums of products are largest', () => {
    for (const left of extremes) {
      for (const right of extremes) {
        const a = block(left, 16);
        const b = block(right, 16);
        const out = memory.allocate(64);
        kernels.mulExtension(a.offset, b.offset, out, 1);
        const expected = [0, 1, 2, 3].map((lane) => product(a.canonical, b.canonical, lane));
        expect(read(out, 16)).toEqual([0, 1, 2, 3].flatMap((k) => expected.map((element) => element[k])));
        kernels.mulBase(a.offset, b.offset, out, 4);
        expect(read(out, 16)).toEqual(a.canonical.map((value, i) => (value * b.canonical[i]) % P));
      }
    }
  });

  it('sums many products where they are largest', () => {
    const blocks = 50;
    const work = memory.allocate(WORK_BYTES);
    for (const left of extremes) {
      const a = block(left, 16 * blocks);
      const b = block([P - 1n], 16 * blocks);
      const out = memory.allocate(16);
      kernels.dot(EXTENSION_EXTENSION, a.offset, b.offset, blocks, work, out);
      const sum = [0n, 0n, 0n, 0n];
      for (let i = 0; i < blocks; i++) {
        for (let lane = 0; lane < 4; lane++) {
          const part = (values: bigint[]): bigint[] => values.slice(16 * i, 16 * i + 16);
          product(part(a.canonical), part(b.canonical), lane).forEach((value, k) => {
            sum[k] += value;
          });
        }
      }
      expect(read(out, 4)).toEqual(sum.map((value) => value % P));
    }
  });

  it('takes integers from −p + 1 to p − 1', () => {
    const values = [0, 1, -1, 12345, -12345, Number(P) - 1, 1 - Number(P), 2 ** 24];
    const offset = memory.allocate(4 * values.length);
    new Int32Array(memory.words.buffer, offset, values.length).set(values);
    kernels.fromSigned(offset, values.length / 4);
    expect(read(offset, values.length)).toEqual(values.map((value) => (BigInt(value) + P) % P));
    const canonical = memory.allocate(4 * values.length);
    kernels.toCanonical(offset, canonical, values.length / 4);
    expect([...memory.words.subarray(canonical / 4, canonical / 4 + values.length)].map(BigInt)).toEqual(
      values.map((value) => (BigInt(value) + P) % P),
    );
  });
});

describe('compiled kernel modules', () => {
  const sources = (readdirSync(join(root, 'src'), { recursive: true }) as string[]).filter((name) =>
    /(?<!\.lib)\.as\.ts$/.test(name),
  );

  it('carry the digest of their bytes, import a memory and nothing else', async () => {
    expect(sources).toContain(join('field', 'kernels', 'koalabear.as.ts'));
    for (const source of sources) {
      const path = join(root, 'src', source.replace(/\.as\.ts$/, '.wasm.ts'));
      const module = (await import(path)) as { base64: string; sha256: string };
      const bytes = Buffer.from(module.base64, 'base64');
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(module.sha256);
      const compiled = new WebAssembly.Module(bytes);
      expect(WebAssembly.Module.imports(compiled)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
      expect(new Set(WebAssembly.Module.exports(compiled).map(({ kind }) => kind))).toEqual(new Set(['function']));
    }
  });

  sampled('are what their sources compile to', () => {
    const lines = execFileSync(process.execPath, ['scripts/build-kernels.mjs', '--check'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(lines.trim().split('\n')).toHaveLength(sources.length);
  });

  it('are refused when a byte differs', () => {
    const copy = mkdtempSync(join(tmpdir(), 'kernels-'));
    try {
      cpSync(join(root, 'scripts'), join(copy, 'scripts'), { recursive: true });
      cpSync(join(root, 'package.json'), join(copy, 'package.json'));
      cpSync(join(root, 'src/field/kernels'), join(copy, 'src/field/kernels'), { recursive: true });
      symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
      const path = join(copy, 'src/field/kernels/koalabear.wasm.ts');
      writeFileSync(path, readFileSync(path, 'utf8').replace("base64 =\n  'AGFzbQEA", "base64 =\n  'AGFzbQEB"));
      const { status, stderr } = spawnSync(process.execPath, ['scripts/build-kernels.mjs', '--check'], {
        cwd: copy,
        encoding: 'utf8',
      });
      expect(status).toBe(1);
      expect(stderr).toBe(
        'src/field/kernels/koalabear.wasm.ts differs from what its source compiles to: ' +
          'run node scripts/build-kernels.mjs and commit the result\n',
      );
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
});
