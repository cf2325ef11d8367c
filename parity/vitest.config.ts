import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from here
export default defineConfig({
  test: { environment: 'node', include: ['*.test.ts'], testTimeout: 120_000 },
});
