// The library in applications as people build them: esbuild, Vite and webpack make production bundles of the built
// package (scripts/size.mjs), which prove and verify in Node and in a browser, and are not larger than they may be.

import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as library from '../../src/index.ts';
import { hasChromium, launchChromium } from '../support/chromium.ts';
import { amountOf, isFull } from '../support/depth.ts';
import { made, printedBy } from '../support/made.ts';
import { registerFiles } from '../support/registered.ts';
import { smallNetwork } from './small-network.ts';

type Library = typeof library;

/** At quick depth the fastest alone. */
const BUNDLERS = ['esbuild', 'vite', 'webpack'].slice(0, amountOf('bundlers'));
const INPUT = Array.from({ length: 16 }, (_, i) => (i * 37) % 256);
const isPossible = hasChromium('the test of bundles in a browser');

interface Size {
  readonly name: string;
  readonly bundler: string;
  readonly gzipped: number;
  readonly most: number;
}

/** The verdicts of a bundle on a proof and on one with a bit flipped; runs in Node and in pages alike. */
async function proveWith(
  { decodeNetwork, compile, prove, verify }: Library,
  model: readonly number[],
  input: readonly number[],
): Promise<readonly string[]> {
  const { provingKey, verifyingKey } = compile(decodeNetwork(Uint8Array.from(model)));
  const { proof, publicSignals } = await prove(provingKey, input);
  const damaged = proof.with(40, proof[40]! ^ 1);
  const verdicts = [verify(verifyingKey, publicSignals, proof), verify(verifyingKey, publicSignals, damaged)];
  return verdicts.map((verdict) => (verdict.ok ? 'accepted' : 'refused'));
}

/** Each bundle and, under its name without the ending, a page that loads it. */
async function serve(folder: string): Promise<Server> {
  const server = createServer(({ url }, response) => {
    const name = basename(url ?? '');
    if (name.endsWith('.mjs')) {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(join(folder, name)));
    } else {
      const page = `<!doctype html><title>a bundle</title><script type="module" src="/${name}.mjs"></script>`;
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

describe('bundles of an application', () => {
  let folder = '';
  let sizes: readonly Size[] = [];
  let model: readonly number[] = [];
  let browser: Browser | undefined;
  let server: Server | undefined;
  const fileOf = (name: string, bundler: string): string => join(folder, `${name}.${bundler}.mjs`);

  beforeAll(async () => {
    const only = isFull ? [] : ['--bundler', BUNDLERS[0]];
    folder = await made(isFull ? 'bundles' : `bundles-${BUNDLERS[0]}`, async (empty) => {
      writeFileSync(join(empty, 'sizes.json'), await printedBy('scripts/size.mjs', '--json', '--out', empty, ...only));
    });
    ({ sizes } = JSON.parse(readFileSync(join(folder, 'sizes.json'), 'utf8')) as { sizes: readonly Size[] });
    const { encodeNetwork } = await import('../../src/index.ts');
    model = [...encodeNetwork(smallNetwork())];
    if (!isPossible) return;
    server = await serve(folder);
    browser = await launchChromium();
  }, 400_000);

  afterAll(async () => {
    await browser?.close();
    if (server !== undefined) await new Promise((closed) => server?.close(closed));
  });

  /** The value that the bundle leaves in `globalThis.bundle`. */
  async function load(name: string, bundler: string): Promise<Library> {
    await import(pathToFileURL(fileOf(name, bundler)).href);
    return (globalThis as unknown as { readonly bundle: Library }).bundle;
  }

  it('are made by each bundler, for a prover and for a verifier', () => {
    for (const name of ['prove-and-verify', 'verify', 'verify-hidden']) {
      expect(sizes.filter((size) => size.name === name).map(({ bundler }) => bundler)).toEqual(BUNDLERS);
    }
    expect(sizes.filter(({ gzipped, most }) => gzipped > most)).toEqual([]);
  });

  it.each(BUNDLERS)('prove and verify in Node: %s', async (bundler) => {
    const bundle = await load('prove-and-verify', bundler);
    expect(await proveWith(bundle, model, INPUT)).toEqual(['accepted', 'refused']);
  });

  it.each(BUNDLERS)('verify a registered model in Node with the small bundle: %s', async (bundler) => {
    const { prove } = await import('../../src/index.ts');
    const { provingKey, keyFile, registration } = await registerFiles(smallNetwork());
    const { proof, publicSignals } = await prove(provingKey, INPUT);
    const { readKey, verify } = await load('verify', bundler);
    const key = readKey(keyFile, { registration });
    expect(verify(key, publicSignals, proof)).toMatchObject({ ok: true, weights: 'registered' });
    const lie = { ...publicSignals, output: publicSignals.output.map((value) => value + 1) };
    expect(verify(key, lie, proof).ok).toBe(false);
  });

  it('carry no kernels and no WebAssembly into a verifier', () => {
    for (const { name, bundler } of sizes.filter((size) => size.name.startsWith('verify'))) {
      expect(readFileSync(fileOf(name, bundler), 'utf8')).not.toContain('WebAssembly');
    }
  });

  describe.skipIf(!isPossible)('in a browser (needs Chromium)', () => {
    it.each(BUNDLERS)('prove and verify: %s', async (bundler) => {
      if (browser === undefined || server === undefined) throw new Error('the browser did not start');
      const page = await browser.newPage();
      const { port } = server.address() as AddressInfo;
      await page.goto(`http://127.0.0.1:${port}/prove-and-verify.${bundler}`, { waitUntil: 'load' });
      const job = `(${proveWith.toString()})(globalThis.bundle, ${JSON.stringify(model)}, ${JSON.stringify(INPUT)})`;
      expect(await page.evaluate(job)).toEqual(['accepted', 'refused']);
      await page.close();
    });
  });
});
