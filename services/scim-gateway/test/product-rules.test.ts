import { type Caller, operatorCaller } from '@rollcall/domain/admins/caller';
import { connectProvider } from '@rollcall/domain/testing/accounts';
import { inTransaction, type Trx } from '@rollcall/domain/database/transaction';
import { createGroupByHand } from '@rollcall/domain/groups/create-group-by-hand';
import { grantPermissionSet } from '@rollcall/domain/groups/permission-set-grants';
import { setSsoGroupMapping } from '@rollcall/domain/groups/sso-group-mappings';
import { updateGroupByHand } from '@rollcall/domain/groups/update-group-by-hand';
import { chooseLicense } from '@rollcall/domain/licenses/choose-license';
import { setLicenseMappings } from '@rollcall/domain/licenses/set-license-mappings';
import {
  type ScimConfigurationInput,
  updateScimConfiguration,
} from '@rollcall/domain/scim-access/configure-scim';
import { createSignInLink } from '@rollcall/domain/sso/create-sign-in-link';
import { useSignInLink } from '@rollcall/domain/sso/use-sign-in-link';
import { mailsToSend } from '@rollcall/domain/testing/mails';
import { createUserByHand, type NewPerson } from '@rollcall/domain/users/create-user-by-hand';
import { deleteUserByHand } from '@rollcall/domain/users/delete-user-by-hand';
import { eraseUser } from '@rollcall/domain/users/erase-user';
import type { JsonObject, JsonValue } from '@rollcall/scim-protocol/json';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addGroup,
  addUser,
  groupBody,
  membersOf,
  OPERATOR,
  type ScimAnswer,
  type ScimClient,
  startTestGateway,
  type TestGateway,
  userBody,
} from './harness.ts';

const LICENSE = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';
const ELSEWHERE = 'elsewhere.example';

let gateway: TestGateway;
let accounts = 0;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway[Symbol.asyncDispose]());

type Settings = Parameters<TestGateway['addAccount']>[1];

async function account(settings: Settings = {}): Promise<ScimClient> {
  accounts += 1;
  const client = await gateway.addAccount(`rules-${accounts}`, settings);
  await connectProvider(gateway.db, client.accountId);
  return client;
}

/** What an administrator does meanwhile. */
function byHand<T>(work: (trx: Trx, caller: Caller, now: Date) => Promise<T>): Promise<T> {
  return inTransaction(gateway.db, (trx) => work(trx, operatorCaller(OPERATOR), new Date()));
}

function configure({ accountId }: ScimClient, changes: ScimConfigurationInput) {
  return byHand((trx, caller, now) => updateScimConfiguration(trx, caller, accountId, changes, now));
}

async function addByHand({ accountId }: ScimClient, person: NewPerson): Promise<string> {
  return (await byHand((trx, caller, now) => createUserByHand(trx, caller, accountId, person, now))).id;
}

async function deleteByHand({ accountId }: ScimClient, id: string): Promise<void> {
  await byHand((trx, caller, now) => deleteUserByHand(trx, caller, accountId, id, now));
}

async function addGroupByHand({ accountId }: ScimClient, displayName: string, userIds: string[] = []) {
  const input = { displayName, userIds };
  return (await byHand((trx, caller, now) => createGroupByHand(trx, caller, accountId, input, now))).id;
}

