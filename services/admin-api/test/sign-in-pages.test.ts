import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestAdminApi } from './harness.ts';
import { addSignInAccount, locationOf, openBrowser, PUBLIC_URL } from './sign-in-harness.ts';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());

beforeAll(async () => {
  await api.addAccount('acme', { name: 'Acme <b>', verifiedDomains: ['acme.io', 'shared.io'] });
  await api.addAccount('globex', { verifiedDomains: ['globex.io', 'shared.io'] });
});

describe('which account', () => {
  test.each([
    ['acme', '/sign-in/acme'],
    [' ACME ', '/sign-in/acme'],
    ['ana@acme.io', '/sign-in/acme?loginHint=ana%40acme.io'],
    ['Ana@GLOBEX.io', '/sign-in/globex?loginHint=Ana%40GLOBEX.io'],
  ])('%j leads to %s', async (account, path) => {
    const response = await openBrowser(api.app).post('/sign-in', { account });
    expect([response.statusCode, response.headers.location]).toEqual([303, path]);
  });

  test('of several that verified the domain the person chooses', async () => {
    const response = await openBrowser(api.app).post('/sign-in', {
      account: 'ana@shared.io',
      returnTo: '/x',
    });
    expect(response.statusCode).toBe(200);
    expect(response.body).toContain(
      '<a href="/sign-in/acme?loginHint=ana%40shared.io&amp;returnTo=%2Fx">Acme &lt;b&gt;</a> (acme)',
    );
    expect(response.body).toContain('/sign-in/globex?');
  });

  test.each(['nobody@elsewhere.io', 'unknown', '', '\u0000', 'x'.repeat(400), '<script>alert(1)</script>'])(
    '%j leads nowhere, and the form asks again with what was written',
    async (account) => {
      const response = await openBrowser(api.app).post('/sign-in', { account });
      expect(response.statusCode).toBe(404);
      expect(response.body).toContain('role="alert"');
      expect(response.body).not.toContain('<script');
    },
  );

  test('the web client asks with JSON', async () => {
    const browser = openBrowser(api.app);
    const response = await browser.post(
      '/sign-in',
      { account: 'ana@shared.io' },
      { accept: 'application/json' },
    );
    expect(response.json()).toEqual({
      accounts: [
        { slug: 'acme', name: 'Acme <b>', signInPath: '/sign-in/acme?loginHint=ana%40shared.io' },
        { slug: 'globex', name: 'globex', signInPath: '/sign-in/globex?loginHint=ana%40shared.io' },
      ],
    });
    const who = await browser.get('/sign-in', { accept: 'application/json' });
    expect(who.json()).toEqual({ signedIn: null });
  });

  test('an address in an unknown place leads to a page of words', async () => {
    const response = await openBrowser(api.app).get('/sign-in/unknown');
    expect(response.statusCode).toBe(404);
    expect(response.body).toContain('No account goes by that name');
  });

  test('the hint goes to the provider', async () => {
    const hinted = await addSignInAccount(api, 'hinted');
    const response = await openBrowser(api.app).get(`/sign-in/${hinted.slug}?loginHint=ana%40acme.io`);
    expect(new URL(locationOf(response)).searchParams.get('login_hint')).toBe('ana@acme.io');
  });
});

describe('a sign-in link', () => {
  test('signs in after the press of its button; opening it spends nothing', async () => {
    const acme = await addSignInAccount(api, 'linked');
    const link = await acme.link({ localAdministrator: { name: 'Night shift' } });
    for (let scans = 0; scans < 3; scans += 1) {
      const scanner = openBrowser(api.app);
      const page = await scanner.get(link);
      expect(page.statusCode).toBe(200);
      expect(page.body).toContain('As local:Night shift');
      expect(scanner.cookies.size).toBe(0);
    }
    const browser = openBrowser(api.app);
    const pressed = await browser.post(link);
    expect([pressed.statusCode, pressed.headers.location]).toEqual([303, '/sign-in']);
    const who = await browser.query('{ viewer { name permissionSets } }');
    expect(who.body).toMatchObject({
      data: { viewer: { name: 'local:Night shift', permissionSets: ['ACCOUNT_ADMIN'] } },
    });
    const again = openBrowser(api.app);
    expect((await again.post(link)).statusCode).toBe(410);
    expect((await again.get(link)).statusCode).toBe(410);
    expect(again.cookies.size).toBe(0);
  });

  test('of two presses at once, one signs in', async () => {
    const acme = await addSignInAccount(api, 'pressed');
    const link = await acme.link({ localAdministrator: { name: 'Night shift' } });
    const presses = await Promise.all([1, 2, 3].map(() => openBrowser(api.app).post(link)));
    const codes = presses.map(({ statusCode }) => statusCode);
    expect(codes.toSorted((a, b) => a - b)).toEqual([303, 410, 410]);
  });

  test('is not pressed by a page of another site', async () => {
    const acme = await addSignInAccount(api, 'foreign');
    const link = await acme.link({ localAdministrator: { name: 'Night shift' } });
    for (const origin of ['https://evil.example', 'null', 'https://rollcall.example.com.evil.example']) {
      expect((await openBrowser(api.app).post(link, {}, { origin })).statusCode).toBe(403);
    }
    expect((await openBrowser(api.app).post(link)).statusCode).toBe(303);
  });

  test.each(['x', `${'0'.repeat(36)}.x`, '..%2f..', '%00'])('%j is none', async (value) => {
    const response = await openBrowser(api.app).get(`/sign-in/link/${value}`);
    expect(response.statusCode).toBe(410);
  });
});

