import { removeSsoProvider } from '@rollcall/domain/sso/set-sso-provider';
import { operatorCaller } from '@rollcall/domain/admins/caller';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { afterAll, describe, expect, test } from 'vitest';
import { OPERATOR, startTestAdminApi } from './harness.ts';
import {
  addSignInAccount,
  ANA,
  type Browser,
  locationOf,
  openBrowser,
  PUBLIC_URL,
} from './sign-in-harness.ts';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());

let accounts = 0;
const given = (options?: Parameters<typeof addSignInAccount>[2]) => {
  accounts += 1;
  return addSignInAccount(api, `acme-${accounts}`, options);
};
const WHO = '{ viewer { kind name permissionSets account { slug } } }';

describe('signing in with the provider of the account', () => {
  test('leads through the provider and back, signed in, by a cookie that scripts cannot read', async () => {
    const acme = await given();
    await acme.idp.post({ userName: 'ana@acme.io' });
    const browser = openBrowser(api.app);
    const response = await browser.signIn(acme.slug);
    expect([response.statusCode, response.headers.location]).toEqual([303, '/sign-in']);
    expect(response.cookies).toContainEqual(
      expect.objectContaining({
        name: '__Host-rollcall_session',
        path: '/',
        httpOnly: true,
        secure: true,
        sameSite: 'Lax',
      }),
    );
    expect(response.cookies.some((cookie) => 'domain' in cookie)).toBe(false);
    expect([...browser.cookies.keys()]).toEqual(['__Host-rollcall_session']);
    expect((await browser.query(WHO)).body).toMatchObject({
      data: {
        viewer: { kind: 'USER', name: 'ana@acme.io', permissionSets: [], account: { slug: acme.slug } },
      },
    });
    expect((await browser.get('/sign-in')).body).toContain('As ana@acme.io.');
  });

  test('what the person may do follows their groups from one request to the next', async () => {
    const acme = await given();
    acme.provider.person = { sub: 'olga', claims: { email: 'olga@acme.io', email_verified: true } };
    const browser = openBrowser(api.app);
    await browser.signIn(acme.slug);
    expect((await browser.query(WHO)).body).toMatchObject({
      data: { viewer: { name: 'olga@acme.io', permissionSets: ['ACCOUNT_ADMIN', 'MEMBER'] } },
    });
    await api.db.deleteFrom('group_members').where('account_id', '=', acme.accountId).execute();
    expect((await browser.query(WHO)).body).toMatchObject({ data: { viewer: { permissionSets: [] } } });
  });

  test('leads back to where the person came from, and nowhere else', async () => {
    const acme = await given();
    const to = async (returnTo: string) =>
      locationOf(
        await openBrowser(api.app).signIn(acme.slug, `?${new URLSearchParams({ returnTo }).toString()}`),
      );
    expect(await to('/users?filter=x#top')).toBe('/users?filter=x#top');
    for (const elsewhere of [
      'https://evil.example/',
      '//evil.example/',
      String.raw`/\evil.example/`,
      '/\t/evil.example',
      'javascript:alert(1)',
      '',
    ]) {
      expect(await to(elsewhere)).toBe('/sign-in');
    }
  });

  test('Entra ID’s people are known by their preferred_username', async () => {
    const acme = await given({ settings: { ssoProviderKind: 'entra' } });
    const ana = await acme.idp.post({ userName: 'ana@acme.io' });
    acme.provider.person = {
      sub: 'x',
      claims: { email: 'another@elsewhere.example', preferred_username: 'Ana@acme.io' },
    };
    const browser = openBrowser(api.app);
    await browser.signIn(acme.slug);
    expect((await browser.query(WHO)).body).toMatchObject({ data: { viewer: { name: ana.userName } } });
  });

  test('the groups claim that the account names drives its license mappings', async () => {
    const acme = await given();
    await acme.connect({ groupsClaim: 'groups' });
    await api.db
      .insertInto('sso_license_mappings')
      .values({ account_id: acme.accountId, license_type: 'read_only', idp_group: 'readers' })
      .execute();
    acme.provider.person = { ...ANA, claims: { ...ANA.claims, groups: ['readers'] } };
    await openBrowser(api.app).signIn(acme.slug);
    const ana = await api.db
      .selectFrom('users')
      .select(['license_type', 'license_source', 'sign_in_groups'])
      .where('account_id', '=', acme.accountId)
      .where('user_name', '=', 'ana@acme.io')
      .executeTakeFirstOrThrow();
    expect(ana).toEqual({
      license_type: 'read_only',
      license_source: 'sso_mapping',
      sign_in_groups: ['readers'],
    });
  });

  test('is an audit event with where it came from', async () => {
    const acme = await given();
    await openBrowser(api.app).signIn(acme.slug);
    const events = await api.db
      .selectFrom('audit_events')
      .select(['kind', 'detail'])
      .where('account_id', '=', acme.accountId)
      .where('kind', '=', 'sign_in.succeeded')
      .execute();
    expect(events).toMatchObject([
      { detail: { from: '127.0.0.1', subject: ANA.sub, address: 'ana@acme.io', groups: 'read' } },
    ]);
  });
});

