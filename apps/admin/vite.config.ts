import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The admin API, which serves the built pages and answers for them; `vite` alone sends it what it does not have.
const ADMIN_API = 'http://127.0.0.1:4000';

export default defineConfig({
  plugins: [react()],
  // The admin API puts a fresh number in its place for each page.
  html: { cspNonce: 'CSP_NONCE' },
  build: { target: 'es2023', manifest: true },
  server: {
    port: 4003,
    proxy: Object.fromEntries(
      ['/graphql', '/sign-in', '/sign-out', '/exports'].map((path) => [path, ADMIN_API]),
    ),
  },
});
