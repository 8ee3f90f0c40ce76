import { operatorCaller } from '@rollcall/domain/admins/caller';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { newId } from '@rollcall/domain/ids';
import { setSsoProvider } from '@rollcall/domain/sso/set-sso-provider';
import type { SamlProviderInput } from '@rollcall/domain/sso/sso-provider';
import { identityProvider } from '@rollcall/domain/testing/provisioning';
import { type Posting, readRequest } from '@rollcall/saml-protocol/testing/saml-provider';
import {
  openProviderPage,
  serveSamlProvider,
  type ServedProvider,
} from '@rollcall/saml-protocol/testing/served-provider';
import { newSigningKey } from '@rollcall/saml-protocol/testing/signing-key';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { OPERATOR, startTestAdminApi, type TestAccount } from './harness.ts';
import { type Browser, locationOf, openBrowser, PUBLIC_URL } from './sign-in-harness.ts';

const ENTRA_GROUPS = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups';
const WHO = '{ viewer { name } }';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());

describe('signing in with a SAML provider', () => {
  test('leads to its page with a request, and back by what that page posts, signed in', async () => {
    const acme = await given();
    const ana = await acme.idp.post({ userName: 'ana@acme.io' });
    const browser = openBrowser(api.app);
    const start = await browser.get(`/sign-in/${acme.slug}?returnTo=%2Fusers`);
    expect(start.statusCode).toBe(303);
    expect(locationOf(start).startsWith(`${acme.provider.signOnUrl}?`)).toBe(true);
    const query = Object.fromEntries(new URL(locationOf(start)).searchParams);
    expect(await readRequest(query)).toMatchObject({
      issuer: `${PUBLIC_URL}/sign-in/saml/${acme.accountId}/metadata`,
      assertionConsumerServiceURL: `${PUBLIC_URL}/sign-in/saml/${acme.accountId}/acs`,
    });

    const response = await post(browser, await openProviderPage(locationOf(start)));
    expect([response.statusCode, response.headers.location]).toEqual([303, '/users']);
    expect([...browser.cookies.keys()]).toEqual(['__Host-rollcall_session']);
    expect((await browser.query(WHO)).body).toMatchObject({ data: { viewer: { name: ana.userName } } });
  });

  test('what the browser keeps meanwhile goes along with a post from the page of another site, and is sealed', async () => {
    const acme = await given();
    const browser = openBrowser(api.app);
    const start = await browser.get(`/sign-in/${acme.slug}`);
    expect(start.cookies).toEqual([
      expect.objectContaining({
        name: '__Host-rollcall_saml_sign_in',
        path: '/',
        httpOnly: true,
        secure: true,
        sameSite: 'None',
      }),
    ]);
    expect(Buffer.from(start.cookies[0]?.value ?? '', 'base64url').toString('latin1')).not.toContain(
      acme.accountId,
    );
  });

  test('names and groups come from the attributes; the groups drive license mappings', async () => {
    const acme = await given({ kind: 'entra' });
    await api.db
      .insertInto('sso_license_mappings')
      .values({ account_id: acme.accountId, license_type: 'read_only', idp_group: 'readers' })
      .execute();
    acme.provider.person = {
      nameId: 'new@acme.io',
      attributes: {
        [ENTRA_GROUPS]: ['readers', 'everyone'],
        'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname': 'Nora',
        'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname': 'Ewing',
      },
    };
    await signIn(acme);
    expect(await userOf(acme, 'new@acme.io')).toMatchObject({
      license_type: 'read_only',
      sign_in_groups: ['everyone', 'readers'],
      attributes: { name: { givenName: 'Nora', familyName: 'Ewing' } },
    });
  });

  test('more groups than an assertion of Entra holds change nothing, and are recorded', async () => {
    const acme = await given({ kind: 'entra' });
    acme.provider.person = { nameId: 'ana@acme.io', attributes: { [ENTRA_GROUPS]: ['readers'] } };
    await signIn(acme);
    acme.provider.person = {
      nameId: 'ana@acme.io',
      attributes: { 'http://schemas.microsoft.com/claims/groups.link': 'https://graph.windows.net/x' },
    };
    await signIn(acme);
    expect(await userOf(acme, 'ana@acme.io')).toMatchObject({ sign_in_groups: ['readers'] });
    expect(await signInEvents(acme)).toMatchObject([
      { detail: { groups: 'read' } },
      { detail: { groups: 'too_many' } },
    ]);
  });

  test('somebody whose address changed on both sides comes in as before', async () => {
    const acme = await given();
    const ana = await acme.idp.post({ userName: 'ana@acme.io' });
    await signIn(acme);
    await acme.idp.patch(ana.id, { userName: 'ana.smith@acme.io' });
    acme.provider.person = { nameId: 'Ana.Smith@acme.io' };
    const { browser } = await signIn(acme);
    expect((await browser.query(WHO)).body).toMatchObject({
      data: { viewer: { name: 'ana.smith@acme.io' } },
    });
    expect(await signInEvents(acme)).toMatchObject([
      { detail: { isNew: false } },
      { target_id: ana.id, detail: { isNew: false } },
    ]);
  });

  test('while the provider changes its certificate both are believed', async () => {
    const acme = await given();
    const next = newSigningKey();
    await acme.connect({ signingCertificates: [next.certificate, acme.provider.signingKey.certificate] });
    expect((await signIn(acme)).response.statusCode).toBe(303);
    acme.provider.deviations = { key: next.privateKey, cert: next.certificate };
    expect((await signIn(acme)).response.statusCode).toBe(303);
  });

  test('who may not come in is told why, as with any provider', async () => {
    const acme = await given();
    const ana = await acme.idp.post({ userName: 'ana@acme.io' });
    await acme.idp.patch(ana.id, { active: false });
    const { response } = await signIn(acme);
    expect(response.statusCode).toBe(403);
    expect(response.body).toContain('Your user is deactivated');
  });
});

