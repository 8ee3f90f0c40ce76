import { startOpenIdProvider } from '@rollcall/oidc-protocol/testing/openid-provider';
import { newSigningKey } from '@rollcall/saml-protocol/testing/signing-key';
import { afterAll, describe, expect, test } from 'vitest';
import { at, startTestAdminApi, textAt } from './harness.ts';
import { openBrowser, PUBLIC_URL } from './sign-in-harness.ts';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());
const provider = await startOpenIdProvider({ redirectUri: `${PUBLIC_URL}/sign-in/callback` });
afterAll(() => provider[Symbol.asyncDispose]());

const OIDC = { issuer: provider.issuer, clientId: 'rollcall', clientSecret: provider.clientSecret };
const SHOWN = `__typename kind groupsClaim version testedAt
  ... on OpenIdConnectProvider { issuer clientId clientSecretSetAt redirectUri }
  ... on SamlProvider { entityId signOnUrl signingCertificates }`;
const READ = `{ account { ssoProvider { ${SHOWN} } signInRegistration { redirectUri samlEntityId samlAcsUrl } } }`;

let accounts = 0;
const given = () => {
  accounts += 1;
  return api.addAccount(`acme-${accounts}`);
};

describe('ssoProviderSet', () => {
  test('connects a provider with which people then sign in, and never shows its secret', async () => {
    const acme = await given();
    const set = await acme.admin.mutate(
      'ssoProviderSet',
      { kind: 'OKTA', openIdConnect: OIDC },
      `ssoProvider { ${SHOWN} }`,
    );
    expect(set).toMatchObject({
      ssoProvider: {
        __typename: 'OpenIdConnectProvider',
        kind: 'OKTA',
        issuer: provider.issuer,
        clientId: 'rollcall',
        groupsClaim: 'groups',
        version: 1,
        testedAt: null,
        redirectUri: `${PUBLIC_URL}/sign-in/callback`,
      },
    });
    const { text, data } = await acme.admin.query(READ);
    expect(at(data, 'account.ssoProvider')).toEqual(set['ssoProvider']);
    expect(text + JSON.stringify(set)).not.toContain(provider.clientSecret);
    provider.person = { sub: 'olga', claims: { email: 'olga@acme.io', email_verified: true } };
    const browser = openBrowser(api.app);
    expect((await browser.signIn(`acme-${accounts}`)).statusCode).toBe(303);
    expect((await browser.query('{ viewer { name } }')).body).toMatchObject({
      data: { viewer: { name: 'olga@acme.io' } },
    });
  });

  test('keeps the secret that is not named, and drops the one that is null', async () => {
    const acme = await given();
    await acme.admin.mutate('ssoProviderSet', { openIdConnect: OIDC }, 'ssoProvider { version }');
    const { issuer, clientId } = OIDC;
    const set = (openIdConnect: object) =>
      acme.admin.mutate(
        'ssoProviderSet',
        { openIdConnect },
        'ssoProvider { version ... on OpenIdConnectProvider { clientSecretSetAt } }',
      );
    expect(textAt(await set({ issuer, clientId }), 'ssoProvider.clientSecretSetAt')).toMatch(/^\d{4}-/u);
    const dropped = await set({ issuer, clientId, clientSecret: null });
    expect(dropped).toMatchObject({ ssoProvider: { version: 2, clientSecretSetAt: null } });
  });

  test('connects a SAML provider, by its fields or its metadata', async () => {
    const acme = await given();
    const { certificate } = newSigningKey();
    const saml = {
      entityId: 'urn:acme:idp',
      signOnUrl: 'https://idp.acme.io/sso',
      signingCertificates: [certificate],
    };
    const byFields = await acme.admin.mutate('ssoProviderSet', { saml }, `ssoProvider { ${SHOWN} }`);
    expect(byFields).toMatchObject({
      ssoProvider: { __typename: 'SamlProvider', entityId: 'urn:acme:idp', signOnUrl: saml.signOnUrl },
    });
    const samlMetadata = metadata(saml.entityId, saml.signOnUrl, certificate);
    const byMetadata = await acme.admin.mutate(
      'ssoProviderSet',
      { samlMetadata },
      `ssoProvider { ${SHOWN} }`,
    );
    expect(byMetadata).toEqual(byFields);
  });

  test('warns of plain http, and takes it where the installation does', async () => {
    const acme = await given();
    const set = (openIdConnect: object) =>
      acme.admin.mutate('ssoProviderSet', { openIdConnect }, 'ssoProvider { warnings { code text } }');
    const insecure = await set(OIDC);
    expect(at(insecure, 'ssoProvider.warnings.0.code')).toBe('PROVIDER_URL_NOT_HTTPS');
    expect(textAt(insecure, 'ssoProvider.warnings.0.text')).toContain('for development');
    expect(await set({ ...OIDC, issuer: 'https://idp.acme.io' })).toMatchObject({
      ssoProvider: { warnings: [] },
    });
  });

  test.each([
    ['nothing', {}, 'input'],
    ['two ways', { openIdConnect: OIDC, samlMetadata: '<x/>' }, 'input'],
    ['no URL', { openIdConnect: { ...OIDC, issuer: 'acme' } }, 'input.openIdConnect.issuer'],
    [
      'an issuer for everybody',
      { openIdConnect: { ...OIDC, issuer: 'https://login.microsoftonline.com/common/v2.0' } },
      'input.openIdConnect.issuer',
    ],
    ['no client id', { openIdConnect: { ...OIDC, clientId: ' ' } }, 'input.openIdConnect.clientId'],
    ['an empty secret', { openIdConnect: { ...OIDC, clientSecret: '' } }, 'input.openIdConnect.clientSecret'],
    ['no groups claim', { openIdConnect: OIDC, groupsClaim: ' ' }, 'input.groupsClaim'],
    [
      'no entity id',
      { saml: { entityId: '', signOnUrl: 'https://a.io', signingCertificates: [] } },
      'input.saml.entityId',
    ],
    [
      'no certificate',
      { saml: { entityId: 'urn:a', signOnUrl: 'https://a.io', signingCertificates: ['x'] } },
      'input.saml.signingCertificates.0',
    ],
    ['no metadata', { samlMetadata: 'x' }, 'input.samlMetadata'],
  ])('refuses %s by the path of the field', async (_what, input, path) => {
    const acme = await given();
    expect(await acme.admin.mutate('ssoProviderSet', input, 'ssoProvider { version }')).toMatchObject({
      __typename: 'InvalidInput',
      fields: [{ path }],
    });
  });

  test('of two administrators who change it at once from one version, one is followed', async () => {
    const acme = await given();
    const set = (clientId: string) =>
      acme.admin.mutate(
        'ssoProviderSet',
        { openIdConnect: { ...OIDC, clientId }, expectedVersion: 0 },
        'ssoProvider { version }',
      );
    const answers = await Promise.all([set('a'), set('b'), set('c')]);
    expect(answers.map((answer) => textAt(answer, '__typename')).toSorted()).toEqual([
      'SsoProviderSetPayload',
      'VersionMismatch',
      'VersionMismatch',
    ]);
  });

  test('to another issuer signs everybody out who came in by the one before', async () => {
    const acme = await given();
    await acme.admin.mutate('ssoProviderSet', { openIdConnect: OIDC }, 'ssoProvider { version }');
    provider.person = { sub: 'olga', claims: { email: 'olga@acme.io', email_verified: true } };
    const browser = openBrowser(api.app);
    await browser.signIn(`acme-${accounts}`);
    expect((await browser.query('{ viewer { name } }')).status).toBe(200);
    const changed = { ...OIDC, issuer: 'https://idp.acme.io' };
    await acme.admin.mutate('ssoProviderSet', { openIdConnect: changed }, 'ssoProvider { version }');
    expect((await browser.query('{ viewer { name } }')).status).toBe(401);
  });
});

