import { readAccountSettings } from '@rollcall/domain/accounts/account-settings';
import { findAccount } from '@rollcall/domain/accounts/find-accounts';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { setSeatLimit } from '@rollcall/domain/accounts/set-seats';
import { insertPeople } from '@rollcall/domain/licenses/licensed-account-testing';
import { isTokenValue } from '@rollcall/domain/scim-access/token-value';
import { scimActor } from '@rollcall/domain/testing/accounts';
import { connectProvider } from '@rollcall/domain/testing/accounts';
import { testDatabase } from '@rollcall/domain/testing/database';
import { startDnsServer } from '@rollcall/domain/testing/dns-server';
import { identityProvider } from '@rollcall/domain/testing/provisioning';
import { findUser } from '@rollcall/domain/users/find-users';
import { listAllUsers } from '@rollcall/domain/users/list-all-users';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { property, rollcall } from './rollcall.ts';

const UNKNOWN_ID = '0192f0c4-6f0a-7000-8000-000000000001';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db, url } = database;
const run = rollcall({ DATABASE_URL: url });

let accountId = '';
beforeAll(async () => {
  const created = await run.json(
    'account create acme --name',
    'Acme & Sons',
    '--owner',
    'olga.owner@acme.example',
    '--sso',
    'okta',
    '--verified-domain',
    'acme.example',
    '--seats',
    'analyst=2',
    '--enable-scim',
  );
  accountId = property(created, 'accountId');
});

describe('rollcall account create', () => {
  test('with --enable-scim --with-tokens prints all that a client needs to begin', async () => {
    const created = await run.json(
      'account create whole --enable-scim --with-tokens --plan enterprise_plus --sso entra ' +
        '--verified-domain one.example --verified-domain two.example --user-name-policy any ' +
        '--unlicensed-members reject --dialects strict --default-license it --seats it=5 --seats ' +
        'analyst=3',
    );
    const id = property(created, 'accountId');
    const scimToken = property(created, 'scimToken');
    const adminServiceToken = property(created, 'adminServiceToken');
    expect(created).toEqual({
      accountId: id,
      scimBaseUrl: `http://127.0.0.1:4001/scim/v2/${id}`,
      ownerSignInUrl: null,
      scimToken,
      adminServiceToken,
    });
    expect([isTokenValue('scim', scimToken), isTokenValue('service', adminServiceToken)]).toEqual([
      true,
      true,
    ]);
    const settings = await readAccountSettings(db, id);
    expect(settings.scim).toMatchObject({
      enabled: true,
      providerKind: 'entra',
      userNamePolicy: 'any',
      unlicensedMembers: 'reject',
      dialects: 'strict',
      defaultLicenseType: 'it',
    });
    expect(settings.verifiedDomains.toSorted()).toEqual(['one.example', 'two.example']);
    expect(settings.seatLimits).toHaveLength(2);
  });

  test('prints no token without --with-tokens, and the public URL where one is set', async () => {
    const elsewhere = rollcall({ DATABASE_URL: url, PUBLIC_SCIM_URL: 'https://scim.example.com/' });
    const created = await elsewhere.json('account', 'create', 'plain');
    const id = property(created, 'accountId');
    expect(created).toEqual({
      accountId: id,
      scimBaseUrl: `https://scim.example.com/scim/v2/${id}`,
      ownerSignInUrl: null,
    });
    expect((await readAccountSettings(db, id)).scim.enabled).toBe(false);
  });

  test.each([
    ['acme', [], { givenName: 'Olga', familyName: 'Owner' }],
    ['single', ['--owner', 'root@single.example'], { givenName: 'Root', familyName: 'Root' }],
    [
      'named',
      ['--owner', 'x@named.example', '--owner-name', 'Ada Lovelace King'],
      { givenName: 'Ada', familyName: 'Lovelace King' },
    ],
  ])('gives the owner of %s a whole name', async (slug, options, name) => {
    if (options.length > 0) await run.json('account', 'create', slug, ...options);
    const account = await findAccount(db, slug);
    const { users } = await listAllUsers(db, account?.id ?? '', { limit: 2 });
    expect(users.map((user) => user.attributes['name'])).toEqual([name]);
  });

  test('says for people what it made, and that tokens are shown once', async () => {
    const { exitCode, stdout } = await run('account', 'create', 'people', '--enable-scim', '--with-tokens');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^SCIM base URL +http:\/\/127\.0\.0\.1:4001\/scim\/v2\/[0-9a-f-]{36}$/mu);
    expect(stdout).toMatch(/^SCIM token +rcs_\w{49}$/mu);
    expect(stdout).toContain('shown this once');
  });

  test('fails with a message when the slug is taken, and says nothing on standard output', async () => {
    expect(await run('account', 'create', 'acme', '--json')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'rollcall: There is an account with the slug "acme" already. Choose another one.\n',
    });
  });

  test.each([
    ['a slug that is none', ['Acme'], 'cannot be a slug'],
    ['SCIM on a plan that is too small', ['small', '--plan', 'starter', '--enable-scim'], 'plan enterprise'],
    ['an owner without an address', ['ownerless', '--owner', 'olga'], 'no e-mail address'],
    ['a domain that is none', ['domainless', '--verified-domain', 'a@b'], 'no e-mail domain'],
  ])('fails with a message for %s', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await run('account', 'create', ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /mu);
  });
});