/** What the product holds of a person, whatever SCIM shows. */
function stored({ accountId }: ScimClient, id: string) {
  return gateway.db
    .selectFrom('users')
    .select(['state', 'scim_managed', 'license_type', 'license_source', 'version'])
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** The names of the groups that somebody is in, default groups included. */
async function groupsOf({ accountId }: ScimClient, id: string): Promise<string[]> {
  const rows = await gateway.db
    .selectFrom('group_members')
    .innerJoin('groups', (join) =>
      join
        .onRef('groups.account_id', '=', 'group_members.account_id')
        .onRef('groups.id', '=', 'group_members.group_id'),
    )
    .select('display_name')
    .where('group_members.account_id', '=', accountId)
    .where('groups.account_id', '=', accountId)
    .where('user_id', '=', id)
    .execute();
  return rows.map((row) => row.display_name).toSorted();
}

async function mailedTo(address: string): Promise<number> {
  const mails = await mailsToSend({ db: gateway.db, url: gateway.databaseUrl });
  return mails.filter(({ to }) => to.address === address).length;
}

/** The id of a session that somebody opens. */
function signInByLink({ accountId }: ScimClient, userId: string): Promise<string> {
  return byHand(async (trx, { actor }, now) => {
    const { value } = await createSignInLink(trx, actor, accountId, { userId }, now);
    return (await useSignInLink(trx, value, { address: '192.0.2.1', userAgent: 'test' }, now)).id;
  });
}

async function isSignedIn({ accountId }: ScimClient, sessionId: string): Promise<boolean> {
  const { ended_at: endedAt } = await gateway.db
    .selectFrom('sessions')
    .select('ended_at')
    .where('account_id', '=', accountId)
    .where('id', '=', sessionId)
    .executeTakeFirstOrThrow();
  return endedAt === null;
}

/** The kinds of the alerts about a person or a group, in their order. */
async function alertsAbout({ accountId }: ScimClient, id: string): Promise<string[]> {
  const events = await gateway.db
    .selectFrom('audit_events')
    .select('kind')
    .where('account_id', '=', accountId)
    .where('alert', '=', true)
    .where('target_id', '=', id)
    .orderBy('id')
    .execute();
  return events.map(({ kind }) => kind);
}

async function unmanaged(client: ScimClient, userName: string): Promise<string> {
  await configure(client, { allowManualUpdates: true });
  return addByHand(client, { userName });
}

/** The license in effect, and what gave it. */
async function licenseOf(client: ScimClient, id: string): Promise<string> {
  const { license_type, license_source } = await stored(client, id);
  return `${license_type} by ${license_source}`;
}

/** What SCIM shows of the license. */
const shown = ({ body }: ScimAnswer) => body[LICENSE];
const withExternalId = (externalId: string | undefined): JsonObject =>
  externalId === undefined ? {} : { externalId };
const withLicense = (licenseType: JsonValue): JsonObject => ({ [LICENSE]: { licenseType } });
const replace = (path: string, value: JsonValue) => [{ op: 'replace', path, value }];
const deactivation = replace('active', false);
const reactivation = replace('active', true);

describe('the SCIM configuration of an account', () => {
  test('whom SCIM makes, links or revives joins no group by default; linking takes nobody out of one', async () => {
    const client = await account({ enableScim: false });
    const crew = await addGroupByHand(client, 'Crew');
    await byHand((trx, caller, now) =>
      updateGroupByHand(trx, caller, client.accountId, crew, { assignByDefault: true }, now),
    );
    const there = await addByHand(client, { userName: 'there@acme.io' });
    await configure(client, { enabled: true });
    const made = await addUser(client, 'made@acme.io');
    expect(await addUser(client, 'there@acme.io')).toBe(there);
    expect(await groupsOf(client, made)).toEqual([]);
    expect(await groupsOf(client, there)).toEqual(['Crew', 'Everyone', 'Member']);
    await client.delete(`/Users/${there}`);
    expect(await addUser(client, 'there@acme.io')).toBe(there);
    expect(await groupsOf(client, there)).toEqual([]);
  });

  test('enabling converts nobody: who and what was there is listed, but not managed, default groups excepted', async () => {
    const client = await account({ enableScim: false });
    const ana = await addByHand(client, { userName: 'ana@acme.io' });
    const crew = await addGroupByHand(client, 'Crew', [ana]);
    await configure(client, { enabled: true });
    expect((await client.get('/Users')).resources.map(({ id }) => id)).toEqual([ana]);
    expect((await client.get('/Groups')).resources.map(({ id }) => id)).toEqual([crew]);
    expect((await stored(client, ana)).scim_managed).toBe(false);
  });

  test('unlicensedMembers hold: an invited member shows; under reject they stay, since newly added members alone are judged', async () => {
    const client = await account();
    const invited = await addUser(client, `ana@${ELSEWHERE}`);
    const group = await addGroup(client, 'Crew', [invited]);
    expect(await membersOf(client, group)).toEqual([invited]);
    await configure(client, { unlicensedMembers: 'reject' });
    const bo = await addUser(client, 'bo@acme.io');
    const added = await client.patch(`/Groups/${group}`, [
      { op: 'add', path: 'members', value: [{ value: bo }] },
    ]);
    expect(added.status).toBe(204);
    expect((await client.put(`/Groups/${group}`, groupBody('Crew', [invited]))).status).toBe(200);
    expect(await membersOf(client, group)).toEqual([invited]);
  });

  test('unlicensedMembers reject: the write fails whole as 400 invalidValue that names at most 20', async () => {
    const client = await account();
    await configure(client, { unlicensedMembers: 'reject' });
    const invited: string[] = [];
    for (let n = 0; n < 22; n += 1) invited.push(await addUser(client, `u${n}@${ELSEWHERE}`));
    const bo = await addUser(client, 'bo@acme.io');
    const group = await addGroup(client, 'Crew');
    const value = [...invited, bo].map((id) => ({ value: id }));
    for (const refused of [
      await client.post('/Groups', groupBody('New', [...invited, bo])),
      await client.put(`/Groups/${group}`, groupBody('Renamed', [...invited, bo])),
      await client.patch(`/Groups/${group}`, [
        { op: 'replace', path: 'displayName', value: 'Renamed' },
        { op: 'add', path: 'members', value },
      ]),
    ]) {
      expect(refused).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
      expect(refused.detail).toContain('All users must have licenses on the account');
      expect(refused.detail.match(/@elsewhere/gu)).toHaveLength(20);
    }
    expect((await client.get('/Groups')).resources).toMatchObject([{ displayName: 'Crew' }]);
    expect(await membersOf(client, group)).toEqual([]);
  });

  test('defaultLicenseType is for newcomers; its change moves nobody who has a license', async () => {
    const client = await account();
    const before = await addUser(client, 'before@acme.io');
    await configure(client, { defaultLicenseType: 'read_only' });
    const after = await addUser(client, 'after@acme.io');
    await client.patch(`/Users/${before}`, replace('title', 'Lead'));
    expect(await stored(client, before)).toMatchObject({ license_type: 'developer' });
    expect(await stored(client, after)).toMatchObject({
      license_type: 'read_only',
      license_source: 'default',
    });
  });

  test('userNamePolicy any: a name need be no address, and without an e-mail its bearer is active at once', async () => {
    const client = await account();
    await configure(client, { userNamePolicy: 'any' });
    const { emails: _none, ...body } = userBody('ana');
    const made = await client.post('/Users', body);
    expect([made.status, made.body['emails']]).toEqual([201, undefined]);
    expect(await stored(client, made.id)).toMatchObject({ state: 'active', license_type: 'developer' });
    const emails = [{ value: `free@${ELSEWHERE}`, type: 'work', primary: true }];
    const changed = await client.patch(`/Users/${made.id}`, replace('emails', emails));
    expect(changed.body).toMatchObject({ userName: 'ana', emails });
    expect(await mailedTo(`free@${ELSEWHERE}`)).toBe(1);
  });
});

const emails = (...entries: [value: string, type?: string, primary?: boolean][]): JsonObject => ({
  emails: entries.map(([value, type, primary]) => ({
    value,
    ...(type !== undefined && { type }),
    ...(primary !== undefined && { primary }),
  })),
});

describe('user name and work e-mail', () => {
  test.each([
    ['', 'required|empty'],
    ['ana', 'Email'],
    ['ana@', 'Email'],
    ['@acme.io', 'Email'],
    ['a@b@acme.io', 'Email'],
    ['ana ito@acme.io', 'Email'],
    ['ana@acme.io\u0007', 'Email'],
  ])('%j is no user name, and the answer says what to set', async (userName, says) => {
    const client = await account();
    const refused = await client.post('/Users', userBody(userName));
    expect(refused).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    expect(refused.detail).toMatch(new RegExp(says, 'u'));
    expect((await client.get('/Users')).total).toBe(0);
  });

  const [same, other] = ['ANA@acme.io', 'other@acme.io'];
  test.each<[string, JsonObject, number]>([
    ['none: it comes from userName', { emails: [] }, 201],
    ['the only one, whatever its type', emails([same, 'home']), 201],
    ['the only one is another', emails([other, 'home']), 400],
    [
      'the one of type work beside a primary of another type',
      emails([other, 'home', true], [same, 'work']),
      201,
    ],
    ['another of type work beside an equal primary', emails([same, 'home', true], [other, 'work']), 400],
    ['the primary one of several of type work', emails([other, 'work'], [same, 'work', true]), 201],
    ['the first one of several of type work', emails([same, 'work'], [other, 'work']), 201],
    ['not the first one of several of type work', emails([other, 'work'], [same, 'work']), 400],
    ['the primary one where none is of type work', emails([other, 'home'], [same, 'other', true]), 201],
  ])('the work e-mail is %s', async (_which, body, status) => {
    const client = await account();
    const answer = await client.post('/Users', userBody('ana@acme.io', body));
    expect(answer.status).toBe(status);
    if (status === 201) return;
    expect(answer.body['scimType']).toBe('invalidValue');
    expect(answer.detail).toMatch(/Application username format to Email.*to the same attribute/u);
  });

  test('a guest of Entra has an address with #EXT#', async () => {
    const client = await account();
    const name = 'ana_home.example#EXT#@acme.io';
    expect((await client.post('/Users', userBody(name))).body).toMatchObject({ userName: name });
  });

  test('a PATCH is judged after all of its operations, and a change of one of the two takes the other along', async () => {
    const client = await account();
    const id = await addUser(client, 'ana@acme.io');
    const both = await client.patch(`/Users/${id}`, [
      { op: 'replace', path: 'userName', value: 'x@acme.io' },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'X@acme.io' },
    ]);
    expect(both.body).toMatchObject({ userName: 'x@acme.io', emails: [{ value: 'X@acme.io' }] });
    const one = await client.patch(`/Users/${id}`, replace('emails[type eq "work"].value', 'y@acme.io'));
    expect(one.body).toMatchObject({ userName: 'y@acme.io', emails: [{ value: 'y@acme.io' }] });
    // The other attribute alone, back to what it was: two mappings that would undo each other for ever.
    const undoing = await client.patch(`/Users/${id}`, replace('userName', 'x@acme.io'));
    expect(undoing).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    expect(undoing.detail).toContain('map both to the same attribute');
    expect((await client.get(`/Users/${id}`)).body).toMatchObject({ userName: 'y@acme.io' });
  });

  test('a pending address that is sent again writes nothing and mails nothing; the confirmation goes to the new one', async () => {
    const client = await account();
    const [id, wanted] = [await addUser(client, 'pending@acme.io'), `pending@${ELSEWHERE}`];
    await client.patch(`/Users/${id}`, replace('userName', wanted));
    expect(await mailedTo(wanted)).toBe(1);
    const { version } = await stored(client, id);
    for (const path of ['userName', 'emails[type eq "work"].value']) {
      expect((await client.patch(`/Users/${id}`, replace(path, wanted))).status).toBe(200);
    }
    expect((await stored(client, id)).version).toBe(version);
    expect(await mailedTo(wanted)).toBe(0);
  });

  test('an invited person’s new address applies at once: with a new invitation there, or active in a verified domain', async () => {
    const client = await account();
    const id = await addUser(client, `first@${ELSEWHERE}`);
    expect(await mailedTo(`first@${ELSEWHERE}`)).toBe(1);
    const moved = await client.patch(`/Users/${id}`, replace('userName', `second@${ELSEWHERE}`));
    expect(moved.body['userName']).toBe(`second@${ELSEWHERE}`);
    expect(await mailedTo(`second@${ELSEWHERE}`)).toBe(1);
    await client.patch(`/Users/${id}`, replace('userName', 'second@acme.io'));
    expect(await stored(client, id)).toMatchObject({ state: 'active', license_type: 'developer' });
  });
});

