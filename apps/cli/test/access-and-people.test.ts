import { inTransaction } from '@rollcall/domain/database/transaction';
import { createGroup } from '@rollcall/domain/groups/create-group';
import { newId } from '@rollcall/domain/ids';
import { buryDeadTasks } from '@rollcall/domain/jobs/dead-letters';
import { openTokenCache } from '@rollcall/domain/scim-access/authenticate';
import { scimActor } from '@rollcall/domain/testing/accounts';
import { testDatabase } from '@rollcall/domain/testing/database';
import { identityProvider } from '@rollcall/domain/testing/provisioning';
import { failQueuedTasks, queuedTasks } from '@rollcall/domain/testing/queue';
import { findUser } from '@rollcall/domain/users/find-users';
import { createUnmanagedUser } from '@rollcall/domain/users/create-unmanaged-user';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { property, rollcall } from './rollcall.ts';

const UNKNOWN_ID = '0192f0c4-6f0a-7000-8000-000000000001';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db, url } = database;
const run = rollcall({ DATABASE_URL: url });
const someText: unknown = expect.any(String);
const someObject: unknown = expect.any(Object);

function containing(part: string): unknown {
  return expect.stringContaining(part);
}

let accountId = '';
beforeAll(async () => {
  const created = await run.json('account create acme --enable-scim --verified-domain acme.example');
  accountId = property(created, 'accountId');
});

function provider() {
  return identityProvider(db, { accountId, actor: scimActor() });
}

