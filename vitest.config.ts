import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // As Node resolves it: a second copy, which bundlers prefer, would not know the first one's types.
    alias: [
      {
        find: /^graphql$/u,
        replacement: fileURLToPath(new URL('node_modules/graphql/index.js', import.meta.url)),
      },
    ],
  },
  test: {
    // Servers and process trees start inside some tests, on machines that do other things as well.
    maxWorkers: '100%',
    // Two thirds of a short test file would be the loading of modules that the last one has loaded.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: [
            'packages/{scim-protocol,saml-protocol,oidc-protocol,service-kit}/**/*.test.ts',
            'tooling/{embedded-postgres,idp-simulator}/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'database',
          include: [
            'packages/domain/**/*.test.ts',
            '{services,apps}/**/*.test.ts',
            'tooling/{dev-stack,benchmarks}/**/*.test.ts',
          ],
          globalSetup: ['packages/domain/src/testing/global-setup.ts'],
        },
      },
    ],
  },
});