describe('people who were there before SCIM', () => {
  test('are linked by POST of their name, PUT, PATCH or DELETE, and not by being named as a member', async () => {
    const client = await account();
    const writes: [string, number, (id: string, name: string) => Promise<{ status: number }>][] = [
      ['posted', 201, (_, name) => client.post('/Users', userBody(name))],
      ['put', 200, (id, name) => client.put(`/Users/${id}`, userBody(name))],
      ['patched', 200, (id) => client.patch(`/Users/${id}`, reactivation)],
      ['gone', 204, (id) => client.delete(`/Users/${id}`)],
    ];
    for (const [name, status, write] of writes) {
      const id = await unmanaged(client, `${name}@acme.io`);
      await addGroup(client, `With ${name}`, [id]);
      expect((await stored(client, id)).scim_managed).toBe(false);
      expect((await write(id, `${name.toUpperCase()}@acme.io`)).status).toBe(status);
      expect((await stored(client, id)).scim_managed).toBe(true);
    }
    expect((await client.get('/Users?filter=userName eq "posted@acme.io"')).total).toBe(1);
  });

  test('keep their id when they are posted; posted again, deactivated ones too, they are a 409 uniqueness', async () => {
    const client = await account();
    const id = await unmanaged(client, 'ana@acme.io');
    expect(await addUser(client, 'ana@acme.io')).toBe(id);
    await client.patch(`/Users/${id}`, deactivation);
    expect(await client.post('/Users', userBody('ANA@acme.io'))).toMatchObject({
      status: 409,
      body: { scimType: 'uniqueness' },
    });
  });
});

