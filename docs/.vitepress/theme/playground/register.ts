// Makes `<Playground />` and `<ProofDemo />` known to pages.

import { type App, defineAsyncComponent } from 'vue';
import ProofDemo from './ProofDemo.vue';

export function registerPlayground(app: App): void {
  // only its own page has it
  app.component(
    'Playground',
    defineAsyncComponent(() => import('./Playground.vue')),
  );
  app.component('ProofDemo', ProofDemo);
}
