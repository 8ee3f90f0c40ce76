import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { newId } from '@rollcall/domain/ids';
import { openProvisioningLog } from '@rollcall/domain/provisioning-log/provisioning-log';
import { givenAccount } from '@rollcall/domain/testing/accounts';
import { testDatabase } from '@rollcall/domain/testing/database';
import { administer, databaseAt } from '@rollcall/domain/testing/global-setup';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { rollcall, rollcallProcess, spawnRollcall } from './rollcall.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db, url } = database;
const run = rollcall({ DATABASE_URL: url });
const containingFirstMigration: unknown = expect.arrayContaining(['0001-accounts-and-access']);

function containing(part: string): unknown {
  return expect.stringContaining(part);
}

/** An empty database of the test's own. */
async function emptyDatabase() {
  const server = inject('databaseUrl');
  const name = `rollcall_cli_${newId().replaceAll('-', '')}`;
  await administer(server, `create database ${name}`);
  return {
    url: databaseAt(server, name),
    [Symbol.asyncDispose]: () => administer(server, `drop database ${name} with (force)`),
  };
}

async function recordRequest(
  accountId: string,
  changes: { path: string; status: number; errorDetail?: string },
) {
  const log = openProvisioningLog(db, {
    onError: (error) => {
      throw error;
    },
  });
  log.record({
    id: newId(),
    accountId,
    at: new Date(),
    tokenId: newId(),
    address: '192.0.2.1',
    userAgent: null,
    method: 'PATCH',
    durationMs: 12.4,
    resourceType: null,
    resourceId: null,
    scimType: changes.errorDetail === undefined ? null : 'invalidValue',
    errorDetail: null,
    preconditions: null,
    answer: null,
    leniencies: [{ code: 'op_case', text: '"Replace" is read as "replace"' }],
    requestBody: { password: 'hunter2' },
    ...changes,
  });
  await log[Symbol.asyncDispose]();
}

describe('rollcall migrate', () => {
  test('makes the schema in an empty database, and says the second time that it is up to date', async () => {
    await using empty = await emptyDatabase();
    const migrate = rollcall({ DATABASE_URL: empty.url });
    expect(await migrate.json('migrate')).toEqual({ applied: containingFirstMigration });
    expect(await migrate('migrate')).toEqual({
      exitCode: 0,
      stdout: 'The schema is up to date.\n',
      stderr: '',
    });
    expect(await migrate.json('account', 'list')).toEqual({ accounts: [] });
  });

  test('other verbs say that it has to be run first', async () => {
    await using empty = await emptyDatabase();
    const { exitCode, stderr } = await rollcall({ DATABASE_URL: empty.url })('account', 'list');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr:
        'rollcall: The database lacks tables that this version of Rollcall needs. Run "rollcall migrate".\n',
    });
  });
});