describe('rollcall account list and show', () => {
  test('list shows every account', async () => {
    const listed = await run.json('account', 'list');
    const acme = { id: accountId, slug: 'acme', scimEnabled: true, users: 1, groups: 0 };
    const containingAcme: unknown = expect.arrayContaining([expect.objectContaining(acme)]);
    expect(listed).toEqual({ accounts: containingAcme });
    const { stdout } = await run('account', 'list');
    expect(stdout).toMatch(/^SLUG +ID +NAME/mu);
    expect(stdout).toContain('Acme & Sons');
  });

  test.each(['slug', 'id'])('show finds an account by its %s', async (by) => {
    const shown = await run.json('account', 'show', by === 'id' ? accountId : 'acme');
    expect(shown).toMatchObject({
      id: accountId,
      slug: 'acme',
      plan: 'enterprise',
      ssoProviderKind: 'okta',
      scimBaseUrl: `http://127.0.0.1:4001/scim/v2/${accountId}`,
      verifiedDomains: ['acme.example'],
      seatLimits: [{ licenseType: 'analyst', limit: 2, used: 0 }],
      scim: { enabled: true },
    });
  });

  test('show is readable for people', async () => {
    const { stdout } = await run('account', 'show', 'acme');
    expect(stdout).toContain('analyst 0 of 2');
    expect(stdout).toMatch(/^SCIM base URL +http/mu);
  });

  test.each(['nobody', UNKNOWN_ID])('show fails with a message for %s', async (reference) => {
    expect(await run('account', 'show', reference)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `rollcall: There is no account "${reference}". "rollcall account list" shows them all.\n`,
    });
  });
});