describe('ssoProviderTest', () => {
  test('tells what was tried, and notes that all passed', async () => {
    const acme = await given();
    await acme.admin.mutate('ssoProviderSet', { openIdConnect: OIDC }, 'ssoProvider { version }');
    const test = await acme.admin.mutate('ssoProviderTest', {}, 'passed checks { outcome text }');
    expect(test).toMatchObject({ passed: true });
    expect(at(test, 'checks')).toHaveLength(5);
    expect(textAt((await acme.admin.query(READ)).data, 'account.ssoProvider.testedAt')).toMatch(/^\d{4}-/u);
  });

  test('says what is wrong, and notes nothing', async () => {
    const acme = await given();
    const wrong = { ...OIDC, clientSecret: 'wrong' };
    await acme.admin.mutate('ssoProviderSet', { openIdConnect: wrong }, 'ssoProvider { version }');
    const test = await acme.admin.mutate('ssoProviderTest', {}, 'passed checks { outcome text }');
    expect(test).toMatchObject({ passed: false });
    expect(at(test, 'checks.4')).toMatchObject({ outcome: 'FAILED' });
    expect(at((await acme.admin.query(READ)).data, 'account.ssoProvider.testedAt')).toBeNull();
  });

  test('of no provider finds none', async () => {
    const acme = await given();
    expect(await acme.admin.mutate('ssoProviderTest', {}, 'passed')).toMatchObject({
      __typename: 'NotFound',
    });
  });
});

test('ssoProviderRemove disconnects it, and doing it again changes nothing', async () => {
  const acme = await given();
  await acme.admin.mutate('ssoProviderSet', { openIdConnect: OIDC }, 'ssoProvider { version }');
  const remove = (input: object) =>
    acme.admin.mutate('ssoProviderRemove', { ...input }, 'account { ssoProvider { version } }');
  expect(await remove({ expectedVersion: 7 })).toMatchObject({ __typename: 'VersionMismatch' });
  expect(await remove({})).toMatchObject({ account: { ssoProvider: null } });
  expect(await remove({})).toMatchObject({ account: { ssoProvider: null } });
});

test('what is to be registered at the provider is shown before one is connected', async () => {
  const acme = await given();
  const { data } = await acme.admin.query(READ);
  const base = `${PUBLIC_URL}/sign-in/saml/${acme.accountId}`;
  expect(data).toEqual({
    account: {
      ssoProvider: null,
      signInRegistration: {
        redirectUri: `${PUBLIC_URL}/sign-in/callback`,
        samlEntityId: `${base}/metadata`,
        samlAcsUrl: `${base}/acs`,
      },
    },
  });
});

function metadata(entityId: string, signOnUrl: string, certificate: string): string {
  const body = certificate.replaceAll(/-----[A-Z ]+-----|\s/gu, '');
  return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
      <ds:X509Certificate>${body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${signOnUrl}"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`;
}
