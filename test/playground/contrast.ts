// Whether the texts of a page can be read: their contrast against what lies behind them, as WCAG 2 defines it.

import type { Page } from 'playwright-core';

/** The least contrast of text, of any size. */
const LEAST = 4.5;

/**
 * Texts below the least contrast, each with its contrast. Disabled controls are left out.
 *
 * @param within - selects the parts of the page to look at
 */
export function faintTexts(page: Page, within: string): Promise<string[]> {
  return page.evaluate(
    ({ within, least }) => {
      type Colour = readonly [number, number, number, number];
      const parse = (css: string): Colour => {
        const [r = 0, g = 0, b = 0, a = 1] = css.match(/[\d.]+/g)?.map(Number) ?? [];
        return [r, g, b, a];
      };
      const over = (top: Colour, below: Colour): Colour => {
        const mix = (k: 0 | 1 | 2) => top[k] * top[3] + below[k] * (1 - top[3]);
        return [mix(0), mix(1), mix(2), 1];
      };
      const luminance = (colour: Colour): number => {
        const [r, g, b] = colour.slice(0, 3).map((value) => {
          const share = value / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        }) as [number, number, number];
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const behind = (element: Element | null): Colour =>
        element === null
          ? [255, 255, 255, 1]
          : over(parse(getComputedStyle(element).backgroundColor), behind(element.parentElement));
      const faint: string[] = [];
      for (const root of document.querySelectorAll(within)) {
        for (const element of [root, ...root.querySelectorAll('*')]) {
          const text = [...element.childNodes].map((node) => (node.nodeType === 3 ? node.textContent : '')).join('');
          if (text.trim() === '' || element.closest(':disabled, :has(> :disabled), .hidden') !== null) continue;
          const background = behind(element);
          const letters = over(parse(getComputedStyle(element).color), background);
          const [dark, light] = [luminance(background), luminance(letters)].sort((a, b) => a - b) as [number, number];
          const contrast = (light + 0.05) / (dark + 0.05);
          if (contrast < least) faint.push(`${text.trim()}: ${contrast.toFixed(2)}`);
        }
      }
      return faint;
    },
    { within, least: LEAST },
  );
}