describe('who comes and goes', () => {
  test('somebody invited is active for SCIM; deactivated and reactivated, they are invited again; created inactive, they get no mail', async () => {
    const client = await account();
    const address = `ana@${ELSEWHERE}`;
    const made = await client.post('/Users', userBody(address));
    expect(made.body['active']).toBe(true);
    expect(await mailedTo(address)).toBe(1);
    expect((await client.patch(`/Users/${made.id}`, deactivation)).body['active']).toBe(false);
    expect((await client.patch(`/Users/${made.id}`, reactivation)).body['active']).toBe(true);
    expect((await stored(client, made.id)).state).toBe('invited');
    expect(await mailedTo(address)).toBe(1);
    await addUser(client, `bo@${ELSEWHERE}`, { active: false });
    expect(await mailedTo(`bo@${ELSEWHERE}`)).toBe(0);
  });

  test('a deactivation keeps memberships and frees the seat, and a reactivation restores them', async () => {
    const client = await account({ seats: [{ licenseType: 'developer', limit: 1 }] });
    const id = await addUser(client, 'ana@acme.io');
    const group = await addGroup(client, 'Crew', [id]);
    await client.patch(`/Users/${id}`, deactivation);
    const bo = await addUser(client, 'bo@acme.io');
    const refused = await client.patch(`/Users/${id}`, reactivation);
    expect(refused).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    expect(refused.detail).toMatch(/developer.*1 of 1/u);
    await client.patch(`/Users/${bo}`, deactivation);
    expect((await client.patch(`/Users/${id}`, reactivation)).status).toBe(200);
    expect(await membersOf(client, group)).toEqual([id]);
  });

  test.each([
    ['is equal', 'a-1', 'a-1', true],
    ['one side has none', 'a-1', undefined, true],
    ['the other side has none', undefined, 'a-1', true],
    ['differs', 'a-1', 'b-2', false],
  ])(
    'a POST with the name of a tombstone takes it up where externalId %s',
    async (_how, before, after, same) => {
      const client = await account();
      const id = await addUser(client, 'ana@acme.io', withExternalId(before));
      await addGroup(client, 'Crew', [id]);
      await client.delete(`/Users/${id}`);
      expect((await client.get(`/Users/${id}`)).status).toBe(404);
      const again = await addUser(client, 'ana@acme.io', withExternalId(after));
      expect(again === id).toBe(same);
      expect(await groupsOf(client, again)).toEqual([]);
    },
  );

  test('whom an administrator deleted shows as inactive and keeps the name; a POST revives them whatever the externalId', async () => {
    const client = await account();
    await configure(client, { allowManualUpdates: true });
    const id = await addUser(client, 'ana@acme.io', { externalId: 'a-1' });
    await deleteByHand(client, id);
    expect((await client.get(`/Users/${id}`)).body['active']).toBe(false);
    expect((await client.get('/Users?filter=userName eq "ana@acme.io"')).total).toBe(1);
    const bo = await addUser(client, 'bo@acme.io');
    expect((await client.patch(`/Users/${bo}`, replace('userName', 'ana@acme.io'))).status).toBe(409);
    expect(await addUser(client, 'ana@acme.io', { externalId: 'b-2' })).toBe(id);
    expect((await client.get(`/Users/${id}`)).body).toMatchObject({ active: true, externalId: 'b-2' });
  });

  test('whom an administrator deleted is revived by a write that ends in active, kept so by others, and hidden by DELETE', async () => {
    const client = await account();
    await configure(client, { allowManualUpdates: true });
    const id = await addUser(client, 'ana@acme.io');
    await deleteByHand(client, id);
    const titled = await client.patch(`/Users/${id}`, replace('title', 'Lead'));
    expect(titled.body).toMatchObject({ active: false, title: 'Lead' });
    expect((await stored(client, id)).state).toBe('deleted');
    const { active: _left, ...body } = userBody('ana@acme.io');
    expect((await client.put(`/Users/${id}`, body)).body['active']).toBe(false);
    const group = await addGroup(client, 'Crew', [id]);
    expect(await membersOf(client, group)).toEqual([id]);
    expect((await client.patch(`/Users/${id}`, reactivation)).body['active']).toBe(true);
    expect(await stored(client, id)).toMatchObject({ state: 'active', license_type: 'developer' });
    expect(await membersOf(client, group)).toEqual([id]);
    await deleteByHand(client, id);
    expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    expect((await client.get(`/Users/${id}`)).status).toBe(404);
    expect(await membersOf(client, group)).toEqual([]);
  });
});

