// The example is run as it stands, against the sources: 1,000 digits, one commitment, and every forgery refused.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AccuracyVerdict } from '../../src/accuracy/verify.ts';
import type { NetworkVerdict } from '../../src/network/index.ts';

const root = resolve(import.meta.dirname, '../..');
const source = join(root, 'examples/accuracy.mjs');

interface Example {
  readonly labels: Int32Array;
  readonly owned: { readonly published: Uint8Array; readonly statement: Uint8Array };
  readonly checked: { readonly verdict: AccuracyVerdict; readonly single: NetworkVerdict };
  readonly forged: Readonly<Record<string, AccuracyVerdict>>;
}

let example: Example;
let folder = '';
const printed: string[] = [];

beforeAll(async () => {
  // below node_modules, so that the bundle finds the packages
  const cache = join(root, 'node_modules', '.cache', 'ternary-gkr');
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'example-'));
  const outfile = join(folder, 'accuracy.mjs');
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['@noble/*', '@bufbuild/*', 'onnx-buf'],
    alias: {
      'ternary-gkr/accuracy': join(root, 'src/accuracy/index.ts'),
      'ternary-gkr/network': join(root, 'src/network/index.ts'),
      'ternary-gkr/onnx': join(root, 'src/onnx/index.ts'),
    },
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(source).href) },
    logLevel: 'warning',
  });
  const log = vi.spyOn(console, 'log').mockImplementation((text) => printed.push(String(text)));
  const { argv } = process;
  try {
    process.argv = argv.slice(0, 2);
    example = (await import(pathToFileURL(outfile).href)) as Example;
  } finally {
    process.argv = argv;
    log.mockRestore();
  }
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the accuracy example', () => {
  it('proves what the network knows of 1,000 digits in one proof, against a key of some hundred bytes', () => {
    const { owned, checked, labels } = example;
    expect(labels).toHaveLength(1000);
    expect(owned.published.length).toBeLessThan(1000);
    expect(checked.verdict).toMatchObject({ ok: true, samples: 1000, proofs: 1, weights: 'registered' });
    if (!checked.verdict.ok) throw new Error(checked.verdict.message);
    expect(checked.verdict.correct).toBe(checked.verdict.atLeast);
    expect(checked.verdict.correct).toBeGreaterThan(950);
    expect(checked.verdict.securityBits).toBeGreaterThanOrEqual(100);
  });

  it('proves an inference against the same commitment', () => {
    expect(example.checked.single).toMatchObject({ ok: true, weights: 'registered' });
  });

  it('has every forgery refused, and says why', () => {
    const reasons = Object.entries(example.forged).map(([name, verdict]) => [
      name,
      verdict.ok ? 'accepted' : verdict.code,
    ]);
    expect(Object.fromEntries(reasons)).toEqual({
      'one correct label more': 'statement',
      'proofs exchanged': 'sumcheck',
      'a range left out': 'statement',
      'a range twice': 'statement',
      'an output changed': 'sumcheck',
      'other samples': 'sumcheck',
      'other labels': 'statement',
    });
    expect(printed.join('\n')).toMatch(
      /one correct label more: refused \(statement, count\): \d+ samples are labelled/,
    );
  });

  it('is in the list of examples, with its data', () => {
    const list = readFileSync(join(root, 'examples/README.md'), 'utf8');
    for (const name of ['accuracy.mjs', 'digits-1000-images-idx3-ubyte.gz', 'digits-1000-labels-idx1-ubyte.gz']) {
      expect(list).toContain(name);
    }
  });
});