describe('rollcall log tail', () => {
  test('shows the latest requests in order, readable for people, without the account in each path', async () => {
    const { accountId } = await givenAccount(db);
    await recordRequest(accountId, { path: `/scim/v2/${accountId}/Users/1`, status: 200 });
    await recordRequest(accountId, {
      path: '/Users/2?x=\u001B[2J',
      status: 400,
      errorDetail: 'active must be a boolean',
    });
    const { exitCode, stdout } = await run('log', 'tail', accountId);
    expect(exitCode).toBe(0);
    expect(stdout.replaceAll(/^\S+Z/gmu, 'TIME')).toBe(
      [
        'TIME  200  PATCH   /Users/1  12 ms',
        '    read leniently: "Replace" is read as "replace"',
        'TIME  400  PATCH   /Users/2?x=\uFFFD[2J  12 ms',
        '    invalidValue: active must be a boolean',
        '    read leniently: "Replace" is read as "replace"',
        '',
      ].join('\n'),
    );
  });

  test('with --json prints one object a line, without secrets; --failed and -n narrow it', async () => {
    const { accountId } = await givenAccount(db);
    await recordRequest(accountId, { path: '/Users/1', status: 409 });
    await recordRequest(accountId, { path: '/Users/2', status: 500 });
    await recordRequest(accountId, { path: '/Users/3', status: 200 });
    const { stdout } = await run('log', 'tail', accountId, '--json', '--failed', '-n', '1');
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      path: '/Users/2',
      status: 500,
      requestBody: { password: '[redacted]' },
    });
  });

  test.concurrent('with --follow shows each later request once, until it is interrupted', async () => {
    const { accountId } = await givenAccount(db);
    for (const path of ['/Users/1', '/Users/2']) await recordRequest(accountId, { path, status: 200 });
    const child = spawnRollcall({ DATABASE_URL: url }, [
      'log',
      'tail',
      accountId,
      '--follow',
      '--json',
      '-n',
      '1',
    ]);
    const closed = once(child, 'close');
    const paths: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const path = /"path":"([^"]+)"/u.exec(line)?.[1] ?? '';
      paths.push(path);
      if (path === '/Users/2') await recordRequest(accountId, { path: '/Users/3', status: 200 });
      if (path === '/Users/3') await recordRequest(accountId, { path: '/Users/4', status: 200 });
      if (path === '/Users/4') child.kill('SIGINT');
    }
    await closed;
    expect(child.exitCode).toBe(0);
    expect(paths).toEqual(['/Users/2', '/Users/3', '/Users/4']);
  });

  test.concurrent('ends without a complaint when its reader has read enough', async () => {
    const { accountId } = await givenAccount(db);
    await recordRequest(accountId, { path: '/Users/1', status: 200 });
    const child = spawnRollcall({ DATABASE_URL: url }, ['log', 'tail', accountId, '--follow']);
    const closed = once(child, 'close');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    await recordRequest(accountId, { path: '/Users/2', status: 200 });
    await closed;
    expect(child.exitCode).toBe(0);
  });

  test('fails with a message for an account that does not exist', async () => {
    const { exitCode, stderr } = await run('log', 'tail', 'nobody');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no account "nobody"');
  });
});

describe('rollcall doctor', () => {
  test('finds a sound installation sound', async () => {
    const { exitCode, stdout, stderr } = await run('doctor');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .every((line) => line.startsWith('ok ')),
    ).toBe(true);
  });

  test('says what to do about a schema that is behind', async () => {
    await using empty = await emptyDatabase();
    const { exitCode, stdout, stderr } = await rollcall({ DATABASE_URL: empty.url })('doctor');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('Run "rollcall migrate"');
    expect(stderr).toMatch(/^rollcall: 1 of \d checks found a problem\.\n$/u);
  });

  test('names counters that disagree with the rows', async () => {
    await using wrong = await testDatabase();
    const { accountId } = await givenAccount(wrong.db, { account: { slug: 'miscounted' } });
    await wrong.db
      .insertInto('resource_counts')
      .values({ account_id: accountId, resource: 'user', bucket: 1, amount: 5 })
      .execute();
    const { exitCode, stdout } = await rollcall({ DATABASE_URL: wrong.url })('doctor');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('miscounted: 5 users counted, 0 there');
  });

  test('names wrong settings and a missing database at once, as JSON as well', async () => {
    const { exitCode, stdout } = await rollcall({ SCIM_PORT: 'http' })('doctor', '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      findings: [
        { check: 'the settings can be used', ok: false, problem: containing('SCIM_PORT') },
        { check: 'a database is named', ok: false, problem: containing('npm start') },
      ],
    });
  });
});

describe('a database that cannot be used', () => {
  test.each([
    ['is not there', 'postgres://127.0.0.1:1/rollcall', 'cannot be reached: connect ECONNREFUSED'],
    ['has another name', () => databaseAt(url, 'no_such_database'), 'does not let us in'],
    ['is no URL', 'not a url', 'DATABASE_URL'],
  ])('is told in words when it %s', async (_, given, message) => {
    const broken = rollcall({ DATABASE_URL: typeof given === 'string' ? given : given() });
    const { exitCode, stdout, stderr } = await broken('account', 'list');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /mu);
  });

  test.concurrent('does not hold up the command when it never answers', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const silence = { DATABASE_URL: `postgres://127.0.0.1:${port}/x` };
    const { exitCode, stderr } = await rollcallProcess(silence)('account list');
    silent.close();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('did not answer');
  });
});