describe('groups', () => {
  test('of the name of an unmanaged group: it is linked, members are added and never taken away', async () => {
    const client = await account();
    const [ana, bo] = [await addUser(client, 'ana@acme.io'), await addUser(client, 'bo@acme.io')];
    const id = await addGroupByHand(client, 'Crew', [ana]);
    const linked = await client.post('/Groups', groupBody('CREW', [bo]));
    expect(linked).toMatchObject({ status: 201, id });
    expect(await membersOf(client, id)).toEqual([ana, bo].toSorted());
    expect(await client.post('/Groups', groupBody('crew'))).toMatchObject({
      status: 409,
      body: { scimType: 'uniqueness' },
    });
  });

  test('a PUT clears what it omits, the members of a group included', async () => {
    const client = await account();
    const ana = await addUser(client, 'ana@acme.io', { title: 'Lead', externalId: 'a-1' });
    const id = await addGroup(client, 'Crew', [ana]);
    const { members: _left, ...body } = groupBody('Crew');
    expect((await client.put(`/Groups/${id}`, body)).status).toBe(200);
    expect(await membersOf(client, id)).toEqual([]);
    const put = await client.put(`/Users/${ana}`, userBody('ana@acme.io'));
    expect([put.body['title'], put.body['externalId']]).toEqual([undefined, undefined]);
  });

  test.each(['Owner', 'member', 'EVERYONE'])(
    'the name %s of a default group is a 409 uniqueness that says why, in a POST and in a rename',
    async (displayName) => {
      const client = await account();
      const id = await addGroup(client, 'Crew');
      for (const refused of [
        await client.post('/Groups', groupBody(displayName)),
        await client.patch(`/Groups/${id}`, replace('displayName', displayName)),
        await client.put(`/Groups/${id}`, groupBody(displayName)),
      ]) {
        expect(refused).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
        expect(refused.detail).toContain('default group');
      }
    },
  );

  test('linking one that carries account_admin raises an alert', async () => {
    const client = await account();
    const id = await addGroupByHand(client, 'Chiefs');
    await byHand((trx, caller, now) =>
      grantPermissionSet(trx, caller, client.accountId, id, 'account_admin', now),
    );
    const before = (await alertsAbout(client, id)).length;
    expect((await client.post('/Groups', groupBody('Chiefs'))).id).toBe(id);
    expect((await alertsAbout(client, id)).slice(before)).toEqual(['group.linked']);
  });

  test('a rename keeps what hangs on the id: members, permission sets, SSO group mappings', async () => {
    const client = await account();
    const ana = await addUser(client, 'ana@acme.io');
    const id = await addGroup(client, 'Crew', [ana]);
    const { accountId } = client;
    await byHand((trx, caller, now) => grantPermissionSet(trx, caller, accountId, id, 'billing_admin', now));
    await byHand((trx, caller, now) =>
      setSsoGroupMapping(trx, caller, accountId, id, { idpGroups: ['crew'] }, now),
    );
    expect((await client.patch(`/Groups/${id}`, replace('displayName', 'Team'))).status).toBe(204);
    const tables = ['group_permission_sets', 'sso_group_mappings', 'group_members'] as const;
    const counts = tables.map(async (table) => {
      const rows = await gateway.db
        .selectFrom(table)
        .select('group_id')
        .where('account_id', '=', accountId)
        .where('group_id', '=', id)
        .execute();
      return rows.length;
    });
    expect(await Promise.all(counts)).toEqual([1, 1, 1]);
  });

  test('no SCIM write takes away the last active account_admin: a 409 without scimType, with the reason and an alert', async () => {
    const client = await account();
    const { accountId } = client;
    const ana = await addUser(client, 'ana@acme.io');
    const chiefs = await addGroup(client, 'Chiefs', [ana]);
    await byHand((trx, caller, now) =>
      grantPermissionSet(trx, caller, accountId, chiefs, 'account_admin', now),
    );
    const session = await signInByLink(client, ana);
    expect((await client.delete(`/Groups/${chiefs}`)).status).toBe(409);
    expect(await isSignedIn(client, session)).toBe(true);
    for (const refused of [
      await client.patch(`/Groups/${chiefs}`, [{ op: 'remove', path: `members[value eq "${ana}"]` }]),
      await client.put(`/Groups/${chiefs}`, groupBody('Chiefs')),
      await client.delete(`/Groups/${chiefs}`),
      await client.patch(`/Users/${ana}`, deactivation),
      await client.put(`/Users/${ana}`, userBody('ana@acme.io', { active: false })),
      await client.delete(`/Users/${ana}`),
    ]) {
      expect([refused.status, refused.body['scimType']]).toEqual([409, undefined]);
      expect(refused.detail).toMatch(/account administrator|account_admin/u);
    }
    expect(await membersOf(client, chiefs)).toEqual([ana]);
    expect((await stored(client, ana)).state).toBe('active');
    // Whom their provider wants gone is signed out even so.
    expect(await isSignedIn(client, session)).toBe(false);
    expect(await alertsAbout(client, chiefs)).toContain('group.change_refused');
    expect(await alertsAbout(client, ana)).toContain('user.change_refused');
    // An invited administrator administers nothing yet; an active one makes room.
    const patchIn = (id: string) =>
      client.patch(`/Groups/${chiefs}`, [{ op: 'add', path: 'members', value: [{ value: id }] }]);
    await patchIn(await addUser(client, `invited@${ELSEWHERE}`));
    expect((await client.patch(`/Users/${ana}`, deactivation)).status).toBe(409);
    await patchIn(await addUser(client, 'bo@acme.io'));
    expect((await client.patch(`/Users/${ana}`, deactivation)).status).toBe(200);
  });
});