describe('who does not come in is told why, in words', () => {
  test.each([
    [
      'unknown, where nobody becomes a user by signing in',
      { unprovisioned: false },
      'You have no user in this account',
    ],
    ['without a verified address', { claims: { email_verified: false } }, 'has not verified your e-mail'],
    ['without an address', { claims: { email: undefined } }, 'sent no e-mail address'],
  ])('somebody %s', async (_who, { unprovisioned, claims }: Given, words) => {
    const acme = await given();
    if (unprovisioned === false) {
      await api.db
        .updateTable('scim_configurations')
        .set({ unprovisioned_sign_in: false })
        .where('account_id', '=', acme.accountId)
        .execute();
    }
    acme.provider.person = { ...ANA, claims: { ...ANA.claims, ...claims } };
    expect(await refusal(acme.slug)).toContain(words);
  });

  interface Given {
    unprovisioned?: boolean;
    claims?: object;
  }

  test('somebody invited is led to acceptance', async () => {
    const acme = await given();
    await acme.idp.post({ userName: 'ana@elsewhere.example' });
    acme.provider.person = { ...ANA, claims: { ...ANA.claims, email: 'ana@elsewhere.example' } };
    expect(await refusal(acme.slug)).toContain('open the link in the message to ana@elsewhere.example');
  });

  test('somebody deactivated, and somebody deleted', async () => {
    const acme = await given();
    const ana = await acme.idp.post({ userName: 'ana@acme.io' });
    await acme.idp.patch(ana.id, { active: false });
    expect(await refusal(acme.slug)).toContain('Your user is deactivated');
    await acme.idp.delete(ana.id);
    expect(await refusal(acme.slug)).toContain('Your user was deleted');
  });

  test('somebody whose user is bound to another person of the provider', async () => {
    const acme = await given();
    await acme.idp.post({ userName: 'ana@acme.io' });
    await openBrowser(api.app).signIn(acme.slug);
    acme.provider.person = { ...ANA, sub: 'another' };
    expect(await refusal(acme.slug)).toContain('Somebody else at your provider');
  });

  test('somebody whom the provider does not let in', async () => {
    const acme = await given();
    acme.provider.person = undefined;
    const response = await openBrowser(api.app).signIn(acme.slug);
    expect(response.statusCode).toBe(400);
    expect(response.body).toContain('User is not assigned to the client application');
  });
});

/** The page of somebody who is refused, and gets no session. */
async function refusal(slug: string): Promise<string> {
  const browser = openBrowser(api.app);
  const { statusCode, body } = await browser.signIn(slug);
  if (statusCode === 403 && browser.cookies.size === 0) return body;
  throw new Error(`Not refused: ${statusCode} ${body}`);
}

/** What a browser is answered that comes back from the provider. */
async function finish(browser: Browser, answer: URL): Promise<{ status: number; body: string }> {
  const { statusCode, body } = await browser.get(`${answer.pathname}${answer.search}`);
  return { status: statusCode, body };
}

