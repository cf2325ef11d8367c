// The built site for tests: made once, and served under the policies that a host may set.

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { isFull } from '../support/depth.ts';
import { made, printedBy } from '../support/made.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The page's own scripts and styles, and nothing else from anywhere. */
const BASE = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'";
export const POLICIES = {
  open: `${BASE}; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'`,
  withoutWebAssembly: `${BASE}; script-src 'self' 'unsafe-inline'`,
} as const;

/** The folder of the built site; at quick depth the two pages that tests visit. */
export const builtSite = (): Promise<string> =>
  made(isFull ? 'site' : 'live', (folder) =>
    printedBy('scripts/site.mjs', '--build-only', '--out', folder, ...(isFull ? [] : ['--live'])),
  );

export interface Site {
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves a folder with one policy on every answer, workers' scripts included. */
export async function serveSite(folder: string, policy: string): Promise<Site> {
  const server: Server = createServer(({ url = '/' }, response) => {
    const path = normalize(join(folder, decodeURIComponent(new URL(url, 'http://site').pathname)));
    try {
      if (!path.startsWith(folder)) throw new Error('outside of the site');
      const body = readFileSync(path);
      const type = TYPES[extname(path)] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(body);
    } catch {
      // browsers ask for an icon by themselves
      response.writeHead(path.endsWith('favicon.ico') ? 204 : 404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}
