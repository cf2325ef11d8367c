// The first page and the playground from end to end in a headless Chromium: a digit is drawn and proven, the proof
// verified, forgeries rejected in the verifier's words. A page has no error in its console and does not block its thread. It
// works without WebAssembly and by keys alone, fits a laptop's screen and a phone's width, and can be read in both schemes.
// Skipped, with a message, where there is no Chromium.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, it as always, beforeAll, beforeEach, describe, expect } from 'vitest';
import { hasChromium, launchChromium } from '../support/chromium.ts';
import { it } from '../support/end-to-end.ts';
import { faintTexts } from './contrast.ts';
import { builtSite, POLICIES, type Site, serveSite } from './site.ts';

/** Tasks of the page's own thread that took longer than this are too long; milliseconds. */
const LONGEST_TASK = 100;

/** The verdict on a proof about another statement: all challenges are others, and the first check fails. */
const FIRST_CHECK =
  /^Rejected in \d.* ms \(sumcheck\) at lookup\/layer 1: the final evaluations do not give the value that the rounds leave$/;

const isPossible = hasChromium('the test of the playground');

describe.skipIf(!isPossible)('the site (needs Chromium)', () => {
  let folder = '';
  let browser: Browser;
  const sites: Partial<Record<keyof typeof POLICIES, Site>> = {};
  let page: Page;
  let errors: string[] = [];

  beforeAll(async () => {
    folder = await builtSite();
    for (const name of Object.keys(POLICIES) as (keyof typeof POLICIES)[]) {
      sites[name] = await serveSite(folder, POLICIES[name]);
    }
    browser = await launchChromium();
  }, 500_000);

  afterAll(async () => {
    await browser?.close();
    for (const site of Object.values(sites)) await site?.close();
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

  /** A laptop's screen, and a phone's. */
  const LAPTOP = { width: 1280, height: 800 };
  const PHONE = { width: 390, height: 844 };

  const boxOf = async (place: Locator) => (await place.boundingBox())!;

  /** Expects that all of them are on the screen, whole, without scrolling. */
  async function expectOnScreen(places: Readonly<Record<string, Locator>>): Promise<void> {
    expect(await page.evaluate(() => scrollY)).toBe(0);
    const { width, height } = page.viewportSize()!;
    const outside: string[] = [];
    for (const [name, place] of Object.entries(places)) {
      const box = await boxOf(place);
      const isInside = box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;
      if (!isInside) outside.push(`${name}: ${JSON.stringify(box)}`);
    }
    expect(outside).toEqual([]);
  }

  /** Expects that they stand one below the other, and that the page is at most as wide as the screen. */
  async function expectOneColumn(places: readonly Locator[]): Promise<void> {
    const boxes = await Promise.all(places.map(boxOf));
    for (let k = 1; k < boxes.length; k++) {
      expect(boxes[k]!.y).toBeGreaterThanOrEqual(boxes[k - 1]!.y + boxes[k - 1]!.height);
    }
    const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(content).toBeLessThanOrEqual(window!);
  }

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

  always('draws a digit, proves it, verifies it and rejects three forgeries', async () => {
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
    for (const what of ['output', 'input', 'weight']) expect(await forge(what)).toMatch(FIRST_CHECK);
    // it stands beside the verdict on the proof, so it says what it is about
    expect(await text('status')).toBe(`The forgery: ${await text('forgery')}`);
    expect(await text('verdict')).toMatch(/^Accepted/);
    await page.getByLabel('Change').selectOption('proof');
    await page.getByRole('slider', { name: 'Byte of the proof' }).press('End');
    await button('Verify the forgery').click();
    await page.getByTestId('forgery').getByText('commitment').waitFor();
    expect(await text('forgery')).toMatch(/^Rejected in \d.* ms \(merkle\) at commitment/);

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
    await expect.poll(() => page.getByLabel('Model', { exact: true }).inputValue(), { timeout: 30_000 }).toBe('');
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
    await page.getByTestId('error').getByText('no.png is not an image').waitFor();
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

  it.each([
    ['mlp-small', 'a perceptron'],
    ['vgg-small', 'more layers than there is room for'],
  ])('fits a laptop, input on the left, proof and verdict on the right: %s, %s', async (model) => {
    await page.setViewportSize(LAPTOP);
    await open('open');
    if (model === 'mlp-small') await button('A sample').click();
    else await chooseModel(model);
    await prove();
    await button('Verify').click();
    await page.getByTestId('verdict').getByText('Accepted').waitFor();
    await button('Verify the forgery').click();
    const pad = page.getByRole('application');
    await expectOnScreen({
      model: page.getByLabel('Model', { exact: true }),
      pad,
      sample: button('A sample'),
      prove: button('Prove'),
      status: page.getByTestId('status'),
      verdict: page.getByTestId('verdict'),
      facts: page.getByTestId('proof-size'),
      layers: page.getByRole('list', { name: 'Layers of the network' }),
      phases: page.getByRole('table', { name: 'Time of each phase' }),
      forge: button('Verify the forgery'),
      forgery: page.getByTestId('forgery'),
    });
    const left = await boxOf(pad);
    for (const place of [button('Prove'), page.getByTestId('verdict'), page.getByRole('table')]) {
      expect((await boxOf(place)).x).toBeGreaterThan(left.x + left.width);
    }
  });

  it('has one column on a phone', async () => {
    await page.setViewportSize(PHONE);
    await open('open');
    await button('A sample').click();
    await prove();
    await button('Verify').click();
    await page.getByTestId('verdict').getByText('Accepted').waitFor();
    await expectOneColumn([
      page.getByLabel('Model', { exact: true }),
      page.getByRole('application'),
      button('Prove'),
      page.getByTestId('verdict'),
      page.getByRole('list', { name: 'Layers of the network' }),
      page.getByRole('table'),
      button('Verify the forgery'),
    ]);
  });

  it.each(['light', 'dark'] as const)('can be read: %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await open('open');
    await button('A sample').click();
    await prove();
    await button('Verify').click();
    await button('Verify the forgery').click();
    await page.getByTestId('forgery').waitFor();
    expect(await faintTexts(page, '.playground')).toEqual([]);
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

  describe('the first page', () => {
    const FORGERIES = ['the answer', 'a pixel', 'a weight', 'a byte'];

    async function openHome(): Promise<void> {
      await page.goto(`${sites.open?.origin}/index.html`, { waitUntil: 'networkidle' });
    }

    async function proveAtHome(): Promise<void> {
      await button('Prove').click();
      await page.getByTestId('demo-verdict').waitFor();
    }

    always('proves the digit that is there, verifies the proof and has four forgeries rejected', async () => {
      await openHome();
      expect(await button('the answer').isDisabled()).toBe(true);
      await proveAtHome();
      expect(await text('demo-label')).toBe('The network reads 3');
      expect(await text('demo-proof')).toMatch(/^Proven in \d.* ms, a proof of \d+\.\d KB\.$/);
      expect(await text('demo-verdict')).toMatch(/^Accepted in \d.* ms\.$/);
      const section = page.locator('.demo');
      for (const forgery of FORGERIES) {
        await button(forgery).click();
        await section.getByRole('button', { name: forgery, exact: true, pressed: true }).waitFor();
        const verdict = await text('demo-forgery');
        expect(verdict).toMatch(forgery === 'a byte' ? /^Rejected in \d.* ms \(\w+\) at / : FIRST_CHECK);
        await expect.poll(() => text('demo-status')).toBe(`The forgery: ${verdict}`);
      }
    });

    it('loads the worker and the model when a visitor comes near the demonstration, and no sooner', async () => {
      let asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await openHome();
      expect(asked).toContain('/index.html');
      expect(asked.filter((path) => /worker|models/.test(path))).toEqual([]);
      asked = [];
      await page.getByRole('application').hover();
      await proveAtHome();
      // pages that links lead to are fetched ahead at any time; the importer of ONNX files is not needed
      const needed = asked.filter((path) => !path.includes('.md.')).map((path) => path.replace(/-[^/]*(?=\.js)/, ''));
      expect(needed).toEqual(['/models/index.json', '/models/mlp-small.tern', '/assets/worker.js']);
    });

    it('takes a digit that a visitor draws, and drops the proof about the one before', async () => {
      await openHome();
      await proveAtHome();
      await button('Clear').click();
      expect(await page.getByTestId('demo-verdict').count()).toBe(0);
      expect(await button('Prove').isDisabled()).toBe(true);
      await drawOne();
      await proveAtHome();
      expect(await text('demo-label')).toBe('The network reads 1');
    });

    it('is worked by keys alone', async () => {
      await openHome();
      await page.getByRole('application', { name: /^Drawing pad/ }).focus();
      for (let k = 0; k < 3; k++) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByTestId('demo-verdict').getByText('Accepted').waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByTestId('demo-forgery').waitFor();
      expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('the answer');
    });

    it('tells a visitor that the model cannot be loaded, and tries again', async () => {
      await page.route('**/models/**', (route) => route.abort());
      await openHome();
      await button('Prove').click();
      await page.getByTestId('demo-error').waitFor();
      await page.unroute('**/models/**');
      await proveAtHome();
      expect(await page.getByTestId('demo-error').count()).toBe(0);
      // the browser reports the requests that this test aborted
      errors = errors.filter((error) => !error.includes('net::ERR_FAILED'));
    });

    it('is there before any script runs', () => {
      const html = readFileSync(join(folder, 'index.html'), 'utf8');
      for (const shown of ['A proof, made in this page', 'Hidden on request.', 'Prove a model']) {
        expect(html).toContain(shown);
      }
    });

    it.each(['light', 'dark'] as const)('fits a laptop, and can be read: %s', async (colorScheme) => {
      await page.setViewportSize(LAPTOP);
      await page.emulateMedia({ colorScheme });
      await openHome();
      await proveAtHome();
      await button('a byte').click();
      await page.getByTestId('demo-forgery').waitFor();
      const items = { figures: page.locator('.home-figures li'), ways: page.locator('.home-ways li') };
      expect([await items.figures.count(), await items.ways.count()]).toEqual([3, 3]);
      await expectOnScreen({
        title: page.getByRole('heading', { level: 1 }),
        hidden: page.getByText('Hidden on request.'),
        pad: page.getByRole('application'),
        prove: button('Prove again'),
        verdict: page.getByTestId('demo-verdict'),
        forgery: page.getByTestId('demo-forgery'),
        figure: items.figures.last(),
        way: items.ways.last(),
      });
      expect(await faintTexts(page, '.home-top, .home-figures, .home-ways')).toEqual([]);
    });

    it('has one column on a phone, with a forgery on it', async () => {
      await page.setViewportSize(PHONE);
      await openHome();
      await proveAtHome();
      await button('a byte').click();
      await page.getByTestId('demo-forgery').waitFor();
      await expectOneColumn([
        page.getByRole('heading', { level: 1 }),
        page.getByRole('application'),
        button('Prove again'),
        page.getByTestId('demo-verdict'),
        page.getByTestId('demo-forgery'),
        ...(await page.locator('.home-figures li').all()),
        ...(await page.locator('.home-ways li').all()),
      ]);
    });
  });
});
