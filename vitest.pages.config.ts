import { defineConfig } from 'vitest/config';

// What looks at every page of the web client: `npm run screenshots` and `npm run page-times`. No part of the tests.
export default defineConfig({
  test: {
    include: ['tooling/dev-stack/test/web-client/{screenshots,page-times}.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
