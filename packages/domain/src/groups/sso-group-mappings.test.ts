import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { administrator } from './by-hand-testing.ts';
import { givenDirectory } from './group-testing.ts';
import { selectSsoGroupMappings } from './sso-group-mappings.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

const UNMANAGED = { scim_managed: false };

describe('an SSO group mapping', () => {
  it('replaces the one before, once each, and changes nobody until they sign in', async () => {
    const directory = await givenDirectory(database.db);
    const ana = await directory.user({ ...UNMANAGED, sign_in_groups: ['a'] });
    const id = await directory.unmanagedGroup('Team');
    const admin = administrator(directory);
    await admin.map(id, ['x', 'a', 'x']);
    expect(await admin.map(id, ['b', 'a'])).toMatchObject({ version: 3 });
    expect(await admin.map(id, ['a', 'b'])).toMatchObject({ version: 3 });
    const mappings = await selectSsoGroupMappings(database.db, directory.accountId, [id]);
    expect(mappings).toEqual(new Map([[id, ['a', 'b']]]));
    expect(await directory.events()).toMatchObject([
      { kind: 'group.mapping_changed', alert: false, detail: { before: [], after: ['a', 'x'] } },
      { kind: 'group.mapping_changed', alert: false, detail: { before: ['a', 'x'], after: ['a', 'b'] } },
    ]);
    expect(await directory.members(id)).toEqual([]);
    await directory.signIn(ana, ['a']);
    expect(await directory.members(id)).toEqual([ana]);
  });

  it('may be set for a SCIM-managed group while manual updates are off', async () => {
    const directory = await givenDirectory(database.db);
    const { id } = await directory.post({ displayName: 'Team' });
    expect(await administrator(directory).map(id, ['a'])).toMatchObject({ scimManaged: true, version: 2 });
  });

  it('of a group that makes account administrators raises an alert, unless it only takes away', async () => {
    const directory = await givenDirectory(database.db);
    const id = await directory.unmanagedGroup('Admins', { grants: ['account_admin'] });
    const admin = administrator(directory);
    await admin.map(id, ['a', 'b']);
    await admin.map(id, ['a']);
    expect((await directory.events()).map(({ alert }) => alert)).toEqual([true, false]);
  });

  it.each([
    { title: 'a blank name', idpGroups: [' '] },
    { title: 'a control character', idpGroups: ['a\u0007'] },
    { title: 'a name that is too long', idpGroups: ['a'.repeat(501)] },
    { title: 'too many', idpGroups: Array.from({ length: 1001 }, (_, index) => `group ${index}`) },
  ])('refuses $title', async ({ idpGroups }) => {
    const directory = await givenDirectory(database.db);
    const id = await directory.unmanagedGroup('Team');
    const admin = administrator(directory);
    const expected = { code: 'invalid_input', path: 'idpGroups' };
    await expect(admin.map(id, idpGroups)).rejects.toMatchObject(expected);
    await expect(admin.preview(id, idpGroups)).rejects.toMatchObject(expected);
  });
});

