// The default theme with the components that pages name.

import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { registerPlayground } from './playground/register.ts';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    registerPlayground(app);
  },
} satisfies Theme;
