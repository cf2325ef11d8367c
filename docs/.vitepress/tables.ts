// Cells of tables that stay on one line: names and figures with their units. A table that is too wide for its page scrolls.

import type { MarkdownOptions } from 'vitepress';

/** The longest name. */
const NAME = 14;

/** `17.7 ms`, `385 ms (39 %)`, `2048 × 2048`, `vanilla-tree / ternary = 1,290 ×`. */
const FIGURE = /^(?=.{1,32}$)(?:\S+ \/ \S+ = )?[−+-]?\d/;

/** One name in the letters of code, which has no spaces: `ternary-gkr/transcript`. */
const CODE = /^`[^`\s]{1,24}`$/;

/** Whether a cell should not be broken. */
export const isShort = (text: string): boolean => text.length <= NAME || FIGURE.test(text) || CODE.test(text);

/** The rule for markdown-it: gives short cells the class `short`. */
export const shortCells: NonNullable<MarkdownOptions['config']> = (markdown) => {
  markdown.core.ruler.push('short-cells', ({ tokens }) => {
    tokens.forEach((token, k) => {
      if (token.type === 'td_open' && isShort(tokens[k + 1]?.content ?? '')) token.attrJoin('class', 'short');
    });
  });
};