describe('what SCIM does not see', () => {
  test('is a default group, by its id or in the groups of a person', async () => {
    const client = await account({ enableScim: false });
    const ana = await addByHand(client, { userName: 'ana@acme.io' });
    await configure(client, { enabled: true });
    expect(await groupsOf(client, ana)).toEqual(['Everyone', 'Member']);
    expect((await client.get(`/Users/${ana}`)).body['groups']).toEqual([]);
    const { id } = await gateway.db
      .selectFrom('groups')
      .select('id')
      .where('account_id', '=', client.accountId)
      .where('default_group', '=', 'everyone')
      .executeTakeFirstOrThrow();
    for (const { status } of [
      await client.get(`/Groups/${id}`),
      await client.put(`/Groups/${id}`, groupBody('Mine')),
      await client.patch(`/Groups/${id}`, [{ op: 'remove', path: `members[value eq "${ana}"]` }]),
      await client.delete(`/Groups/${id}`),
    ]) {
      expect(status).toBe(404);
    }
    expect((await client.get('/Groups?filter=displayName eq "Everyone"')).total).toBe(0);
    expect(await groupsOf(client, ana)).toEqual(['Everyone', 'Member']);
  });

  test('is a local administrator, whose name is taken all the same', async () => {
    const client = await account();
    const { accountId } = client;
    await byHand((trx, { actor }, now) =>
      createSignInLink(trx, actor, accountId, { localAdministrator: { name: 'break-glass' } }, now),
    );
    const { id, user_name: name } = await gateway.db
      .selectFrom('users')
      .select(['id', 'user_name'])
      .where('account_id', '=', accountId)
      .executeTakeFirstOrThrow();
    expect((await client.get('/Users')).total).toBe(0);
    expect((await client.get(`/Users/${id}`)).status).toBe(404);
    expect((await client.patch(`/Users/${id}`, deactivation)).status).toBe(404);
    expect((await client.delete(`/Users/${id}`)).status).toBe(404);
    expect((await client.post('/Groups', groupBody('Crew', [id]))).status).toBe(400);
    await configure(client, { userNamePolicy: 'any' });
    expect((await client.post('/Users', userBody(name, { emails: [] }))).status).toBe(409);
  });

  test('is somebody erased, whose name is free', async () => {
    const client = await account();
    const id = await addUser(client, 'ana@acme.io', { externalId: 'a-1' });
    await client.delete(`/Users/${id}`);
    await byHand((trx, caller, now) => eraseUser(trx, caller, client.accountId, id, now));
    expect(await addUser(client, 'ana@acme.io', { externalId: 'a-1' })).not.toBe(id);
    expect((await client.get(`/Users/${id}`)).status).toBe(404);
  });
});