describe('what is not believed', () => {
  test.for<{ what: string; deviations: ServedProvider['deviations']; says: string }>([
    {
      what: 'an assertion without a signature',
      deviations: { signAssertion: false, signResponse: true },
      says: 'must be signed',
    },
    {
      what: 'the signature of another key',
      deviations: { key: newSigningKey().privateKey },
      says: 'not signed by a key',
    },
    {
      what: 'another audience',
      deviations: { audience: 'https://other.example' },
      says: 'https://other.example',
    },
    {
      what: 'another recipient',
      deviations: { recipient: 'https://other.example' },
      says: 'https://other.example',
    },
    {
      what: 'the answer to another request',
      deviations: { inResponseTo: '_another' },
      says: 'another attempt',
    },
    {
      what: 'an answer to no request',
      deviations: { inResponseTo: '' },
      says: 'Signing in begins at Rollcall',
    },
    {
      what: 'an assertion that is over',
      deviations: { lifetimeInSeconds: -120 },
      says: 'not valid any more',
    },
  ])('$what: nobody is signed in, the page says why, and the log has it', async ({ deviations, says }) => {
    const acme = await given();
    acme.provider.deviations = deviations;
    const { browser, response } = await signIn(acme);
    expect(response.statusCode).toBe(400);
    expect(response.body).toContain(says);
    expect(browser.cookies.size).toBe(0);
    expect(await signInEvents(acme)).toEqual([]);
    expect(api.logged.at(-1)).toMatchObject({ msg: 'a SAML response was refused' });
  });

  test('what was used is refused, also in the browser of the attempt', async () => {
    const acme = await given();
    const browser = openBrowser(api.app);
    const start = await browser.get(`/sign-in/${acme.slug}`);
    const attempt = start.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const posting = await openProviderPage(locationOf(start));
    expect((await post(browser, posting)).statusCode).toBe(303);
    expect((await post(browser, posting)).body).toContain('This sign-in cannot be finished');
    const again = await post(openBrowser(api.app), posting, { cookie: attempt });
    expect(again.statusCode).toBe(403);
    expect(again.body).toContain('This sign-in was used already');
  });

  test('of two browsers that bring one assertion at once, one comes in', async () => {
    const acme = await given();
    const start = await openBrowser(api.app).get(`/sign-in/${acme.slug}`);
    const cookie = start.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const posting = await openProviderPage(locationOf(start));
    const responses = await Promise.all(
      Array.from({ length: 4 }, () => post(openBrowser(api.app), posting, { cookie })),
    );
    expect(responses.map(({ statusCode }) => String(statusCode)).toSorted()).toEqual([
      '303',
      '403',
      '403',
      '403',
    ]);
  });

  test('an answer in a browser that began nothing, or something else, is refused', async () => {
    const [acme, other] = [await given(), await given()];
    const start = await openBrowser(api.app).get(`/sign-in/${acme.slug}`);
    const posting = await openProviderPage(locationOf(start));
    const none = await post(openBrowser(api.app), posting);
    expect([none.statusCode, none.body]).toEqual([400, expect.stringContaining('cannot be finished')]);

    const elsewhere = openBrowser(api.app);
    await elsewhere.get(`/sign-in/${other.slug}`);
    expect((await post(elsewhere, posting)).statusCode).toBe(400);

    const victim = openBrowser(api.app);
    await victim.get(`/sign-in/${acme.slug}`);
    const injected = await post(victim, posting);
    expect([injected.statusCode, injected.body]).toEqual([400, expect.stringContaining('another attempt')]);
    expect(victim.cookies.size).toBe(0);
  });

  test('an answer that comes after the provider was changed is refused', async () => {
    const acme = await given();
    const browser = openBrowser(api.app);
    const start = await browser.get(`/sign-in/${acme.slug}`);
    const posting = await openProviderPage(locationOf(start));
    await acme.connect({ issuer: 'urn:another' });
    expect((await post(browser, posting)).statusCode).toBe(409);
  });

  test('a huge body is refused before it is read, and no response at all is told', async () => {
    const acme = await given();
    const browser = openBrowser(api.app);
    await browser.get(`/sign-in/${acme.slug}`);
    const acsUrl = `${PUBLIC_URL}/sign-in/saml/${acme.accountId}/acs`;
    const huge = await post(browser, { acsUrl, SAMLResponse: 'A'.repeat(700_000) });
    expect(huge.statusCode).toBe(413);
    const nothing = await post(browser, { acsUrl, SAMLResponse: '' });
    expect([nothing.statusCode, nothing.body]).toEqual([400, expect.stringContaining('no SAML response')]);
  });

  test('the address where answers go, opened like a page, leads back to the sign-in', async () => {
    const response = await openBrowser(api.app).get(`/sign-in/saml/${newId()}/acs`);
    expect(response.statusCode).toBe(400);
    expect(response.body).toContain('href="/sign-in"');
  });
});

