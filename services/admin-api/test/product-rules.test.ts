import { operatorCaller } from '@rollcall/domain/admins/caller';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { createGroup } from '@rollcall/domain/groups/create-group';
import { deleteGroup } from '@rollcall/domain/groups/delete-group';
import { isJsonArray, type JsonValue } from '@rollcall/domain/json';
import {
  type ScimConfigurationInput,
  updateScimConfiguration,
} from '@rollcall/domain/scim-access/configure-scim';
import { mailsToSend } from '@rollcall/domain/testing/mails';
import type { Person } from '@rollcall/oidc-protocol/testing/openid-provider';
import { afterAll, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../src/graphql/global-ids.ts';
import { givenGroup } from './groups-testing.ts';
import { at, OPERATOR, startTestAdminApi, type TestAccount, textAt } from './harness.ts';
import { addSignInAccount, type Browser, openBrowser, type SignInAccount } from './sign-in-harness.ts';
import { idOf } from './users-testing.ts';

// Where several parts of the product meet: SCIM, sign-in, changes by hand and settings, about one person.

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());

const ELSEWHERE = 'elsewhere.example';
const PERSON = `query ($userName: String) { account { user(userName: $userName) {
  state scimManaged signInGroups license { type source }
  memberships { edges { node { group { displayName } } } } } } }`;

let accounts = 0;
function given(settings: Parameters<typeof api.addAccount>[1] = {}): Promise<SignInAccount> {
  accounts += 1;
  return addSignInAccount(api, `rules-${accounts}`, { settings });
}

async function configure({ accountId }: TestAccount, changes: ScimConfigurationInput): Promise<void> {
  await inTransaction(api.db, (trx) =>
    updateScimConfiguration(trx, operatorCaller(OPERATOR), accountId, changes, new Date()),
  );
}

/** A group of the identity provider; its id in the API. */
async function push({ accountId }: TestAccount, displayName: string, memberIds: string[] = []) {
  const { id } = await inTransaction(api.db, (trx) =>
    createGroup(trx, OPERATOR, accountId, { displayName, externalId: null, memberIds }, new Date()),
  );
  return { id: encodeGlobalId('Group', id), rowId: id };
}

function somebody(address: string, groups?: readonly string[], more: object = {}): Person {
  const claims = { email: address, email_verified: true, ...(groups && { groups }), ...more };
  return { sub: `sub-${address}`, claims };
}

/** What the person finds who signs in: nothing to read where they came in. */
async function signIn(acme: SignInAccount, person: Person): Promise<{ browser: Browser; refusal: string }> {
  acme.provider.person = person;
  const browser = openBrowser(api.app);
  const { statusCode, body } = await browser.signIn(acme.slug);
  return { browser, refusal: statusCode === 303 ? '' : body };
}

/** What the API tells of a person, in few words. */
async function tell({ admin }: TestAccount, userName: string) {
  const { data } = await admin.query(PERSON, { userName });
  const edges = at(data, 'account.user.memberships.edges');
  const license = at(data, 'account.user.license');
  return {
    state: at(data, 'account.user.state'),
    scimManaged: at(data, 'account.user.scimManaged'),
    license:
      license === null || license === undefined
        ? null
        : `${textOf(license, 'type')} by ${textOf(license, 'source')}`,
    groups: isJsonArray(edges) ? edges.map((edge) => textOf(edge, 'node.group.displayName')).toSorted() : [],
  };
}

function textOf(value: JsonValue | undefined, path: string): string {
  return textAt(value ?? null, path);
}

/** The link in the latest mail. */
async function mailedLink(): Promise<string> {
  const [mail] = (await mailsToSend({ db: api.db, url: api.databaseUrl })).toReversed();
  if (mail === undefined || !('token' in mail) || typeof mail.token !== 'string') {
    throw new Error('The latest mail has no link.');
  }
  return `/${mail.mail === 'invitation' ? 'accept' : 'confirm'}/${mail.token}`;
}

/** What becomes of the button behind a link. */
async function press(path: string): Promise<number> {
  return (await openBrowser(api.app).post(path)).statusCode;
}