describe('the preview of a mapping', () => {
  it('says who would join and leave at their next sign-in, in pages', async () => {
    const directory = await givenDirectory(database.db);
    const joining = await directory.users(5, { ...UNMANAGED, sign_in_groups: ['new', 'z'] }, 'joining');
    const leaving = await directory.users(2, { ...UNMANAGED, sign_in_groups: ['old'] }, 'leaving');
    const neverSignedIn = await directory.users(1, UNMANAGED, 'never');
    await directory.users(2, { sign_in_groups: ['new'] }, 'managed');
    const id = await directory.unmanagedGroup('Team', { members: [...leaving, ...neverSignedIn] });
    await directory.mapped(id, 'old');
    const admin = administrator(directory);
    expect(await admin.preview(id, ['new'])).toMatchObject({ joining: 5, leaving: 2, keptUserId: null });
    const first = await admin.changes(id, ['new'], { limit: 4 });
    const rest = await admin.changes(id, ['new'], { behind: first.at(-1)?.userId });
    const all = [
      ...joining.map((userId) => ({ userId, change: 'joins' })),
      ...leaving.map((userId) => ({ userId, change: 'leaves' })),
    ].toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
    expect([...first, ...rest]).toEqual(all);
    const last = await admin.changes(id, ['new'], { backward: true, limit: 2 });
    expect(last).toEqual(all.toReversed().slice(0, 2));
    const before = await admin.changes(id, ['new'], { backward: true, behind: last.at(-1)?.userId });
    expect(before).toEqual(all.toReversed().slice(2));
  });

  it('of ending a mapping takes nobody out', async () => {
    const directory = await givenDirectory(database.db);
    const users = await directory.users(2, { ...UNMANAGED, sign_in_groups: ['b'] });
    const id = await directory.unmanagedGroup('Team', { members: users });
    await directory.mapped(id, 'a');
    expect(await administrator(directory).preview(id, [])).toMatchObject({ joining: 0, leaving: 0 });
  });

  it('knows who joins by default and who is the last active account_admin', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2, { ...UNMANAGED, sign_in_groups: ['b'] });
    const admins = await directory.unmanagedGroup('Admins', { members: [ana], grants: ['account_admin'] });
    const welcome = await directory.unmanagedGroup('Welcome', { members: [ana], assign_by_default: true });
    const admin = administrator(directory);
    expect(await admin.preview(admins, ['a'])).toMatchObject({
      joining: 0,
      leaving: 0,
      keptUserId: ana,
    });
    expect(await admin.changes(admins, ['a'])).toEqual([]);
    expect(await admin.preview(welcome, ['a'])).toMatchObject({
      joining: 1,
      leaving: 0,
    });
    expect(await admin.changes(welcome, ['a'])).toEqual([{ userId: ben, change: 'joins' }]);
  });

  it('needs the right to read people', async () => {
    const directory = await givenDirectory(database.db);
    const id = await directory.unmanagedGroup('Team');
    await expect(administrator(directory, ['member']).preview(id, ['a'])).rejects.toMatchObject({
      code: 'forbidden',
    });
    await administrator(directory, ['account_viewer']).preview(id, ['a']);
  });
});

describe('a mapping that is set with the token of its preview', () => {
  it('is set when sign-ins would still do the same', async () => {
    const directory = await givenDirectory(database.db);
    await directory.users(2, { ...UNMANAGED, sign_in_groups: ['a'] });
    const id = await directory.unmanagedGroup('Team');
    const admin = administrator(directory);
    const { previewToken } = await admin.preview(id, ['a', 'b']);
    expect(await admin.map(id, ['b', 'a'], { previewToken })).toMatchObject({ version: 2 });
  });

  it('is refused, saying how, when other people would join or leave by then', async () => {
    const directory = await givenDirectory(database.db);
    const [ana = '', ben = ''] = await directory.users(2, { ...UNMANAGED, sign_in_groups: ['a'] });
    const id = await directory.unmanagedGroup('Team', { members: [ben] });
    const admin = administrator(directory);
    const { previewToken } = await admin.preview(id, ['a']);
    await directory.join(id, [ana]);
    await expect(admin.map(id, ['a'], { previewToken })).rejects.toMatchObject({
      code: 'plan_changed',
      differences: ['0 people would join, not 1.'],
    });
    await admin.remove(id, ben);
    await expect(admin.map(id, ['a'], { previewToken })).rejects.toMatchObject({
      code: 'plan_changed',
      differences: ['Other people would join or leave than the preview showed.'],
    });
    expect(await selectSsoGroupMappings(database.db, directory.accountId, [id])).toEqual(new Map());
  });

  it('takes no token of another preview, and nothing that is none', async () => {
    const directory = await givenDirectory(database.db);
    const id = await directory.unmanagedGroup('Team');
    const admin = administrator(directory);
    const { previewToken } = await admin.preview(id, ['a']);
    for (const token of [previewToken, '', 'nonsense', '....']) {
      await expect(admin.map(id, ['b'], { previewToken: token })).rejects.toMatchObject({
        code: 'invalid_input',
        path: 'previewToken',
      });
    }
  });
});
