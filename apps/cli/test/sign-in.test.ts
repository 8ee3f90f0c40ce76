import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { findSignInLink, useSignInLink } from '@rollcall/domain/sso/use-sign-in-link';
import { testDatabase } from '@rollcall/domain/testing/database';
import { startOpenIdProvider } from '@rollcall/oidc-protocol/testing/openid-provider';
import { readRequest, samlProvider, type SamlProvider } from '@rollcall/saml-protocol/testing/saml-provider';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { property, rollcall } from './rollcall.ts';

const ADMIN_URL = 'https://rollcall.example.com';
const REDIRECT_URI = `${ADMIN_URL}/sign-in/callback`;
const OWNER = 'olga.owner@acme.example';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db, url } = database;
const env = {
  DATABASE_URL: url,
  PUBLIC_ADMIN_URL: `${ADMIN_URL}/`,
  ROLLCALL_SECRET_KEY: randomBytes(32).toString('base64'),
  SSO_PROVIDERS: 'insecure',
};
const run = rollcall(env);

const provider = await startOpenIdProvider({ redirectUri: REDIRECT_URI });
afterAll(() => provider[Symbol.asyncDispose]());

const folder = mkdtempSync(join(tmpdir(), 'rollcall-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
const secretFile = join(folder, 'secret.txt');

let ownerSignInUrl = '';
beforeAll(async () => {
  writeFileSync(secretFile, `${provider.clientSecret}\n`);
  const created = await run.json(`account create acme --owner ${OWNER}`);
  ownerSignInUrl = property(created, 'ownerSignInUrl');
});

describe('the first administrator', () => {
  test('gets a link with the account that signs them in once', async () => {
    expect(ownerSignInUrl.startsWith(`${ADMIN_URL}/sign-in/link/`)).toBe(true);
    const value = valueIn(ownerSignInUrl);
    expect(await findSignInLink(db, value, new Date())).toMatchObject({ userName: OWNER });
    const session = await press(value);
    expect(session.kind).toBe('link');
    await expect(press(value)).rejects.toMatchObject({ reason: 'sign_in_link_spent' });
  });

  test('gets another, for the only administrator unless somebody is named', async () => {
    const link = await run.json('account sign-in-link acme');
    expect(property(link, 'userName')).toBe(OWNER);
    const named = await run.json(`account sign-in-link acme --user ${OWNER.toUpperCase()}`);
    expect(property(named, 'userName')).toBe(OWNER);
    await expect(press(valueIn(property(link, 'url')))).rejects.toMatchObject({
      reason: 'sign_in_link_spent',
    });
    await press(valueIn(property(named, 'url')));
  });

  test('can be a local one, whom SCIM never sees', async () => {
    const link = await run.json('account sign-in-link acme --local', 'Night shift');
    expect(property(link, 'userName')).toBe('local:Night shift');
    await press(valueIn(property(link, 'url')));
  });

  test('is told in words when nobody is meant', async () => {
    const unknown = await run('account sign-in-link acme --user nobody@acme.example');
    expect(unknown).toMatchObject({ exitCode: 1, stdout: '' });
    expect(unknown.stderr).toContain('nobody@acme.example');
    await run.json('account create ownerless');
    const none = await run('account sign-in-link ownerless');
    expect(none).toMatchObject({ exitCode: 1 });
    expect(none.stderr).toContain('no active account_admin');
    expect(await run('account sign-in-link acme --user a@b --local x')).toMatchObject({ exitCode: 2 });
  });
});

describe('rollcall sso', () => {
  test('connects a provider, never shows its secret, and tests it', async () => {
    const set = await run(
      `sso set acme --issuer ${provider.issuer} --client-id rollcall --kind okta --client-secret-file ${secretFile}`,
    );
    expect(set).toMatchObject({ exitCode: 0, stderr: '' });
    expect(set.stdout).toContain(REDIRECT_URI);
    expect(set.stdout).toMatch(/Warning +The provider is at http:/u);
    const shown = await run('sso show acme --json');
    expect(JSON.parse(shown.stdout)).toMatchObject({
      provider: {
        protocol: 'oidc',
        kind: 'okta',
        issuer: provider.issuer,
        clientId: 'rollcall',
        groupsClaim: 'groups',
        testedAt: null,
      },
      redirectUri: REDIRECT_URI,
      warnings: [{ code: 'provider_url_not_https' }],
    });
    const tested = await run('sso test acme --json');
    expect(tested).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(tested.stdout)).toMatchObject({ passed: true });
    for (const { stdout, stderr } of [set, shown, tested]) {
      expect(stdout + stderr).not.toContain(provider.clientSecret);
    }
    expect(property(await run.json('sso show acme'), 'provider', 'testedAt')).toMatch(/^\d{4}-/u);
  });

  test('changes what is named and keeps the rest', async () => {
    await run.json('sso set acme --groups-claim roles');
    const shown = await run.json('sso show acme');
    expect(shown).toMatchObject({
      provider: { issuer: provider.issuer, groupsClaim: 'roles', clientId: 'rollcall' },
    });
    expect(await run.json('sso test acme')).toMatchObject({ passed: true });
  });

  test('says what is wrong, and fails', async () => {
    await run.json('sso set acme --client-id somebody-else');
    const tested = await run('sso test acme');
    expect(tested).toMatchObject({ exitCode: 1 });
    expect(tested.stdout).toContain('problem  The provider refuses the client');
    await run.json('sso set acme --client-id rollcall');
  });

  test('refuses an issuer that serves several tenants, and http where it is not development', async () => {
    const shared = await run('sso set acme --issuer https://login.microsoftonline.com/common/v2.0');
    expect(shared).toMatchObject({ exitCode: 1 });
    expect(shared.stderr).toContain('many organisations');
    const strict = rollcall({ ...env, SSO_PROVIDERS: 'public' });
    const insecure = await strict(`sso set acme --issuer ${provider.issuer}/other`);
    expect(insecure).toMatchObject({ exitCode: 1 });
    expect(insecure.stderr).toContain('https://');
  });

  test('tells how to get a key where there is none', async () => {
    const { ROLLCALL_SECRET_KEY: _, ...without } = env;
    const failed = await rollcall(without)('sso set acme --groups-claim groups');
    expect(failed).toMatchObject({ exitCode: 1 });
    expect(failed.stderr).toContain('openssl rand -base64 32');
  });

  test('takes the secret from one place', async () => {
    const both = await run(`sso set acme --client-secret-stdin --client-secret-file ${secretFile}`);
    expect(both).toMatchObject({ exitCode: 2 });
    const none = await run.json('sso set acme --no-client-secret');
    expect(none).toMatchObject({ provider: { clientSecretSetAt: null } });
    const missing = await run(`sso set acme --client-secret-file ${folder}/missing`);
    expect(missing.stderr).toContain('cannot be read');
  });

  test('disconnects it', async () => {
    await run.json('sso remove acme');
    const tested = await run('sso test acme');
    expect(tested).toMatchObject({ exitCode: 1 });
    expect(tested.stderr).toContain('rollcall sso set acme');
  });
});

describe('rollcall sso, with SAML 2.0', () => {
  let page: { origin: string; answer: number; asked: string[] };
  let saml: SamlProvider;
  const metadataFile = join(folder, 'metadata.xml');

  beforeAll(async () => {
    page = await startSignOnPage();
    saml = samlProvider(page.origin);
    writeFileSync(metadataFile, saml.metadata);
  });

  test('says what to register before any provider is connected', async () => {
    const accountId = property(await run.json('account show acme'), 'id');
    const base = `${ADMIN_URL}/sign-in/saml/${accountId}`;
    expect(await run.json('sso show acme')).toEqual({
      provider: null,
      redirectUri: REDIRECT_URI,
      saml: { entityId: `${base}/metadata`, acsUrl: `${base}/acs` },
    });
    expect((await run('sso show acme')).stdout).toContain(`${base}/acs`);
  });

  test('connects a provider by its metadata, and opens its page with a request of this service', async () => {
    const set = await run.json(`sso set acme --kind entra --saml-metadata ${metadataFile}`);
    expect(set).toMatchObject({
      provider: {
        protocol: 'saml',
        kind: 'entra',
        issuer: saml.entityId,
        signOnUrl: saml.signOnUrl,
        signingCertificates: saml.signingCertificates,
        groupsClaim: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
      },
    });
    expect(await run.json('sso test acme')).toMatchObject({ passed: true });
    const query = Object.fromEntries(new URL(page.asked[0] ?? '', page.origin).searchParams);
    expect(await readRequest(query)).toMatchObject({
      issuer: property(set, 'saml', 'entityId'),
      assertionConsumerServiceURL: property(set, 'saml', 'acsUrl'),
    });
    expect((await run('sso show acme')).stdout).toMatch(/Certificate +until 2049-12-31/u);
  });

  test('changes what is named and keeps the rest', async () => {
    expect(await run.json('sso set acme --groups-claim memberOf')).toMatchObject({
      provider: { protocol: 'saml', issuer: saml.entityId, groupsClaim: 'memberOf' },
    });
    expect(await run.json(`sso set acme --saml-metadata ${metadataFile}`)).toMatchObject({
      provider: { groupsClaim: 'memberOf' },
    });
  });

  test('a page that answers with a fault fails the test', async () => {
    page.answer = 404;
    const tested = await run('sso test acme');
    expect(tested).toMatchObject({ exitCode: 1 });
    expect(tested.stdout).toContain('problem  The sign-on page answers with HTTP status 404');
  });

  test('metadata that cannot be used says why and changes nothing', async () => {
    const file = join(folder, 'page.html');
    writeFileSync(file, '<!doctype html><html></html>');
    const refused = await run(`sso set acme --saml-metadata ${file}`);
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.stderr).toContain(`${file}: The document has a document type`);
    expect(await run.json('sso show acme')).toMatchObject({ provider: { issuer: saml.entityId } });
  });

  test('metadata that is not there, or beside a client of OpenID Connect, is refused', async () => {
    const missing = await run(`sso set acme --saml-metadata ${folder}/missing`);
    expect(missing.stderr).toContain('cannot be read');
    const both = await run(`sso set acme --saml-metadata ${metadataFile} --client-id x`);
    expect(both).toMatchObject({ exitCode: 2 });
  });
});

async function startSignOnPage(): Promise<{ origin: string; answer: number; asked: string[] }> {
  const page = { origin: '', answer: 200, asked: new Array<string>() };
  const server = createServer((request, response) => {
    page.asked.push(request.url ?? '');
    response.writeHead(page.answer).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  afterAll(() => new Promise((done) => server.close(done)));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(page, { origin: `http://127.0.0.1:${port}` });
}

function valueIn(link: string): string {
  return link.slice(link.lastIndexOf('/') + 1);
}

function press(value: string) {
  const origin = { address: '192.0.2.1', userAgent: null };
  return inTransaction(db, (trx) => useSignInLink(trx, value, origin, new Date()));
}
