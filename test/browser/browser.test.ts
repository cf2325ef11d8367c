// Prover and verifier in a headless Chromium, from one bundled file: with WebAssembly, and with WebAssembly
// forbidden by the page's Content-Security-Policy, where the JavaScript engine takes over. The proofs of both
// must be the same bytes. Skipped, with a message, without Chromium.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../support/chromium.ts';
import type { Outcome } from './page.ts';

const isPossible = hasChromium('the browser test');

/** The page under two policies; everything else is refused by both. */
const POLICIES = {
  '/with-webassembly': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'",
  '/without-webassembly': "default-src 'none'; script-src 'self'",
} as const;

async function serve(script: Uint8Array): Promise<Server> {
  const server = createServer(({ url }, response) => {
    if (url === '/page.js') {
      response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' }).end(script);
    } else if (url !== undefined && url in POLICIES) {
      const policy = POLICIES[url as keyof typeof POLICIES];
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy })
        .end('<!doctype html><title>ternary-gkr</title><script type="module" src="/page.js"></script>');
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe.skipIf(!isPossible)('in a browser (needs Chromium)', () => {
  let browser: Browser | undefined;
  let server: Server | undefined;

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [join(import.meta.dirname, 'page.ts')],
      bundle: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      write: false,
      logLevel: 'warning',
    });
    server = await serve(outputFiles[0]?.contents ?? new Uint8Array());
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    if (server !== undefined) await new Promise((resolve) => server?.close(resolve));
  });

  /** Opens the page and waits for what it has to say. */
  async function visit(path: keyof typeof POLICIES): Promise<Outcome> {
    if (browser === undefined || server === undefined) throw new Error('the browser did not start');
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    try {
      const { port } = server.address() as AddressInfo;
      await page.goto(`http://127.0.0.1:${port}${path}`, { waitUntil: 'load' });
      const outcome = await page.evaluate(() => globalThis.outcome);
      expect(errors).toEqual([]);
      expect(outcome).toBeDefined();
      return outcome as Outcome;
    } finally {
      await page.close();
    }
  }

  it('proves, verifies and refuses, with WebAssembly', async () => {
    const { webAssembly, valid, output, refusal } = await visit('/with-webassembly');
    expect({ webAssembly, valid, outputs: output.length }).toEqual({ webAssembly: true, valid: true, outputs: 4 });
    expect(refusal).not.toBe('accepted');
  });

  it('does the same, with the same proof, where WebAssembly is forbidden', async () => {
    const outcome = await visit('/without-webassembly');
    expect(outcome.webAssembly).toBe(false);
    expect(outcome.valid).toBe(true);
    const { proof, refusal } = await visit('/with-webassembly');
    expect(outcome.proof).toEqual(proof);
    expect(outcome.refusal).toBe(refusal);
  });
});
