import { describe, expect, test } from 'vitest';
import { rollcall, rollcallProcess } from './rollcall.ts';

const run = rollcall({});

describe('wrong usage', () => {
  test.each([
    [[], 'Usage: rollcall'],
    [['account'], 'Usage: rollcall account'],
    [['acount', 'list'], "unknown command 'acount'"],
    [['migrate', 'twice'], 'too many arguments'],
    [['account', 'create'], "missing required argument 'slug'"],
    [['account', 'create', 'a', '--plan', 'gold'], 'Allowed choices'],
    [['account', 'create', 'a', '--seats', 'analyst'], 'analyst=20'],
    [['account', 'create', 'a', '--seats', 'gold=2'], 'Write one of developer'],
    [['account', 'create', 'a', '--with-tokens'], "needs '--enable-scim'"],
    [['account', 'create', 'a', '--owner-name', 'A B'], "needs '--owner'"],
    [['account', 'list', 'acme'], 'too many arguments'],
    [['account', 'show'], "missing required argument 'account'"],
    [['scim', 'enable'], "missing required argument 'account'"],
    [['scim', 'disable', 'a', '--force'], "unknown option '--force'"],
    [['scim', 'set', 'a'], 'at least one setting'],
    [['scim', 'set', 'a', '--preview'], 'at least one setting'],
    [['domain', 'add', 'a'], "missing required argument 'domain'"],
    [['groups', 'list', 'a', '--after', 'x'], 'Write an id'],
    [['groups', 'list', 'a', '--managed', 'x'], 'Allowed choices'],
    [['users', 'list', 'a', '--after', 'x'], 'Write an id'],
    [['group', 'members', 'a'], "missing required argument 'group-id'"],
    [['user', 'show', 'a'], "missing required argument 'user'"],
    [['default-groups', 'plan', 'a', '--group', 'all'], 'Allowed choices'],
    [['jobs', 'list', 'a', '--state', 'x'], 'Allowed choices'],
    [['dead-letter', 'retry', 'a'], "missing required argument 'id'"],
    [['scim', 'set', 'a', '--manual-updates', 'yes'], 'Write on or off'],
    [['schema', 'define', 'a'], "required option '--file <path>'"],
    [['schema', 'define', 'a', '--file', 'f', '--resource-type', 'Role'], 'Allowed choices'],
    [['schema', 'change', 'a'], "required option '--file <path>'"],
    [['schema', 'show', 'a'], "missing required argument 'urn'"],
    [['schema', 'remove', 'a'], "missing required argument 'urn'"],
    [['token', 'create', 'a'], "required option '--name <name>'"],
    [['token', 'create', 'a', '--name', 'n', '--expires', 'soon'], '2027-01-31'],
    [['token', 'create', 'a', '--name', 'n', '--service'], "'--permission-set' need each other"],
    [
      ['token', 'create', 'a', '--name', 'n', '--service', '--permission-set', 'root'],
      'Write one of account_admin',
    ],
    [['token', 'list'], "missing required argument 'account'"],
    [['token', 'revoke', 'a'], "missing required argument 'token-id'"],
    [['license', 'mapping', 'set', 'a', 'gold', 'g'], 'Write one of developer'],
    [['license', 'mapping', 'set', 'a', 'it'], 'name the groups'],
    [['license', 'mapping', 'list'], "missing required argument 'account'"],
    [['users', 'list', 'a', '--limit', '0'], 'from 1 to 1000'],
    [['users', 'list', 'a', '--state', 'gone'], 'Allowed choices'],
    [['user', 'erase', 'a'], "missing required argument 'user-id'"],
    [['user', 'restore'], "missing required argument 'account'"],
    [['invitation', 'accept', 'a'], "missing required argument 'email'"],
    [['invitation', 'resend'], "missing required argument 'account'"],
    [['log', 'tail', 'a', '-n', 'all'], 'from 1 to 1000'],
    [['doctor', 'now'], 'too many arguments'],
  ] satisfies [string[], string][])('rollcall %j exits with 2 and says why', async (args, message) => {
    const { exitCode, stdout, stderr } = await run('', ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

test('the process ends with the code of the command, before any database is looked for', async () => {
  expect(await rollcallProcess({})('users list acme --limit 0')).toMatchObject({ exitCode: 2, stdout: '' });
});

describe('--help', () => {
  test.each([
    ['migrate'],
    ['account create'],
    ['account list'],
    ['account show'],
    ['account set'],
    ['schema define'],
    ['schema list'],
    ['schema show'],
    ['schema change'],
    ['schema remove'],
    ['scim enable'],
    ['scim disable'],
    ['scim set'],
    ['token create'],
    ['token list'],
    ['token revoke'],
    ['license mapping set'],
    ['license mapping list'],
    ['users list'],
    ['user erase'],
    ['user restore'],
    ['invitation accept'],
    ['invitation resend'],
    ['log tail'],
    ['doctor'],
  ])('rollcall %s --help explains the verb with an example', async (verb) => {
    const { exitCode, stdout } = await run(verb, '--help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`$ rollcall ${verb}`);
    expect(stdout).toContain('--json');
  });
});