describe('somebody who is invited', () => {
  test('and deactivated over SCIM is refused, their link is dead; reactivated, they are invited anew', async () => {
    const acme = await given();
    const ana = somebody(`ana@${ELSEWHERE}`);
    const { id } = await acme.idp.post({ userName: `ana@${ELSEWHERE}` });
    const link = await mailedLink();
    await acme.idp.patch(id, { active: false });
    expect((await signIn(acme, ana)).refusal).toContain('Your user is deactivated');
    expect(await press(link)).toBe(410);
    await acme.idp.patch(id, { active: true });
    expect((await signIn(acme, ana)).refusal).toContain('You are invited, and have to accept first');
    expect(await press(link)).toBe(410);
    expect(await press(await mailedLink())).toBe(200);
    expect((await signIn(acme, ana)).refusal).toBe('');
  });

  test('has a held membership that gives nothing before acceptance, and all from then on, also when SCIM was turned off meanwhile', async () => {
    const acme = await given();
    const { id } = await acme.idp.post({ userName: `ana@${ELSEWHERE}` });
    const group = await push(acme, 'Chiefs', [id]);
    const grant = { groupId: group.id, permissionSet: 'ACCOUNT_ADMIN' };
    await acme.admin.mutate('groupPermissionSetGrant', grant, 'group { id }');
    // She is no administrator yet: the only one stays.
    const olga = await idOf(acme.admin, 'olga@acme.io');
    expect(await acme.admin.mutate('userDeactivate', { id: olga }, 'user { id }')).toMatchObject({
      __typename: 'LastAccountAdmin',
    });
    await configure(acme, { unlicensedMembers: 'reject' });
    await configure(acme, { enabled: false });
    expect(await tell(acme, `ana@${ELSEWHERE}`)).toMatchObject({ state: 'INVITED', license: null });
    expect(await press(await mailedLink())).toBe(200);
    expect(await tell(acme, `ana@${ELSEWHERE}`)).toMatchObject({
      state: 'ACTIVE',
      license: 'DEVELOPER by DEFAULT',
      groups: ['Chiefs'],
    });
    const { browser } = await signIn(acme, somebody(`ana@${ELSEWHERE}`));
    const { body } = await browser.query('{ viewer { permissionSets } }');
    expect(at(body, 'data.viewer.permissionSets')).toEqual(['ACCOUNT_ADMIN']);
    expect(await acme.admin.mutate('userDeactivate', { id: olga }, 'user { state }')).toMatchObject({
      user: { state: 'DEACTIVATED' },
    });
  });
});

