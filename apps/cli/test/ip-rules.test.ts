import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTokenCache } from '@rollcall/domain/scim-access/authenticate';
import { testDatabase } from '@rollcall/domain/testing/database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { property, rollcall } from './rollcall.ts';

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const run = rollcall({ DATABASE_URL: database.url });

const folder = mkdtempSync(join(tmpdir(), 'rollcall-ip-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));
const entra = join(folder, 'ServiceTags_Public_20261123.json');
const okta = join(folder, 'ip_ranges.json');

beforeAll(async () => {
  await run.json('account', 'create', 'acme', '--enable-scim');
  const tag = { name: 'AzureActiveDirectory', properties: { addressPrefixes: ['20.190.128.0/18'] } };
  writeFileSync(entra, JSON.stringify({ changeNumber: 326, values: [tag] }));
  writeFileSync(okta, JSON.stringify({ us_cell_1: { ip_ranges: ['3.130.205.208/28'] } }));
});

describe('rollcall ip-rules', () => {
  test('set replaces the rules by hand, show prints them, --none ends them', async () => {
    expect((await run('ip-rules', 'show', 'acme')).stdout).toContain('from every address');
    const set = await run(
      'ip-rules',
      'set',
      'acme',
      '--allow',
      '203.0.113.0/24=Office',
      '--deny',
      '203.0.113.9',
    );
    expect(set).toMatchObject({ exitCode: 0, stderr: '' });
    expect(set.stdout).toContain('allow 203.0.113.0/24 is added');
    const shown = await run('ip-rules', 'show', 'acme');
    expect(shown.stdout).toMatch(/^203\.0\.113\.0\/24 +allow +Office$/mu);
    expect(shown.stdout).toMatch(/^203\.0\.113\.9\/32 +deny +–$/mu);
    expect(shown.stdout).toContain('All other addresses are denied.');
    await run.json('ip-rules', 'set', 'acme', '--none');
    expect(await run.json('ip-rules', 'show', 'acme')).toMatchObject({ rules: [], lists: [] });
  });

  test('import takes the day from the name of the file and shows the age; remove takes it back', async () => {
    const dry = await run('ip-rules', 'import', 'acme', 'entra', '--file', entra, '--preview');
    expect(dry.stdout).toContain('allow 20.190.128.0/18 would be added');
    expect(await run.json('ip-rules', 'import', 'acme', 'entra', '--file', entra)).toMatchObject({
      rules: { lists: [{ provider: 'entra', changeNumber: 326, publishedOn: '2026-11-23' }] },
    });
    await run.json('ip-rules', 'import', 'acme', 'okta', '--file', okta);
    const shown = await run('ip-rules', 'show', 'acme');
    expect(shown.stdout).toMatch(/^entra +1 +326 +2026-11-23 .* \d+ days?$/mu);
    expect(shown.stdout).toMatch(/^okta +1 +– +– .* 0 days$/mu);
    await run.json('ip-rules', 'remove', 'acme', 'okta');
    await run.json('ip-rules', 'remove', 'acme', 'entra');
    const gone = await run('ip-rules', 'remove', 'acme', 'entra');
    expect(gone).toMatchObject({ exitCode: 1 });
    expect(gone.stderr).toContain('No list of Microsoft Entra ID');
  });

  test('a change that refuses tokens used lately needs a confirmation, and changes nothing without', async () => {
    const accountId = property(await run.json('account create used --enable-scim'), 'accountId');
    const value = property(await run.json('token', 'create', 'used', '--name', 'Okta'), 'value');
    const tokens = openTokenCache(database.db, {
      onError: (error) => {
        throw error;
      },
    });
    await tokens.authenticate(accountId, value, '192.0.2.1');
    await tokens[Symbol.asyncDispose]();
    const set = 'ip-rules set used --allow 203.0.113.0/24';
    const dry = await run(set, '--preview');
    expect(dry).toMatchObject({ exitCode: 0 });
    expect(dry.stdout).toMatch(/^ {2}Okta \(rcs_….*\) from 192\.0\.2\.1, last used 20/mu);
    const refused = await run(set);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain('Nothing was changed.');
    expect(await run.json('ip-rules', 'show', 'used')).toMatchObject({ version: 0 });
    expect(await run.json(set, '--refuse-tokens')).toMatchObject({
      rules: { version: 1 },
      refusedTokens: [{ address: '192.0.2.1' }],
    });
  });

  test.each([
    [['set', 'acme', '--allow', 'office'], 'no range of addresses'],
    [['set', 'acme', '--allow', '203.0.113.9/24'], 'The range is 203.0.113.0/24'],
    [['set', 'acme', '--allow', '::1', '--deny', '::1'], 'is allowed and denied'],
    [['set', 'nobody', '--none'], 'no account "nobody"'],
    [['import', 'acme', 'okta', '--file', '/nonexistent.json'], '/nonexistent.json cannot be read'],
    [['import', 'acme', 'okta', '--file', entra], 'This is not the list of ranges that Okta publishes'],
    [['import', 'acme', 'okta', '--file', okta, '--published-on', 'monday'], 'Write the day of publication'],
  ])('%j fails in words', async (words, said) => {
    const failed = await run('ip-rules', ...words);
    expect(failed).toMatchObject({ exitCode: 1, stdout: '' });
    expect(failed.stderr).toContain(said);
    expect(failed.stderr).not.toContain('    at ');
  });

  test.each([
    [['set', 'acme'], "'--none' to end the rules"],
    [['set', 'acme', '--none', '--allow', '::1'], "'--none' to end the rules"],
    [['import', 'acme', 'google', '--file', 'f'], 'Allowed choices are entra, okta'],
    [['import', 'acme', 'okta'], "required option '--file <path>'"],
  ])('%j is wrong usage', async (words, said) => {
    const failed = await run('ip-rules', ...words);
    expect(failed).toMatchObject({ exitCode: 2 });
    expect(failed.stderr).toContain(said);
  });
});
