import { inTransaction } from '@rollcall/domain/database/transaction';
import { newId } from '@rollcall/domain/ids';
import { openTokenCache } from '@rollcall/domain/scim-access/authenticate';
import { scimActor } from '@rollcall/domain/testing/accounts';
import { testDatabase } from '@rollcall/domain/testing/database';
import { identityProvider } from '@rollcall/domain/testing/provisioning';
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