describe('the groups in the token of a sign-in', () => {
  test('SSO license mappings: developer before read_only, and the default where none matches', async () => {
    const acme = await given();
    await configure(acme, { defaultLicenseType: 'it' });
    const mappings = { developer: ['devs'], readOnly: ['readers'] };
    await acme.admin.mutate('licenseMappingSet', { mappings }, '__typename');
    const table: [string, string[], string][] = [
      ['neither', ['others'], 'IT'],
      ['reader', ['readers'], 'READ_ONLY'],
      ['dev', ['devs'], 'DEVELOPER'],
      ['both', ['readers', 'devs'], 'DEVELOPER'],
      ['case', ['Devs'], 'IT'],
    ];
    for (const [name, groups, license] of table) {
      await signIn(acme, somebody(`${name}@acme.io`, groups));
      expect(await tell(acme, `${name}@acme.io`)).toMatchObject({ license: `${license} by SSO_MAPPING` });
    }
    // A token that says nothing of groups, or that they were too many for it, changes nothing.
    await signIn(acme, somebody('dev@acme.io'));
    await signIn(acme, somebody('dev@acme.io', undefined, { _claim_names: { groups: 'src1' } }));
    expect(await tell(acme, 'dev@acme.io')).toMatchObject({ license: 'DEVELOPER by SSO_MAPPING' });
    const { data } = await acme.admin.query(
      '{ account { auditEvents(filter: { kinds: ["sign_in.succeeded"] }, first: 2) { edges { node { detail } } } } }',
    );
    expect(at(data, 'account.auditEvents.edges.0.node.detail.groups')).toBe('too_many');
    expect(at(data, 'account.auditEvents.edges.1.node.detail.groups')).toBe('absent');
  });

  test('an asserted type is not undone by a sign-in, and the mapping decides when it is gone', async () => {
    const acme = await given();
    await acme.admin.mutate('licenseMappingSet', { mappings: { readOnly: ['readers'] } }, '__typename');
    const { id } = await acme.idp.post({ userName: 'ana@acme.io', licenseType: 'it' });
    await signIn(acme, somebody('ana@acme.io', ['readers']));
    expect(await tell(acme, 'ana@acme.io')).toMatchObject({ license: 'IT by SCIM' });
    await acme.idp.patch(id, { licenseType: null });
    expect(await tell(acme, 'ana@acme.io')).toMatchObject({ license: 'READ_ONLY by SSO_MAPPING' });
    const userId = await idOf(acme.admin, 'ana@acme.io');
    await configure(acme, { allowManualUpdates: true });
    const choice = { id: userId, licenseType: 'IT' };
    expect(await acme.admin.mutate('userLicenseSet', choice, '__typename')).toMatchObject({
      __typename: 'LicenseDecidedElsewhere',
    });
    // Asserted types rest while SCIM is off, and mappings while manageLicenses is on.
    await acme.idp.patch(id, { licenseType: 'it' });
    await configure(acme, { enabled: false });
    await signIn(acme, somebody('ana@acme.io', ['readers']));
    expect(await tell(acme, 'ana@acme.io')).toMatchObject({ license: 'READ_ONLY by SSO_MAPPING' });
    await configure(acme, { enabled: true, manageLicenses: true });
    expect(await tell(acme, 'ana@acme.io')).toMatchObject({ license: 'IT by SCIM' });
  });

  test('SSO group mappings: unmanaged people join and leave mapped groups, managed ones only while SCIM is off', async () => {
    const acme = await given();
    const { admin } = acme;
    const [mapped, other, unmapped] = [
      await givenGroup(admin, 'Mapped'),
      await givenGroup(admin, 'Other'),
      await givenGroup(admin, 'Unmapped'),
    ];
    await admin.mutate('groupSsoMappingSet', { groupId: mapped, idpGroups: ['m'] }, 'group { id }');
    await admin.mutate('groupSsoMappingSet', { groupId: other, idpGroups: ['o'] }, 'group { id }');
    await acme.idp.post({ userName: 'managed@acme.io' });
    await signIn(acme, somebody('ana@acme.io', ['m']));
    expect(await tell(acme, 'ana@acme.io')).toMatchObject({
      scimManaged: false,
      groups: ['Everyone', 'Mapped', 'Member'],
    });
    const userIds = [await idOf(admin, 'ana@acme.io'), await idOf(admin, 'managed@acme.io')];
    await admin.mutate('groupMembersAdd', { groupId: unmapped, userIds }, 'group { id }');
    for (const name of ['ana@acme.io', 'managed@acme.io']) await signIn(acme, somebody(name, ['o']));
    expect((await tell(acme, 'ana@acme.io')).groups).toEqual(['Everyone', 'Member', 'Other', 'Unmapped']);
    expect((await tell(acme, 'managed@acme.io')).groups).toEqual(['Unmapped']);
    await configure(acme, { enabled: false });
    await signIn(acme, somebody('managed@acme.io', ['o']));
    expect((await tell(acme, 'managed@acme.io')).groups).toEqual(['Everyone', 'Member', 'Other', 'Unmapped']);
  });

  test('that are mapped to a group which SCIM deleted lead nowhere, and let in all the same', async () => {
    const acme = await given();
    const group = await push(acme, 'Short-lived');
    const mapping = { groupId: group.id, idpGroups: ['short'] };
    expect(await acme.admin.mutate('groupSsoMappingSet', mapping, 'group { id }')).toMatchObject({
      group: { id: group.id },
    });
    await inTransaction(api.db, (trx) => deleteGroup(trx, OPERATOR, acme.accountId, group.rowId, new Date()));
    expect((await signIn(acme, somebody('ana@acme.io', ['short']))).refusal).toBe('');
    expect((await tell(acme, 'ana@acme.io')).groups).toEqual(['Everyone', 'Member']);
    // A group of that name that comes later is another one.
    await push(acme, 'Short-lived');
    await signIn(acme, somebody('ana@acme.io', ['short']));
    expect((await tell(acme, 'ana@acme.io')).groups).toEqual(['Everyone', 'Member']);
  });
});

