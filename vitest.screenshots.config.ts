import { defineConfig } from 'vitest/config';

// Pictures of every page for the documentation, made by `npm run screenshots`; no part of the tests.
export default defineConfig({
  test: {
    include: ['tooling/dev-stack/test/web-client/screenshots.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