test('the metadata of this service is the same kind of document for every account, also before a provider is connected', async () => {
  const { accountId } = await api.addAccount(`saml-${newId()}`);
  const [ours, nobodys] = [accountId, newId()];
  const response = await openBrowser(api.app).get(`/sign-in/saml/${ours}/metadata`);
  expect(response.headers['content-type']).toContain('application/samlmetadata+xml');
  expect(response.body).toContain(`entityID="${PUBLIC_URL}/sign-in/saml/${ours}/metadata"`);
  expect(response.body).toContain(`Location="${PUBLIC_URL}/sign-in/saml/${ours}/acs"`);
  const unknown = await openBrowser(api.app).get(`/sign-in/saml/${nobodys}/metadata`);
  expect(unknown.body).toBe(response.body.replaceAll(ours, nobodys));
  expect((await openBrowser(api.app).get('/sign-in/saml/%3Cx%3E/metadata')).statusCode).toBe(404);
});

interface SamlAccount extends TestAccount {
  readonly slug: string;
  readonly provider: ServedProvider;
  readonly idp: ReturnType<typeof identityProvider>;
  connect(changes?: Partial<SamlProviderInput>): Promise<void>;
}

/** An account with a provider of its own, where Ana signs in. */
async function given(choices: Partial<SamlProviderInput> = {}): Promise<SamlAccount> {
  const slug = `saml-${newId()}`;
  const account = await api.addAccount(slug);
  const { accountId } = account;
  const provider = await serveSamlProvider();
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const request = { id: accountId, method: 'POST', path: '/Users' };
  const actor = { kind: 'scim_token', id: accountId, name: 'test', request } as const;
  const made: SamlAccount = {
    ...account,
    slug,
    provider,
    idp: identityProvider(api.db, { accountId, actor }),
    async connect(changes = {}) {
      const { entityId: issuer, signOnUrl, signingCertificates } = provider;
      const input = {
        protocol: 'saml',
        issuer,
        signOnUrl,
        signingCertificates,
        ...choices,
        ...changes,
      } as const;
      const surroundings = { secrets: api.secrets, allowHttp: true };
      await inTransaction(api.db, (trx) =>
        setSsoProvider(trx, surroundings, operatorCaller(OPERATOR), accountId, input, new Date()),
      );
    },
  };
  await made.connect();
  return made;
}

async function signIn({
  slug,
}: SamlAccount): Promise<{ browser: Browser; response: LightMyRequestResponse }> {
  const browser = openBrowser(api.app);
  const posting = await openProviderPage(locationOf(await browser.get(`/sign-in/${slug}`)));
  return { browser, response: await post(browser, posting) };
}

/** As the provider's page has the browser do it: from another origin. */
function post(
  browser: Browser,
  { acsUrl, SAMLResponse }: Posting,
  headers: Record<string, string> = {},
): Promise<LightMyRequestResponse> {
  return browser.post(
    new URL(acsUrl).pathname,
    { SAMLResponse },
    { origin: 'https://idp.example', ...headers },
  );
}

function userOf({ accountId }: SamlAccount, userName: string) {
  return api.db
    .selectFrom('users')
    .select(['license_type', 'sign_in_groups', 'attributes'])
    .where('account_id', '=', accountId)
    .where('user_name', '=', userName)
    .executeTakeFirstOrThrow();
}

function signInEvents({ accountId }: SamlAccount) {
  return api.db
    .selectFrom('audit_events')
    .select(['target_id', 'detail'])
    .where('account_id', '=', accountId)
    .where('kind', '=', 'sign_in.succeeded')
    .orderBy('id')
    .execute();
}