describe('an answer of the provider', () => {
  test('is taken by the browser alone that began', async () => {
    const acme = await given();
    const answer = await openBrowser(api.app).comeBack(acme.slug);
    const other = openBrowser(api.app);
    expect(await finish(other, answer)).toMatchObject({ status: 400 });
    expect(other.cookies.size).toBe(0);
  });

  test('is taken once', async () => {
    const acme = await given();
    const browser = openBrowser(api.app);
    const answer = await browser.comeBack(acme.slug);
    const kept = new Map(browser.cookies);
    await browser.get(`${answer.pathname}${answer.search}`);
    const second = await finish(browser, answer);
    expect(second.status).toBe(400);
    expect(second.body).toContain('not begun in this browser');
    expect([...browser.cookies.keys()]).toEqual(['__Host-rollcall_session']);
    // Also where the browser, or a thief, has kept what it should have forgotten.
    const again = await api.app.inject({
      method: 'GET',
      url: `${answer.pathname}${answer.search}`,
      cookies: Object.fromEntries(kept),
    });
    expect(again.statusCode).toBe(400);
    expect(again.cookies.map(({ name }) => name)).not.toContain('__Host-rollcall_session');
  });

  test.each([
    ['another state', (answer: URL) => answer.searchParams.set('state', 'x')],
    ['no state', (answer: URL) => answer.searchParams.delete('state')],
    ['another code', (answer: URL) => answer.searchParams.set('code', 'x')],
    ['no code', (answer: URL) => answer.searchParams.delete('code')],
    ['another issuer', (answer: URL) => answer.searchParams.set('iss', 'https://evil.example')],
    ['nothing at all', (answer: URL) => void (answer.search = '')],
  ])('with %s is refused, and the attempt is over', async (_what, change) => {
    const acme = await given();
    const browser = openBrowser(api.app);
    const answer = await browser.comeBack(acme.slug);
    change(answer);
    const response = await browser.get(`${answer.pathname}${answer.search}`);
    expect(response.statusCode).toBe(400);
    expect(browser.cookies.size).toBe(0);
  });

  test('of one account does not finish a sign-in to another', async () => {
    const [ours, theirs] = [await given(), await given()];
    const browser = openBrowser(api.app);
    const first = await browser.comeBack(ours.slug);
    await browser.comeBack(theirs.slug);
    const response = await browser.get(`${first.pathname}${first.search}`);
    expect(response.statusCode).toBe(400);
    expect(browser.cookies.size).toBe(0);
  });

  test('of one account’s provider under the state of another’s is refused (a mix-up)', async () => {
    const [ours, theirs] = [await given(), await given()];
    const browser = openBrowser(api.app);
    const theirAnswer = await openBrowser(api.app).comeBack(theirs.slug);
    const ourAnswer = await browser.comeBack(ours.slug);
    theirAnswer.searchParams.set('state', ourAnswer.searchParams.get('state') ?? '');
    const response = await browser.get(`${theirAnswer.pathname}${theirAnswer.search}`);
    expect(response.statusCode).toBe(400);
    expect(theirs.provider.requests.filter((path) => path === '/token')).toEqual([]);
  });

  test('is not taken when the attempt is more than ten minutes old', async () => {
    const acme = await given();
    const browser = openBrowser(api.app);
    const answer = await browser.comeBack(acme.slug);
    const [[name, sealed] = ['', '']] = [...browser.cookies];
    const opened = api.secrets.open('sign_in_attempt', Buffer.from(sealed, 'base64url')) ?? '';
    const old = opened.replace(/"expiresAt":\d+/u, `"expiresAt":${Date.now() - 1}`);
    const response = await api.app.inject({
      method: 'GET',
      url: `${answer.pathname}${answer.search}`,
      cookies: { [name]: api.secrets.seal('sign_in_attempt', old).toString('base64url') },
    });
    expect(response.statusCode).toBe(400);
    expect(response.body).toContain('more than ten minutes ago');
  });

  test.each(['', 'x', 'AAAA', Buffer.alloc(60, 1).toString('base64url')])(
    'with the made-up attempt %j is refused',
    async (attempt) => {
      const response = await api.app.inject({
        method: 'GET',
        url: '/sign-in/callback?code=x&state=x',
        cookies: { '__Host-rollcall_sign_in': attempt },
      });
      expect(response.statusCode).toBe(400);
    },
  );

  test('is not taken when the provider was changed or removed meanwhile', async () => {
    const acme = await given();
    const browser = openBrowser(api.app);
    const answer = await browser.comeBack(acme.slug);
    await inTransaction(api.db, (trx) =>
      removeSsoProvider(trx, operatorCaller(OPERATOR), acme.accountId, new Date()),
    );
    const response = await browser.get(`${answer.pathname}${answer.search}`);
    expect(response.statusCode).toBe(409);
    expect(browser.cookies.size).toBe(0);
  });
});

describe('the provider', () => {
  test('that cannot be reached is named in words, without our innards', async () => {
    const acme = await given();
    await acme.connect({ issuer: 'http://127.0.0.1:1' });
    const response = await openBrowser(api.app).get(`/sign-in/${acme.slug}`);
    expect(response.statusCode).toBe(502);
    expect(response.body).toContain('refuses connections');
  });

  test('with another client secret is named in words, and the secret is not', async () => {
    const acme = await given();
    await acme.connect({ clientSecret: 'of long ago' });
    const response = await openBrowser(api.app).signIn(acme.slug);
    expect(response.statusCode).toBe(502);
    expect(response.body).toContain('client secret');
    expect(response.body + JSON.stringify(api.logged)).not.toContain('of long ago');
  });

  test('that an account does not have is asked for', async () => {
    await api.addAccount('unconnected');
    const response = await openBrowser(api.app).get('/sign-in/unconnected');
    expect(response.statusCode).toBe(409);
    expect(response.body).toContain('no sign-on provider');
  });
});

test('over http, in development, the cookie goes without the prefix and without Secure, which browsers would refuse', async () => {
  const local = await startTestAdminApi({ publicAdminUrl: 'http://127.0.0.1:4000' });
  await local.addAccount('acme');
  const acme = await addSignInAccount(local, 'acme-local', {
    provider: { redirectUri: 'http://127.0.0.1:4000/sign-in/callback' },
  });
  const start = await openBrowser(local.app).get(`/sign-in/${acme.slug}`);
  expect(start.cookies).toMatchObject([{ name: 'rollcall_sign_in', httpOnly: true, sameSite: 'Lax' }]);
  expect(start.cookies[0]).not.toHaveProperty('secure');
  await local[Symbol.asyncDispose]();
});

test('pages load nothing, run nothing, and are framed and kept by nobody', async () => {
  const { headers, body } = await openBrowser(api.app).get('/sign-in');
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  });
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; /u);
  expect(body).not.toContain('<script');
  expect(PUBLIC_URL.startsWith('https:')).toBe(true);
});