describe('rollcall token', () => {
  test('create prints a token that works, and revoke ends it', async () => {
    await using tokens = openTokenCache(db, {
      onError: (error) => {
        throw error;
      },
    });
    const created = await run.json('token', 'create', 'acme', '--name', 'Okta', '--expires', '90d');
    const value = property(created, 'value');
    const id = property(created, 'token', 'id');
    expect(await tokens.authenticate(accountId, value, '192.0.2.1')).toMatchObject({ tokenId: id });
    const revoked = await run.json('token', 'revoke', 'acme', id);
    expect(revoked).toMatchObject({ token: { id, revokedAt: someText } });
    expect(await run.json('token', 'revoke', 'acme', id)).toEqual(revoked);
    await using later = openTokenCache(db, {
      onError: (error) => {
        throw error;
      },
    });
    expect(await later.authenticate(accountId, value, '192.0.2.1')).toBeUndefined();
  });

  test('list shows tokens and never their values', async () => {
    const created = await run('token', 'create', 'acme', '--name', 'Entra');
    const value = /rcs_\w{49}/u.exec(created.stdout)?.[0] ?? '';
    expect(value).not.toBe('');
    expect(created.stdout).toContain(`http://127.0.0.1:4001/scim/v2/${accountId}`);
    const listed = await run('token', 'list', 'acme');
    expect(listed.stdout).toContain('Entra');
    expect(listed.stdout).toContain('in force');
    expect(JSON.stringify([listed.stdout, await run.json('token', 'list', 'acme')])).not.toContain(value);
  });

  test('makes, lists and revokes service tokens as well', async () => {
    const created = await run.json(
      'token create acme --name Script --service --permission-set account_viewer ' +
        '--permission-set billing_admin',
    );
    const id = property(created, 'token', 'id');
    expect(property(created, 'value')).toMatch(/^rct_/u);
    expect(await run.json('token', 'list', 'acme', '--service')).toMatchObject({
      tokens: [{ id, permissionSets: ['billing_admin', 'account_viewer'] }],
    });
    expect(await run.json('token', 'revoke', 'acme', id, '--service')).toMatchObject({
      token: { id, revokedAt: someText },
    });
  });

  test.each([
    ['revoke', ['revoke', 'acme', UNKNOWN_ID], 'no such SCIM token'],
    ['revoke', ['revoke', 'acme', 'no-id'], 'no such SCIM token'],
    ['create', ['create', 'acme', '--name', 'late', '--expires', '2020-01-01'], 'a time to come'],
    ['list', ['list', 'nobody'], 'no account "nobody"'],
  ])('%s fails with a message: %j', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await run('token', ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('rollcall users list', () => {
  test('searches and pages through people, the deleted included', async () => {
    await provider().post({ userName: 'paula@acme.example', licenseType: 'it' });
    const leaver = await provider().post({ userName: 'paul@acme.example' });
    await provider().delete(leaver.id);
    const page = await run.json('users', 'list', 'acme', '--search', 'PAUL', '--limit', '1');
    expect(page).toMatchObject({
      users: [{ userName: 'paula@acme.example', state: 'active', scimManaged: true, licenseType: 'it' }],
      next: someText,
    });
    const rest = await run.json(
      'users',
      'list',
      'acme',
      '--search',
      'paul',
      '--after',
      property(page, 'next'),
    );
    expect(rest).toMatchObject({ users: [{ id: leaver.id, state: 'deleted' }], next: null });
    const { stdout } = await run('users', 'list', 'acme', '--state', 'deleted');
    expect(stdout).toContain('paul@acme.example');
    expect(stdout).not.toContain('paula@');
  });

  test('shows names without the control characters that could take over a terminal', async () => {
    await run.json('account', 'create', 'hostile', '--user-name-policy', 'any');
    const { exitCode, stdout } = await run('users', 'list', 'hostile');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Nobody matches.\n' });
    const hostile = property(await run.json('account', 'show', 'hostile'), 'id');
    const person = { userName: 'eve\u001B[2J\nroot', givenName: 'Eve', familyName: 'Evil' };
    await inTransaction(db, (trx) =>
      createUnmanagedUser(trx, { kind: 'operator', name: 'test' }, hostile, person, new Date()),
    );
    const listed = await run('users', 'list', 'hostile');
    expect(listed.stdout).toContain('eve\uFFFD[2J\uFFFDroot');
  });
});

describe('rollcall user', () => {
  test('show tells the license with every rule that was considered, and the groups with their reason', async () => {
    const sara = await provider().post({ userName: 'sara@acme.example', licenseType: 'it' });
    const guest = await provider().post({ userName: 'sam@elsewhere.example' });
    const groupId = await pushed('Sales', [sara.id, guest.id]);
    const shown = await run.json('user', 'show', 'acme', 'SARA@acme.example');
    expect(shown).toMatchObject({
      user: { id: sara.id, state: 'active', licenseType: 'it' },
      licenseDecision: {
        licenseType: 'it',
        source: 'scim',
        steps: [{ rule: 'scim_attribute', outcome: 'decided' }],
      },
      memberships: [{ groupId, displayName: 'Sales', origin: 'scim', held: false }],
      signIn: { groups: null, binding: null },
    });
    const { stdout } = await run('user', 'show', 'acme', guest.id);
    expect(stdout).toMatch(/^State +invited$/mu);
    expect(stdout).toContain('passes   scim_attribute: The identity provider asserts no licenseType.');
    expect(stdout).toContain('decides  default: ');
    expect(stdout).toMatch(/^ {2}Sales: scim, since .*, held$/mu);
    expect(stdout).toContain('user_update: SCIM is enabled and allowManualUpdates is off');
  });

  test.each(['nobody@acme.example', UNKNOWN_ID, 'no-id'])('show fails with a message for %s', async (who) => {
    const { exitCode, stdout, stderr } = await run('user', 'show', 'acme', who);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(`the id or user name "${who}"`);
  });

  test('restore brings a deleted person back', async () => {
    const leaver = await provider().post({ userName: 'rita@acme.example' });
    await provider().delete(leaver.id);
    expect(await run.json('user', 'restore', 'acme', leaver.id)).toMatchObject({
      user: { id: leaver.id, userName: 'rita@acme.example', state: 'active' },
    });
  });

  test('erase blanks a deleted person, who then cannot be restored', async () => {
    const leaver = await provider().post({ userName: 'erik@acme.example' });
    await provider().delete(leaver.id);
    expect(await run.json('user', 'erase', 'acme', leaver.id)).toEqual({ erased: leaver.id });
    expect(JSON.stringify(await run.json('users', 'list', 'acme', '--state', 'deleted'))).not.toContain(
      'erik',
    );
    const { exitCode, stderr } = await run('user', 'restore', 'acme', leaver.id);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('not erased');
  });

  test('erase does not touch the living, and neither verb someone unknown', async () => {
    const living = await provider().post({ userName: 'lena@acme.example' });
    const erased = await run('user', 'erase', 'acme', living.id);
    expect(erased.exitCode).toBe(1);
    expect(erased.stderr).toContain('Delete the person first');
    expect(await findUser(db, accountId, living.id)).toMatchObject({ userName: 'lena@acme.example' });
    for (const verb of ['erase', 'restore']) {
      const { exitCode, stderr } = await run('user', verb, 'acme', newId());
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^rollcall: [^\n]+\n$/u);
    }
  });
});

describe('rollcall invitation', () => {
  test('resend gives a new invitation, and accept does what the button does', async () => {
    const guest = await provider().post({ userName: 'gina@elsewhere.example' });
    expect(guest.state).toBe('invited');
    expect(await run.json('invitation', 'resend', 'acme', 'gina@elsewhere.example')).toEqual({
      resent: 'gina@elsewhere.example',
    });
    expect(await run.json('invitation', 'accept', 'acme', 'Gina@elsewhere.example')).toMatchObject({
      user: { id: guest.id, state: 'active', licenseType: 'developer' },
    });
  });

  test.each(['accept', 'resend'])(
    '%s fails with a message when nothing waits for the address',
    async (verb) => {
      const { exitCode, stderr } = await run('invitation', verb, 'acme', 'nobody@elsewhere.example');
      expect(exitCode).toBe(1);
      expect(stderr).toContain('nobody@elsewhere.example');
    },
  );
});

/** The id of a group of the identity provider. */
async function pushed(displayName: string, memberIds: string[]): Promise<string> {
  const input = { displayName, externalId: null, memberIds };
  const { id } = await inTransaction(db, (trx) =>
    createGroup(trx, scimActor(), accountId, input, new Date()),
  );
  return id;
}

describe('rollcall groups and group', () => {
  test('list finds groups, default ones included, and pages through them', async () => {
    await pushed('Ops of the north', []);
    await pushed('Ops of the south', []);
    const first = await run.json('groups list acme --search ops --limit 1');
    expect(first).toMatchObject({ groups: [{ displayName: 'Ops of the north', scimManaged: true }] });
    const rest = await run.json('groups list acme --search ops --after', property(first, 'next'));
    expect(rest).toMatchObject({ groups: [{ displayName: 'Ops of the south' }], next: null });
    const { stdout } = await run('groups list acme --managed hand');
    expect(stdout).toMatch(/Owner +default group +0 +account_admin$/mu);
    expect(stdout).not.toContain('Ops');
    expect((await run('groups list acme --search nothing-like-it')).stdout).toBe('No group matches.\n');
  });

  test('show and members tell what a group carries, and who is in it since when', async () => {
    const tom = await provider().post({ userName: 'tom@acme.example' });
    const guest = await provider().post({ userName: 'tim@elsewhere.example' });
    const id = await pushed('Support', [tom.id, guest.id]);
    expect(await run.json('group', 'show', 'acme', id)).toMatchObject({
      group: { id, displayName: 'Support', permissionSets: [], ssoGroupMapping: [], members: 2 },
    });
    expect((await run('group', 'show', 'acme', id)).stdout).toMatch(/^Managed by +SCIM$/mu);
    const first = await run.json('group members acme', id, '--limit', '1');
    expect(first).toMatchObject({ members: [{ userName: 'tom@acme.example', origin: 'scim', held: false }] });
    const rest = await run('group members acme', id, '--after', property(first, 'next'));
    expect(rest.stdout).toMatch(/tim@elsewhere\.example +invited, held +scim/u);
    expect(rest.stdout).not.toContain('tom@');
  });

  test.each(['show', 'members'])('%s fails with a message for a group of another account', async (verb) => {
    await run.json(`account create stranger-to-${verb}`);
    const id = await pushed(`Of ours for ${verb}`, []);
    for (const args of [
      [`stranger-to-${verb}`, id],
      ['acme', 'nothing'],
    ]) {
      const { exitCode, stdout, stderr } = await run('group', verb, ...args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toContain('There is no group');
    }
  });
});

describe('rollcall default-groups', () => {
  test('plan changes nothing, apply queues the work, status shows it, and undo takes it back', async () => {
    await run.json('account create leaving --owner olga@leaving.example');
    const planned = await run.json('default-groups plan leaving --group everyone --keep-assigning');
    const id = property(planned, 'cleanup', 'id');
    expect(planned).toMatchObject({
      cleanup: { state: 'planned', groups: [{ kind: 'everyone', leaving: 1, kept: 0 }] },
      job: null,
      members: [{ userName: 'olga@leaving.example', planned: 'leave', outcome: null }],
    });
    const undone = await run('default-groups undo leaving', id);
    expect([undone.exitCode, undone.stderr]).toEqual([1, containing('never applied')]);
    expect(await run.json('default-groups apply leaving', id)).toMatchObject({
      cleanup: { state: 'running' },
    });
    const { stdout } = await run('default-groups status leaving', id);
    expect(stdout).toMatch(/^Job +queued, 0 of 1$/mu);
    expect(stdout).toMatch(/^olga@leaving\.example +everyone +leaves$/mu);
    expect(await queuedTasks(url)).toContainEqual({ task: 'default-group-cleanup', payload: someObject });
    expect(await run.json('default-groups cancel leaving', id)).toMatchObject({
      cleanup: { state: 'cancelled' },
    });
    expect(await run.json('default-groups undo leaving', id)).toMatchObject({
      cleanup: { state: 'undoing' },
    });
    expect((await run('default-groups status leaving')).stdout).toMatch(/undoing .* Everyone$/mu);
  });

  test('delete takes an empty default group away, and says why it does not', async () => {
    await run.json('account create emptied');
    expect(await run.json('default-groups delete emptied everyone')).toMatchObject({ deleted: 'everyone' });
    for (const [kind, message] of [
      ['everyone', 'no default group everyone any more'],
      ['owner', 'account_admin'],
    ] as const) {
      const { exitCode, stderr } = await run('default-groups delete emptied', kind);
      expect([exitCode, stderr]).toEqual([1, containing(message)]);
    }
  });

  test.each(['apply', 'cancel', 'undo', 'status'])(
    '%s fails with a message for what is no cleanup',
    async (verb) => {
      for (const id of ['nothing', UNKNOWN_ID]) {
        const { exitCode, stdout, stderr } = await run('default-groups', verb, 'acme', id);
        expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
        expect(stderr).toContain('There is no default-group cleanup');
      }
    },
  );
});

describe('rollcall jobs and dead-letter', () => {
  test('list shows jobs with their progress, and what failed for good can be retried or discarded', async () => {
    await run.json('account create working --owner olga@working.example');
    const planned = await run.json('default-groups plan working');
    await run.json('default-groups apply working', property(planned, 'cleanup', 'id'));
    expect(await run.json('jobs list working --state queued')).toMatchObject({
      jobs: [{ kind: 'default-group-cleanup', state: 'queued' }],
    });
    await failQueuedTasks(url, 'the disk is full');
    await buryDeadTasks(db, new Date());
    expect((await run('jobs list working')).stdout).toMatch(
      /default-group-cleanup +failed .*the disk is full$/mu,
    );
    const dead = await run.json('dead-letter list working');
    expect(dead).toMatchObject({
      deadLetters: [{ task: 'default-group-cleanup', error: 'the disk is full' }],
    });
    const { stdout } = await run('dead-letter list working');
    const id = /^[0-9a-f-]{36}/mu.exec(stdout)?.[0] ?? '';
    for (const verb of ['retry', 'discard']) {
      const elsewhere = await run('dead-letter', verb, 'acme', id);
      expect([elsewhere.exitCode, elsewhere.stderr]).toEqual([1, containing('no such dead letter')]);
    }
    expect(await run.json('dead-letter retry working', id)).toMatchObject({ deadLetter: { id } });
    expect(await run.json('jobs list working')).toMatchObject({ jobs: [{ state: 'queued', error: null }] });
    expect(await run.json('dead-letter list working')).toEqual({ deadLetters: [] });
    await failQueuedTasks(url, 'the disk is full');
    await buryDeadTasks(db, new Date());
    const again = /^[0-9a-f-]{36}/mu.exec((await run('dead-letter list working')).stdout)?.[0] ?? '';
    expect(await run.json('dead-letter discard working', again)).toMatchObject({ deadLetter: { id: again } });
    expect((await run('dead-letter list working')).stdout).toBe('Nothing failed for good.\n');
  });
});
