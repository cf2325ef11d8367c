// The API pages of the site: one for each entry point, named as it is imported.

/** @type {import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions} */
export default {
  name: 'ternary-gkr',
  plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'],
  entryPoints: [
    'src/index.ts',
    'src/field/index.ts',
    'src/poly/index.ts',
    'src/transcript/index.ts',
    'src/sumcheck/index.ts',
    'src/commit/index.ts',
    'src/lookup/index.ts',
    'src/gkr/index.ts',
    'src/sparse/index.ts',
    'src/layer/index.ts',
    'src/network/index.ts',
    'src/accuracy/index.ts',
    'src/onnx/index.ts',
    'src/testing/index.ts',
  ],
  tsconfig: 'tsconfig.build.json',
  out: 'docs/api',
  docsRoot: 'docs',
  router: 'module',
  readme: 'none',
  entryFileName: 'overview',
  hideBreadcrumbs: true,
  hidePageHeader: true,
  pageTitleTemplates: { module: ({ name }) => (name === 'index' ? 'ternary-gkr' : `ternary-gkr/${name}`) },
  parametersFormat: 'table',
  // members of JavaScript's own Error are documented elsewhere
  excludeExternals: true,
  excludeInternal: true,
  // links within a page do not depend on how a renderer makes anchors of headings
  useHTMLAnchors: true,
  disableSources: true,
  validation: { invalidLink: true, notExported: false },
};