describe('rollcall account set', () => {
  test('verifies domains and limits licenses, and lifts a limit again', async () => {
    await run.json('account', 'create', 'growing');
    const set = 'account set growing --verified-domain Growing.example --seats analyst=5 --seats it=1';
    expect(await run.json(set)).toEqual({
      verifiedDomains: ['growing.example'],
      seatLimits: [
        { licenseType: 'analyst', limit: 5, used: 0 },
        { licenseType: 'it', limit: 1, used: 0 },
      ],
    });
    expect(await run.json('account set growing --unlimited-seats it')).toMatchObject({
      seatLimits: [{ licenseType: 'analyst', limit: 5, used: 0 }],
    });
  });

  test('changes nothing when one of its changes is wrong', async () => {
    const { exitCode, stderr } = await run(
      'account',
      'set',
      'growing',
      '--seats',
      'it=3',
      '--verified-domain',
      'no domain',
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('domain');
    expect(await run.json('account show growing')).toMatchObject({ verifiedDomains: ['growing.example'] });
  });
});

describe('rollcall scim', () => {
  test('disable and enable switch SCIM for the account', async () => {
    await connectProvider(db, accountId);
    expect(await run.json('scim', 'disable', 'acme')).toMatchObject({ scim: { enabled: false } });
    expect(await run.json('scim', 'enable', accountId)).toMatchObject({
      scim: { enabled: true },
      scimBaseUrl: `http://127.0.0.1:4001/scim/v2/${accountId}`,
    });
  });

  test('set changes what it names and nothing else', async () => {
    const before = (await readAccountSettings(db, accountId)).scim;
    const result = await run.json(
      'scim set acme --provider entra --manual-updates on --manage-licenses on ' +
        '--unlicensed-members reject --default-license analyst --user-name-policy any --dialects ' +
        'strict --cursor-pagination off --unprovisioned-sign-in off',
    );
    expect(result).toMatchObject({
      scim: {
        ...before,
        providerKind: 'entra',
        allowManualUpdates: true,
        manageLicenses: true,
        unlicensedMembers: 'reject',
        defaultLicenseType: 'analyst',
        userNamePolicy: 'any',
        dialects: 'strict',
        cursorPagination: false,
        unprovisionedSignIn: false,
        version: before.version + 1,
      },
    });
    const { stdout } = await run('scim', 'set', 'acme', '--manual-updates', 'off');
    expect(stdout).toMatch(/^Manual updates +locked$/mu);
    expect((await readAccountSettings(db, accountId)).scim).toMatchObject({
      allowManualUpdates: false,
      manageLicenses: true,
    });
  });

  test('--preview says what a change would bring and changes nothing; its token does exactly that', async () => {
    const id = property(
      await run.json('account create watched --enable-scim --verified-domain watched.example'),
      'accountId',
    );
    const idp = identityProvider(db, { accountId: id, actor: scimActor() });
    const ana = await idp.post({ userName: 'ana@watched.example', licenseType: 'it' });
    const shown = await run.json(
      'scim set watched --manage-licenses on --default-license read_only --preview',
    );
    expect(shown).toMatchObject({ changed: ['manageLicenses', 'defaultLicenseType'], obstacles: [] });
    expect((await readAccountSettings(db, id)).scim).toMatchObject({ manageLicenses: false });
    const disabling = await run('scim disable watched --preview');
    expect(disabling.stdout).toContain('At their next sign-in:\n');
    expect(disabling.stdout).toContain('Exactly this is done with: --preview-token ');
    const token = property(shown, 'previewToken');
    const set = 'scim set watched --manage-licenses on --default-license read_only --preview-token';
    const other = await run('scim set watched --manage-licenses on --preview-token', token);
    expect([other.exitCode, other.stdout]).toEqual([1, '']);
    await run.json('scim set watched --dialects strict');
    const late = await run(set, token);
    expect(late).toMatchObject({ exitCode: 1, stdout: '' });
    expect(late.stderr).toMatch(/^rollcall: .*\n {2}.*dialects/u);
    const again = property(await run.json('scim set watched --manage-licenses on --preview'), 'previewToken');
    expect(await run.json('scim set watched --manage-licenses on --preview-token', again)).toMatchObject({
      scim: { manageLicenses: true, defaultLicenseType: 'developer' },
    });
    expect(await findUser(db, id, ana.id)).toMatchObject({ licenseType: 'it' });
  });

  test('--preview names what stands in the way, where the change itself fails', async () => {
    await run.json('account', 'create', 'small', '--plan', 'starter');
    const shown = await run('scim enable small --preview');
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toMatch(/^It would be refused: .*enterprise/mu);
  });

  test('enable fails with a message where the plan is too small', async () => {
    await run.json('account', 'create', 'starter', '--plan', 'starter');
    const { exitCode, stderr } = await run('scim', 'enable', 'starter');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('enterprise_plus');
  });
});

describe('rollcall license mapping', () => {
  test('set maps groups to a license, list shows them, --none ends the mapping', async () => {
    await run.json('account', 'create', 'mapped');
    const groups = ['Engineering', 'Data & Platform'];
    expect(await run.json('license', 'mapping', 'set', 'mapped', 'developer', ...groups)).toEqual({
      mappings: [{ licenseType: 'developer', idpGroups: groups.toSorted() }],
    });
    const { stdout } = await run('license', 'mapping', 'list', 'mapped');
    expect(stdout).toContain('Data & Platform, Engineering');
    expect(await run.json('license', 'mapping', 'set', 'mapped', 'developer', '--none')).toEqual({
      mappings: [],
    });
  });

  test('set fails with a message for a type that the account does not have', async () => {
    const account = await findAccount(db, 'mapped');
    await inTransaction(db, (trx) =>
      setSeatLimit(trx, { kind: 'operator', name: 'test' }, account?.id ?? '', 'analyst', null, new Date()),
    );
    const { exitCode, stderr } = await run('license', 'mapping', 'set', 'mapped', 'analyst', 'Analysts');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no analyst licenses');
  });

  test('set --preview says who would change, to what and why, and its token does exactly that', async () => {
    const id = property(await run.json('account create previewed --enable-scim --seats it=1'), 'accountId');
    await insertPeople(db, id, [
      { user_name: 'ana@acme.example', sign_in_groups: ['Ops'] },
      { user_name: 'bo@acme.example', sign_in_groups: ['Ops'] },
    ]);
    const set = 'license mapping set previewed it Ops';
    const { stdout } = await run(`${set} --preview`);
    expect(stdout).toContain('2 people: developer to it; no seat is free for 1\n');
    expect(stdout).toContain('ana@acme.example: developer (default) to it (sso_mapping). The group "Ops"');
    expect(stdout).toContain('Seats of it: 0 in use, then 1 of 1\n');
    expect(await run.json('license mapping list previewed')).toEqual({ mappings: [] });
    const shown = await run.json(`${set} --preview`);
    expect(shown).toMatchObject({
      licenses: { people: 2, moves: [{ from: 'developer', to: 'it', kept: 1 }] },
    });
    expect(await run.json(`${set} --preview-token`, property(shown, 'previewToken'))).toMatchObject({
      mappings: [{ licenseType: 'it', idpGroups: ['Ops'] }],
    });
    const late = await run(`license mapping set previewed it --none --preview-token`, 'made-up');
    expect(late.exitCode).toBe(1);
    expect(late.stderr).toMatch(/^rollcall: [^\n]+\n$/u);
  });
});

describe('rollcall domain', () => {
  test('add shows the TXT record, check looks for it, and activate lets in who was invited before', async () => {
    await using dns = await startDnsServer();
    const asking = rollcall({ DATABASE_URL: url, DNS_SERVERS: dns.address });
    const id = property(await run.json('account create proving --enable-scim'), 'accountId');
    const idp = identityProvider(db, { accountId: id, actor: scimActor() });
    const ana = await idp.post({ userName: 'ana@proving.example' });
    const added = await asking.json('domain add proving Proving.example');
    expect(added).toMatchObject({ domain: { domain: 'proving.example', state: 'pending' } });
    const [name, value] = ['name', 'value'].map((part) => property(added, 'domain', 'challenge', part));
    const { stdout } = await asking('domain add proving proving.example');
    expect(stdout).toContain(`TXT record  ${name}\nIts text    ${value}\n`);
    expect(await asking('domain check proving proving.example')).toMatchObject({
      exitCode: 1,
      stderr: 'rollcall: proving.example is not verified: there is no such TXT record.\n',
    });
    expect((await asking('domain activate proving proving.example')).stderr).toContain('not verified yet');
    dns.records.set(name ?? '', [value ?? '']);
    expect(await asking.json('domain check proving proving.example')).toMatchObject({
      domain: { state: 'verified', lastCheck: { outcome: 'found' } },
    });
    expect((await asking('domain activate proving proving.example --preview')).stdout).toContain(
      '1 person is invited in proving.example.',
    );
    expect(await findUser(db, id, ana.id)).toMatchObject({ state: 'invited' });
    expect(await asking.json('domain activate proving proving.example')).toMatchObject({
      activated: [{ id: ana.id, state: 'active', licenseType: 'developer' }],
      withoutSeat: 0,
      remaining: 0,
    });
    const listed = await asking('domain list proving');
    expect(listed.stdout).toMatch(/^proving\.example {2}verified/mu);
    expect((await asking('domain remove proving proving.example --preview')).stdout).toContain(
      'stay as they are',
    );
    expect(await asking.json('domain remove proving proving.example')).toEqual({
      removed: 'proving.example',
    });
    expect(await asking.json('domain list proving')).toEqual({ domains: [] });
  });

  test.each([
    ['add', 'a@b', 'no e-mail domain'],
    ['check', 'unknown.example', 'no domain "unknown.example"'],
    ['check', 'acme.example', 'An operator vouched for this domain'],
    ['activate', 'unknown.example', 'no domain "unknown.example"'],
    ['remove', 'unknown.example', 'no domain "unknown.example"'],
  ])('%s %s fails with a message', async (verb, name, message) => {
    const { exitCode, stdout, stderr } = await run('domain', verb, 'acme', name);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(message);
  });
});
