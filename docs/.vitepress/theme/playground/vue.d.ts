// A component as TypeScript sees it; its own types are the business of the Vue compiler.

declare module '*.vue' {
  import type { DefineComponent } from 'vue';

  const component: DefineComponent;
  export default component;
}
