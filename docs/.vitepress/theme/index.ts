// The default theme with a few rules of its own. Components that pages name are registered in `enhanceApp`.

import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { registerPlayground } from './playground/register.ts';
import { followActiveEntry } from './sidebar.ts';
import './site.css';
import './home.css';

export default {
  extends: DefaultTheme,
  setup: followActiveEntry,
  enhanceApp({ app }) {
    registerPlayground(app);
  },
} satisfies Theme;