describe('licenses', () => {
  test('licenseType shows what the identity provider asserted, and nothing else: what it reads back asserts nothing', async () => {
    const client = await account();
    const made = await client.post('/Users', userBody('ana@acme.io'));
    expect(shown(made)).toBeUndefined();
    await client.put(`/Users/${made.id}`, { ...made.body, title: 'Lead' });
    expect(await licenseOf(client, made.id)).toBe('developer by default');
    const asserted = await client.patch(`/Users/${made.id}`, [{ op: 'add', value: withLicense('it') }]);
    expect(shown(asserted)).toEqual({ licenseType: 'it' });
    expect(shown(await client.put(`/Users/${made.id}`, userBody('ana@acme.io')))).toEqual({
      licenseType: 'it',
    });
    expect(await licenseOf(client, made.id)).toBe('it by scim');
  });

  test.each([
    ['a removal', [{ op: 'remove', path: `${LICENSE}:licenseType` }]],
    ['null', [{ op: 'replace', value: withLicense(null) }]],
    ['an empty text', replace(`${LICENSE}:licenseType`, '')],
  ])('is asserted no longer after %s; the license stays', async (_how, operations) => {
    const client = await account();
    const id = await addUser(client, 'ana@acme.io', withLicense('read_only'));
    const answer = await client.patch(`/Users/${id}`, operations);
    expect([answer.status, shown(answer)]).toEqual([200, undefined]);
    expect(await licenseOf(client, id)).toBe('read_only by scim');
  });

  test('manageLicenses on: the asserted type alone; without one, what is held or the default; mappings rest', async () => {
    const client = await account();
    const { accountId } = client;
    const held = await addUser(client, 'held@acme.io', withLicense('it'));
    const hand = await addUser(client, 'hand@acme.io');
    await configure(client, { allowManualUpdates: true });
    await byHand((trx, caller, now) => chooseLicense(trx, caller, accountId, hand, 'read_only', now));
    await configure(client, { manageLicenses: true, defaultLicenseType: 'read_only' });
    const mappings = { developer: ['staff'] };
    await byHand((trx, caller, now) => setLicenseMappings(trx, caller, accountId, { mappings }, now));
    await gateway.db
      .updateTable('users')
      .set({ sign_in_groups: ['staff'] })
      .where('account_id', '=', accountId)
      .execute();
    for (const id of [held, hand]) await client.patch(`/Users/${id}`, replace('title', 'Lead'));
    expect(await licenseOf(client, held)).toBe('it by scim');
    expect(await licenseOf(client, hand)).toBe('read_only by manual');
    expect(await licenseOf(client, await addUser(client, 'new@acme.io'))).toBe('read_only by default');
    await client.patch(`/Users/${held}`, [{ op: 'remove', path: `${LICENSE}:licenseType` }]);
    expect(await licenseOf(client, held)).toBe('it by scim');
  });

  test('manageLicenses off: the asserted type stands before an SSO mapping, which stands before what is held', async () => {
    const client = await account();
    const { accountId } = client;
    const [ana, bo] = [
      await addUser(client, 'ana@acme.io', withLicense('it')),
      await addUser(client, 'bo@acme.io'),
    ];
    await gateway.db
      .updateTable('users')
      .set({ sign_in_groups: ['readers'] })
      .where('account_id', '=', accountId)
      .execute();
    const mappings = { read_only: ['readers'] };
    await byHand((trx, caller, now) => setLicenseMappings(trx, caller, accountId, { mappings }, now));
    expect(await licenseOf(client, ana)).toBe('it by scim');
    expect(await licenseOf(client, bo)).toBe('read_only by sso_mapping');
    await client.patch(`/Users/${ana}`, replace(`${LICENSE}:licenseType`, ''));
    expect(await licenseOf(client, ana)).toBe('read_only by sso_mapping');
    await client.patch(`/Users/${bo}`, replace(`${LICENSE}:licenseType`, 'developer'));
    expect(await licenseOf(client, bo)).toBe('developer by scim');
  });

  test('a type that is none, or that the account does not have, is refused, for invited people too, but never who leaves', async () => {
    const client = await account();
    const id = await addUser(client, 'ana@acme.io');
    const invited = await addUser(client, `ana@${ELSEWHERE}`);
    for (const type of ['gold', 'Developer', 'analyst']) {
      for (const refused of [
        await client.post('/Users', userBody('new@acme.io', withLicense(type))),
        await client.post('/Users', userBody(`new@${ELSEWHERE}`, withLicense(type))),
        await client.patch(`/Users/${id}`, replace(`${LICENSE}:licenseType`, type)),
        await client.patch(`/Users/${invited}`, replace(`${LICENSE}:licenseType`, type)),
      ]) {
        expect(refused).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
        expect(refused.detail).toContain(type);
      }
      const leaving = userBody('ana@acme.io', { active: false, ...withLicense(type) });
      expect((await client.put(`/Users/${id}`, leaving)).body['active']).toBe(false);
      await client.patch(`/Users/${id}`, reactivation);
    }
    expect((await client.get('/Users')).total).toBe(2);
  });

  test('a missing seat refuses the write that takes one, whole, and no write of who holds one already', async () => {
    const client = await account({ seats: [{ licenseType: 'it', limit: 1 }] });
    const [ana, bo] = [
      await addUser(client, 'ana@acme.io', withLicense('it')),
      await addUser(client, 'bo@acme.io'),
    ];
    const refused = await client.patch(`/Users/${bo}`, [
      ...replace('title', 'Lead'),
      ...replace(`${LICENSE}:licenseType`, 'it'),
    ]);
    expect(refused).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    expect(refused.detail).toContain('There is no free it license: 1 of 1 seats are in use');
    expect((await client.get(`/Users/${bo}`)).body).not.toHaveProperty('title');
    expect((await client.put(`/Users/${ana}`, userBody('ana@acme.io', withLicense('it')))).status).toBe(200);
    // Invited people take no seat before they accept.
    expect((await client.post('/Users', userBody(`cy@${ELSEWHERE}`, withLicense('it')))).status).toBe(201);
  });
});

test('nothing of this was logged as an error', () => {
  expect(gateway.errorsLogged()).toEqual([]);
});