describe('somebody whom nobody provisioned', () => {
  test('becomes an unmanaged user by signing in, whom a later SCIM write links', async () => {
    const acme = await given();
    await signIn(acme, somebody('new@acme.io', []));
    expect(await tell(acme, 'new@acme.io')).toMatchObject({
      scimManaged: false,
      license: 'DEVELOPER by DEFAULT',
      groups: ['Everyone', 'Member'],
    });
    const id = await idOf(acme.admin, 'new@acme.io');
    const linked = await acme.idp.post({ userName: 'New@acme.io' });
    expect(encodeGlobalId('User', linked.id)).toBe(id);
    expect(await tell(acme, 'new@acme.io')).toMatchObject({
      scimManaged: true,
      groups: ['Everyone', 'Member'],
    });
  });

  test('is refused where unprovisionedSignIn is off, and comes in all the same while SCIM is off', async () => {
    const acme = await given();
    await configure(acme, { unprovisionedSignIn: false });
    expect((await signIn(acme, somebody('new@acme.io'))).refusal).toContain(
      'You have no user in this account',
    );
    await configure(acme, { enabled: false });
    expect((await signIn(acme, somebody('new@acme.io'))).refusal).toBe('');
    await configure(acme, { enabled: true });
    // Who is a user by now stays one.
    expect((await signIn(acme, somebody('new@acme.io'))).refusal).toBe('');
    expect((await signIn(acme, somebody('other@acme.io'))).refusal).not.toBe('');
  });

  test('and finds no seat is told so, becomes nobody, and administrators are alerted', async () => {
    const acme = await given({ seats: [{ licenseType: 'developer', limit: 1 }] });
    const { browser, refusal } = await signIn(acme, somebody('new@acme.io', []));
    expect([refusal === '', browser.cookies.size]).toEqual([false, 0]);
    expect((await tell(acme, 'new@acme.io')).state).toBeUndefined();
    const { data } = await acme.admin.query(
      '{ account { auditEvents(filter: { alertsOnly: true }) { edges { node { kind } } } } }',
    );
    expect(at(data, 'account.auditEvents.edges')).toEqual([{ node: { kind: 'sign_in.refused' } }]);
  });
});

describe('a person who was deleted', () => {
  test('and is revived over SCIM has lost session and binding: whoever has the address now is them', async () => {
    const acme = await given();
    const { id } = await acme.idp.post({ userName: 'ana@acme.io' });
    const { browser } = await signIn(acme, somebody('ana@acme.io'));
    await acme.idp.delete(id);
    expect((await signIn(acme, somebody('ana@acme.io'))).refusal).toContain('Your user was deleted');
    expect((await acme.idp.post({ userName: 'ana@acme.io' })).id).toBe(id);
    expect((await browser.query('{ viewer { name } }')).status).toBe(401);
    expect((await signIn(acme, { ...somebody('ana@acme.io'), sub: 'the next Ana' })).refusal).toBe('');
    expect((await signIn(acme, somebody('ana@acme.io'))).refusal).toContain('Somebody else at your provider');
  });

  test('whose user name is taken since is not restored', async () => {
    const acme = await given();
    const first = await acme.idp.post({ userName: 'ana@acme.io', externalId: 'a-1' });
    await acme.idp.delete(first.id);
    const second = await acme.idp.post({ userName: 'ANA@acme.io', externalId: 'b-2' });
    expect(second.id).not.toBe(first.id);
    await configure(acme, { allowManualUpdates: true });
    const restore = { id: encodeGlobalId('User', first.id) };
    expect(await acme.admin.mutate('userRestore', restore, 'user { id }')).toMatchObject({
      __typename: 'Conflict',
    });
    await acme.idp.delete(second.id);
    expect(await acme.admin.mutate('userRestore', restore, 'user { state }')).toMatchObject({
      user: { state: 'ACTIVE' },
    });
  });

  test('while a new address waited, and is erased, leaves neither a link that works nor an address', async () => {
    const acme = await given();
    const wanted = `erased@${ELSEWHERE}`;
    const { id } = await acme.idp.post({ userName: 'erased@acme.io' });
    await acme.idp.patch(id, { userName: wanted });
    const link = await mailedLink();
    await configure(acme, { allowManualUpdates: true });
    const person = { id: encodeGlobalId('User', id) };
    await acme.admin.mutate('userDelete', person, 'user { id }');
    expect(await press(link)).toBe(410);
    expect(await acme.admin.mutate('userErase', person, 'user { erased }')).toMatchObject({
      user: { erased: true },
    });
    expect(await press(link)).toBe(410);
    const { text } = await acme.admin.query(
      '{ account { auditEvents(first: 50) { edges { node { detail } } } } }',
    );
    expect(text).not.toMatch(/erased@/u);
    expect((await acme.idp.post({ userName: wanted })).id).not.toBe(id);
  });
});

