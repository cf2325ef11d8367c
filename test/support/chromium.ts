// Where tests find a browser, and how they start it.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

function findChromium(): string | undefined {
  if (process.env['CHROMIUM_PATH']) return process.env['CHROMIUM_PATH'];
  const candidates = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const executablePath = findChromium();

/** Whether there is a Chromium; tests that need one are left out where there is none, and this says so once. */
export function hasChromium(whatNeedsIt: string): boolean {
  if (executablePath !== undefined) return true;
  process.stderr.write(
    `SKIPPED: ${whatNeedsIt} needs Chromium; install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.\n`,
  );
  return false;
}

/** A headless browser that talks to nobody of its own accord. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
