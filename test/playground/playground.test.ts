// The playground from end to end in a headless Chromium: a digit is drawn and proven, the proof verified, three forgeries
// refused in the verifier's words. The page has no error in its console, blocks its thread for nobody, and works without
// WebAssembly, by keys alone, and on a phone's width. Left out, in so many words, where there is no Chromium.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../support/chromium.ts';
import { buildSite, POLICIES, type Site, serveSite } from './site.ts';

/** Tasks of the page's own thread that took longer than this are too long; milliseconds. */
const LONGEST_TASK = 100;

const isPossible = hasChromium('the test of the playground');

describe.skipIf(!isPossible)('the playground (needs Chromium)', () => {
  let folder = '';
  let browser: Browser;
  const sites: Partial<Record<keyof typeof POLICIES, Site>> = {};
  let page: Page;
  let errors: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-site-'));
    await buildSite(folder);
    for (const name of Object.keys(POLICIES) as (keyof typeof POLICIES)[]) {
      sites[name] = await serveSite(folder, POLICIES[name]);
    }
    browser = await launchChromium();
  }, 500_000);

  afterAll(async () => {
    await browser?.close();
    for (const site of Object.values(sites)) await site?.close();
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
    });
  });

  afterEach(async () => {
    await page.close();
    expect(errors).toEqual([]);
  });

  const text = (name: string): Promise<string> => page.getByTestId(name).innerText();
  const button = (name: string) => page.getByRole('button', { name, exact: true });

  /** Opens the page and waits for its first model. */
  async function open(policy: keyof typeof POLICIES): Promise<void> {
    await page.goto(`${sites[policy]?.origin}/playground.html`, { waitUntil: 'load' });
    await page.getByTestId('status').getByText('is loaded').waitFor();
  }

  /** A one: a stroke down the middle. */
  async function drawOne(): Promise<void> {
    const pad = page.getByRole('application');
    await pad.scrollIntoViewIfNeeded();
    const box = (await pad.boundingBox())!;
    const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
    await page.mouse.move(...at(0.55, 0.2));
    await page.mouse.down();
    for (let step = 1; step <= 8; step++) await page.mouse.move(...at(0.55 - 0.01 * step, 0.2 + 0.075 * step));
    await page.mouse.up();
  }

  async function chooseModel(name: string): Promise<void> {
    await page.getByLabel('Model', { exact: true }).selectOption(`${name}.tern`);
    await page.getByTestId('status').getByText(`${name} is loaded`).waitFor();
  }

  async function prove(): Promise<void> {
    await button('Prove').click();
    await page.getByTestId('label').waitFor();
  }

  it('draws a digit, proves it, verifies it and refuses three forgeries', async () => {
    await open('open');
    expect(await text('engine')).toContain('WebAssembly, in a worker');
    expect(await button('Prove').isDisabled()).toBe(true);
    await drawOne();
    await page.evaluate(() => {
      const tasks: number[] = [];
      Object.assign(globalThis, { tasks });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(duration);
      }).observe({ entryTypes: ['longtask'] });
    });
    await prove();
    expect(await text('label')).toBe('1');
    expect(await text('proof-size')).toMatch(/^\d+\.\d KB$/);
    const layers = page.getByRole('list', { name: 'Layers of the network' }).getByRole('listitem');
    expect(await layers.count()).toBeGreaterThan(3);
    expect(await layers.filter({ hasText: 'not proven yet' }).count()).toBe(0);
    expect(await page.getByRole('row').count()).toBe(6);

    await button('Verify').click();
    await page.getByTestId('verdict').getByText('Accepted').waitFor();

    const forge = async (what: string): Promise<string> => {
      await page.getByLabel('Change').selectOption(what);
      // what an earlier forgery met is gone as soon as something else is chosen
      await page.getByTestId('forgery').waitFor({ state: 'detached' });
      await button('Verify the forgery').click();
      return text('forgery');
    };
    // the statement is absorbed first: with another one all challenges are others, and the first check fails
    const first =
      'Refused (sumcheck) at lookup/layer 1: the final evaluations do not give the value that the rounds leave';
    for (const what of ['output', 'input', 'weight']) expect(await forge(what)).toBe(first);
    // it stands beside the verdict on the proof, so it says what it is about
    expect(await text('status')).toBe(`The forgery: ${first}`);
    expect(await text('verdict')).toMatch(/^Accepted/);
    await page.getByLabel('Change').selectOption('proof');
    await page.getByRole('slider', { name: 'Byte of the proof' }).press('End');
    await button('Verify the forgery').click();
    await page.getByTestId('forgery').getByText('commitment').waitFor();
    expect(await text('forgery')).toMatch(/^Refused \(merkle\) at commitment/);

    const tasks = await page.evaluate(() => (globalThis as unknown as { readonly tasks: readonly number[] }).tasks);
    expect(tasks.filter((duration) => duration > LONGEST_TASK)).toEqual([]);
  });

  it('proves in JavaScript where WebAssembly is forbidden, and says so', async () => {
    await open('withoutWebAssembly');
    expect(await text('engine')).toContain('may not run WebAssembly');
    await drawOne();
    await prove();
    await button('Verify').click();
    await page.getByTestId('verdict').getByText('Accepted').waitFor();
  });

  it('can be cancelled, and proves again afterwards', async () => {
    await open('withoutWebAssembly');
    await chooseModel('vgg-small');
    await button('Prove').click();
    await button('Cancel').click();
    await page.getByTestId('status').getByText('Cancelled').waitFor();
    expect(await page.getByTestId('label').count()).toBe(0);
    // nothing looks as if it were still going on
    expect(await page.getByLabel('Not begun').getAttribute('value')).toBe('0');
    await chooseModel('mlp-small');
    await button('A sample').click();
    await prove();
  });

  it('takes an ONNX file and a photograph', async () => {
    await open('open');
    await page
      .getByLabel('ONNX or .tern file')
      .setInputFiles(join(import.meta.dirname, '../../examples/mlp-small.onnx'));
    // no shipped model is chosen any more
    await expect.poll(() => page.getByLabel('Model', { exact: true }).inputValue()).toBe('');
    const url = await page.evaluate(() => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 90, height: 120 });
      const context = canvas.getContext('2d')!;
      context.fillStyle = 'white';
      context.fillRect(0, 0, 90, 120);
      context.fillStyle = 'black';
      context.fillRect(40, 20, 10, 80);
      return canvas.toDataURL('image/png');
    });
    const buffer = Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
    await page.getByLabel('Image …').setInputFiles({ name: 'one.png', mimeType: 'image/png', buffer });
    await prove();
    expect(await text('label')).toBe('1');
    await page
      .getByLabel('Image …')
      .setInputFiles({ name: 'no.png', mimeType: 'image/png', buffer: Buffer.from('no') });
    await page.getByTestId('error').getByText('no.png is no image').waitFor();
    await page
      .getByLabel('ONNX or .tern file')
      .setInputFiles({ name: 'no.onnx', mimeType: '', buffer: Buffer.from('no') });
    await page.getByTestId('error').getByText('no.onnx').waitFor();
    expect(await text('status')).toBe('');
    // the model before it is still there
    await prove();
  });

  it('is drawn on with keys alone, and tells a screen reader where the pen is', async () => {
    await open('open');
    const pad = page.getByRole('application', { name: /^Drawing pad/ });
    await pad.focus();
    for (const key of ['ArrowUp', 'ArrowUp', 'Space', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'Space']) {
      await page.keyboard.press(key);
    }
    expect(await text('status')).toBe('The pen is up.');
    await page.keyboard.press('ArrowLeft');
    expect(await text('status')).toBe('Row 17, column 14.');
    await prove();
  });

  it('fits a width of 360 pixels, with a proof and a forgery on it', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await open('open');
    await button('A sample').click();
    await prove();
    await page.getByLabel('Change').selectOption('proof');
    await button('Verify the forgery').click();
    await page.getByTestId('forgery').waitFor();
    const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(content).toBeLessThanOrEqual(window!);
  });
});
