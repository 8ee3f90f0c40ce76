import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startTestAdminApi } from './harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'rollcall-web-client-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'assets'));
writeFileSync(join(folder, 'index.html'), '<script src="/assets/a.js" nonce="CSP_NONCE"></script>the client');
writeFileSync(join(folder, 'favicon.svg'), '<svg/>');
writeFileSync(join(folder, 'assets/index-abc.js'), 'export {};');
writeFileSync(join(folder, 'secret.txt'), 'not for the world');

const api = await startTestAdminApi({ webClient: folder });
afterAll(() => api[Symbol.asyncDispose]());

const get = (url: string, accept = 'text/html') =>
  api.app.inject({ method: 'GET', url, headers: { accept } });

test.each(['/', '/people', '/people/abc?tab=history', '/graph'])(
  'whoever opens %s is given the one page, which no cache keeps and no page frames',
  async (url) => {
    const response = await get(url);
    expect(response.statusCode).toBe(200);
    expect(response.body).toContain('the client');
    expect(response.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    });
  },
);

test('what may run is this origin’s, and what has the number of this very page', async () => {
  const [one, other] = [await get('/'), await get('/')];
  const policy = String(one.headers['content-security-policy']);
  const nonce = /script-src 'self' 'nonce-([^']{20,})'/u.exec(policy)?.[1];
  expect(one.body).toContain(`nonce="${nonce}"`);
  expect(one.body).not.toContain('CSP_NONCE');
  expect(other.body).not.toContain(String(nonce));
  expect(policy).toMatch(/^default-src 'none';/u);
  expect(policy).not.toContain('unsafe');
});

test('files have their digest in their names, and are kept for ever', async () => {
  const response = await get('/assets/index-abc.js', '*/*');
  expect(response.statusCode).toBe(200);
  expect(response.headers).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  });
  expect((await get('/favicon.svg', 'image/*')).headers['content-type']).toBe('image/svg+xml');
});

test.each([
  ['/assets/gone.js', '*/*'],
  ['/assets/..%2fsecret.txt', '*/*'],
  ['/secret.txt', '*/*'],
  ['/people', 'application/json'],
])('%s, asked for as %s, is not there', async (url, accept) => {
  const response = await get(url, accept);
  expect(response.statusCode).toBeGreaterThanOrEqual(400);
  expect(response.statusCode).toBeLessThan(500);
  expect(response.body).not.toContain('not for the world');
});

test('whoever comes to sign in without having been anywhere goes there afterwards', async () => {
  expect((await get('/sign-in')).body).toContain('name="returnTo" value="/"');
});