describe('a request with a cookie', () => {
  test('is refused from a page of another site, and taken from scripts that say so', async () => {
    const acme = await addSignInAccount(api, 'csrf');
    const browser = openBrowser(api.app);
    await browser.signIn(acme.slug);
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const send = async (headers: Record<string, string>) => {
      const response = await api.app.inject({
        method: 'POST',
        url: '/graphql',
        headers: { 'content-type': 'application/json', cookie, ...headers },
        payload: JSON.stringify({ query: '{ viewer { name } }' }),
      });
      return response.statusCode;
    };
    expect(await send({ origin: 'https://evil.example' })).toBe(403);
    expect(await send({ origin: 'https://evil.example', 'x-rollcall-csrf': '1' })).toBe(403);
    expect(await send({ origin: 'null' })).toBe(403);
    expect(await send({})).toBe(403);
    expect(await send({ origin: PUBLIC_URL })).toBe(200);
    expect(await send({ 'x-rollcall-csrf': '1' })).toBe(200);
    await api.attempts.flush();
    const attempts = await api.db
      .selectFrom('audit_events')
      .select(['actor_name', 'detail', 'occurrences'])
      .where('account_id', '=', acme.accountId)
      .where('kind', '=', 'attempt.refused')
      .execute();
    expect(attempts).toEqual([
      { actor_name: 'ana@acme.io', detail: { code: 'FOREIGN_REQUEST' }, occurrences: 4 },
    ]);
    const out = await browser.post('/sign-out', {}, { origin: 'https://evil.example' });
    expect(out.statusCode).toBe(403);
    expect(await send({ origin: PUBLIC_URL })).toBe(200);
  });

  test.each(['', 'x', 'a.b', '0192f0c4-6f0a-7000-8000-000000000001.rcb_x'])(
    'that is made up, %j, is that of a stranger',
    async (value) => {
      const response = await api.app.inject({
        method: 'POST',
        url: '/graphql',
        headers: { 'content-type': 'application/json', origin: PUBLIC_URL },
        cookies: { '__Host-rollcall_session': value },
        payload: JSON.stringify({ query: '{ viewer { name } }' }),
      });
      expect(response.statusCode).toBe(401);
    },
  );
});

describe('signing out', () => {
  test('ends the session here and leads to the provider to end it there', async () => {
    const acme = await addSignInAccount(api, 'leaving');
    const browser = openBrowser(api.app);
    await browser.signIn(acme.slug);
    const kept = Object.fromEntries(browser.cookies);
    const response = await browser.post('/sign-out');
    expect(response.statusCode).toBe(303);
    const there = new URL(locationOf(response));
    expect(there.origin).toBe(acme.provider.issuer);
    expect(there.searchParams.get('post_logout_redirect_uri')).toBe(`${PUBLIC_URL}/sign-in`);
    expect(there.searchParams.get('id_token_hint')).toMatch(/^[^.]+\.[^.]+\.[^.]+$/u);
    expect(browser.cookies.size).toBe(0);
    const stolen = await api.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json', origin: PUBLIC_URL },
      cookies: kept,
      payload: JSON.stringify({ query: '{ viewer { name } }' }),
    });
    expect(stolen.statusCode).toBe(401);
  });

  test('of nobody leads to the sign-in', async () => {
    const response = await openBrowser(api.app).post('/sign-out');
    expect([response.statusCode, response.headers.location]).toEqual([303, '/sign-in']);
  });

  test('by the web client answers with where to go', async () => {
    const acme = await addSignInAccount(api, 'leaving-by-json');
    const browser = openBrowser(api.app);
    await browser.post(await acme.link({ localAdministrator: { name: 'Night shift' } }));
    const response = await browser.post('/sign-out', {}, { accept: 'application/json' });
    expect(response.json()).toEqual({ redirectTo: '/sign-in' });
  });

  test('works while the provider is gone', async () => {
    const acme = await addSignInAccount(api, 'leaving-alone');
    const browser = openBrowser(api.app);
    await browser.signIn(acme.slug);
    await api.db
      .updateTable('sso_providers')
      .set({ issuer: 'http://127.0.0.1:1' })
      .where('account_id', '=', acme.accountId)
      .execute();
    const response = await browser.post('/sign-out');
    expect([response.statusCode, response.headers.location]).toEqual([303, '/sign-in']);
    expect(browser.cookies.size).toBe(0);
  });
});

test('somebody deactivated in the middle of a session has lost it with their next request', async () => {
  const acme = await addSignInAccount(api, 'ending');
  const ana = await acme.idp.post({ userName: 'ana@acme.io' });
  const browser = openBrowser(api.app);
  await browser.signIn(acme.slug);
  expect((await browser.query('{ viewer { name } }')).status).toBe(200);
  const start = performance.now();
  await acme.idp.patch(ana.id, { active: false });
  expect((await browser.query('{ viewer { name } }')).status).toBe(401);
  expect(performance.now() - start).toBeLessThan(1_000);
  await acme.idp.patch(ana.id, { active: true });
  expect((await browser.query('{ viewer { name } }')).status).toBe(401);
  await browser.signIn(acme.slug);
  expect((await browser.query('{ viewer { name } }')).status).toBe(200);
});