describe('changes by hand while SCIM is on', () => {
  test('are refused by the name of the setting for what SCIM manages, but for what always stays allowed', async () => {
    const acme = await given();
    const { admin, idp } = acme;
    const ana = encodeGlobalId('User', (await idp.post({ userName: 'ana@acme.io' })).id);
    const bo = encodeGlobalId('User', (await idp.post({ userName: `bo@${ELSEWHERE}` })).id);
    const group = await push(acme, 'Crew');
    const locked: [string, Record<string, unknown>][] = [
      ['userCreate', { userName: 'new@acme.io' }],
      ['userUpdate', { id: ana, title: 'Lead' }],
      ['userDeactivate', { id: ana }],
      ['userReactivate', { id: ana }],
      ['userDelete', { id: ana }],
      ['userLicenseSet', { id: ana, licenseType: 'IT' }],
      ['groupUpdate', { id: group.id, displayName: 'Team' }],
      ['groupMembersAdd', { groupId: group.id, userIds: [ana] }],
      ['groupMembersRemove', { groupId: group.id, userIds: [ana] }],
      ['groupDelete', { id: group.id }],
    ];
    for (const [name, input] of locked) {
      const answer = await admin.mutate(name, input, '__typename');
      expect({ name, ...answer }).toMatchObject({ name, __typename: 'ManualUpdatesLocked' });
      expect(textOf(answer, 'message')).toContain('turn allowManualUpdates on');
    }
    const allowed: [string, Record<string, unknown>][] = [
      ['groupPermissionSetGrant', { groupId: group.id, permissionSet: 'BILLING_ADMIN' }],
      ['groupSsoMappingSet', { groupId: group.id, idpGroups: ['crew'] }],
      ['invitationResend', { userId: bo }],
      ['invitationRevoke', { userId: bo }],
      ['userUpdate', { id: await idOf(admin, 'olga@acme.io'), title: 'Owner' }],
    ];
    for (const [name, input] of allowed) {
      expect(await admin.mutate(name, input, '__typename')).toEqual({
        __typename: `${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`,
      });
    }
    await configure(acme, { allowManualUpdates: true, manageLicenses: true });
    expect(await admin.mutate('userUpdate', { id: ana, title: 'Lead' }, 'mayBeOverwritten')).toMatchObject({
      mayBeOverwritten: true,
    });
    const { data } = await admin.query(
      `mutation ($id: ID!) { userLicenseSet(input: { id: $id, licenseType: IT }) {
        __typename ... on ManualUpdatesLocked { setting message } } }`,
      { id: ana },
    );
    expect(at(data, 'userLicenseSet')).toMatchObject({
      __typename: 'ManualUpdatesLocked',
      setting: 'manageLicenses',
    });
    expect(textOf(data, 'userLicenseSet.message')).toContain('turn manageLicenses off');
    await configure(acme, { enabled: false, allowManualUpdates: false });
    expect(await admin.mutate('userDeactivate', { id: ana }, 'mayBeOverwritten')).toMatchObject({
      mayBeOverwritten: false,
    });
  });

  test('of a tombstone: restoring is locked like every edit, erasing never', async () => {
    const acme = await given();
    const { id } = await acme.idp.post({ userName: 'ana@acme.io' });
    await acme.idp.delete(id);
    const person = { id: encodeGlobalId('User', id) };
    for (const name of ['userRestore', 'userUpdate', 'userDelete', 'userLicenseSet']) {
      const more = name === 'userLicenseSet' ? { licenseType: 'IT' } : {};
      expect(await acme.admin.mutate(name, { ...person, ...more }, '__typename')).toMatchObject({
        __typename: 'ManualUpdatesLocked',
      });
    }
    expect(await acme.admin.mutate('userErase', person, 'user { erased }')).toMatchObject({
      user: { erased: true },
    });
  });
});

