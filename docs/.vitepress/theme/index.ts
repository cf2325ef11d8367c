// The default theme with a few rules of its own. Components that pages use are registered in `enhanceApp`.

import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import './site.css';

export default { extends: DefaultTheme } satisfies Theme;
