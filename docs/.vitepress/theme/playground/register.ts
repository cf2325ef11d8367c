// Makes `<Playground />` known to pages.

import type { App } from 'vue';
import Playground from './Playground.vue';

export function registerPlayground(app: App): void {
  app.component('Playground', Playground);
}