describe('the rights of administrators', () => {
  test('nobody edits their own group memberships', async () => {
    const acme = await given();
    const groupId = await givenGroup(acme.admin, 'Crew');
    const olga = await idOf(acme.admin, 'olga@acme.io');
    const { browser } = await signIn(acme, somebody('olga@acme.io'));
    const { data } = await acme.admin.query(
      '{ account { groups(filter: { search: "Owner" }) { edges { node { id } } } } }',
    );
    const owner = textAt(data, 'account.groups.edges.0.node.id');
    for (const [name, input] of [
      ['groupMembersAdd', { groupId, userIds: [olga] }],
      ['groupMembersRemove', { groupId: owner, userIds: [olga] }],
      ['groupCreate', { displayName: 'Mine', userIds: [olga] }],
    ] as const) {
      const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
      const { body } = await browser.query(
        `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on UserError { message } } }`,
        { input },
      );
      expect(at(body, `data.${name}`)).toEqual({
        __typename: 'Forbidden',
        message: 'Nobody can edit their own group memberships. Ask another administrator.',
      });
    }
  });

  test('nobody makes a person who joins a group by default that gives more than they have', async () => {
    const acme = await given({ enableScim: false });
    const groupId = await givenGroup(acme.admin, 'Billing');
    const grant = { groupId, permissionSet: 'BILLING_ADMIN' };
    await acme.admin.mutate('groupPermissionSetGrant', grant, 'group { id }');
    const security = await acme.as('security_admin');
    const create = (userName: string) => security.mutate('userCreate', { userName }, 'user { state }');
    expect(await create('ana@acme.io')).toMatchObject({ user: { state: 'ACTIVE' } });
    await acme.admin.mutate('groupUpdate', { id: groupId, assignByDefault: true }, 'group { id }');
    for (const userName of ['bo@acme.io', `bo@${ELSEWHERE}`]) {
      const refused = await create(userName);
      expect(refused['__typename']).toBe('Forbidden');
      expect(textOf(refused, 'message')).toContain('would give billing_admin');
      expect((await tell(acme, userName)).state).toBeUndefined();
    }
    expect(await acme.admin.mutate('userCreate', { userName: 'bo@acme.io' }, 'user { state }')).toMatchObject(
      { user: { state: 'ACTIVE' } },
    );
  });

  test('a group that newcomers join by default comes with its permission sets, for unmanaged people alone', async () => {
    const acme = await given();
    const groupId = await givenGroup(acme.admin, 'Viewers');
    await acme.admin.mutate(
      'groupPermissionSetGrant',
      { groupId, permissionSet: 'ACCOUNT_VIEWER' },
      'group { id }',
    );
    await acme.admin.mutate('groupUpdate', { id: groupId, assignByDefault: true }, 'group { id }');
    const may = async (name: string) => {
      const { browser } = await signIn(acme, somebody(name, []));
      return at((await browser.query('{ viewer { permissionSets } }')).body, 'data.viewer.permissionSets');
    };
    await acme.idp.post({ userName: 'managed@acme.io' });
    expect(await may('new@acme.io')).toEqual(['ACCOUNT_VIEWER', 'MEMBER']);
    expect(await may('managed@acme.io')).toEqual([]);
  });
});
