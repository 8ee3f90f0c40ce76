import { request } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findAccount } from '@rollcall/domain/accounts/find-accounts';
import { type Database, openDatabase } from '@rollcall/domain/database/connection';
import { newId } from '@rollcall/domain/ids';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { readDemoAccounts } from '../../src/demo-accounts-file.ts';
import { addressOn } from '../npm-start.ts';
import { expectAccessible, expectNoSidewaysScrolling, expectShown } from './accessibility.ts';
import { signIn, useWebStack } from './web-stack.ts';

const stack = useWebStack();
const GLOBEX = 'globex-entra';
const OWNERS = { 'acme-okta': 'Ada Lindqvist', 'globex-entra': 'Grace Okafor' } as const;

type Session = Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;

const sessions = new Map<string, Session>();

/** Signed in as whoever owns the account, once for all tests. */
async function open(path: string, account: keyof typeof OWNERS = 'acme-okta'): Promise<Page> {
  const storageState = sessions.get(account);
  const page = await stack().newPage(storageState && { storageState });
  if (storageState === undefined) {
    await signIn(page, stack(), { path, account, person: OWNERS[account] });
    sessions.set(account, await page.context().storageState());
  } else {
    await page.goto(`${stack().origin}${path}`);
  }
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

/** With the service token that `npm start` has printed. */
async function change(account: string, mutation: string, input: object): Promise<void> {
  const { serviceToken = '' } = readDemoAccounts(stack().dataDir).get(account) ?? {};
  const query = `mutation ($input: ${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) {
    ... on UserError { message } } }`;
  expect(await ask(serviceToken, query, { input })).toEqual({ [mutation]: {} });
}

async function ask(token: string, query: string, variables: object = {}): Promise<unknown> {
  const response = await send(token, query, variables);
  const { data } = z.object({ data: z.unknown() }).parse(await response.json());
  return data;
}

function send(token: string, query: string, variables: object = {}): Promise<Response> {
  return fetch(stack().graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
}

/** In both color schemes and on a narrow screen. */
async function expectForEverybody(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page);
  }
  await page.setViewportSize({ width: 360, height: 740 });
  // The navigation is on its way out.
  await vi.waitFor(() => expectNoSidewaysScrolling(page));
  await page.setViewportSize({ width: 1280, height: 900 });
}

function button(page: Page | Locator, name: string | RegExp): Locator {
  return page.getByRole('button', { name, exact: typeof name === 'string' });
}

describe('the licenses', () => {
  test('tell their use, each number leading to the people, and what decides them', async () => {
    const page = await open('/licenses');
    await expectShown(page.getByRole('cell', { name: 'Not in this account.' }));
    await expectShown(page.getByRole('row', { name: /“Manage user licenses with SCIM” off In force now/u }));
    await expectForEverybody(page);
    await page.getByRole('link', { name: 'Developer: held by 4 people' }).click();
    await page.waitForURL(/\/people\?license=DEVELOPER&state=ACTIVE$/u);
    await expectShown(page.getByText('4 in all'));
    await page.goBack();
    await page.getByRole('link', { name: 'Developer, given by the default license: 4 people' }).click();
    await page.waitForURL(/source=DEFAULT$/u);
    await expectShown(page.getByText('4 in all'));
  });

  test('follow another mapping as it was shown beforehand, or say what is different by now', async () => {
    const page = await open('/licenses');
    await page.getByLabel('Groups for Read-only').fill('IT operations');
    const row = page.getByRole('row', { name: /Ada Lindqvist/u });
    await expectShown(row.getByText('The group "IT operations" of the last sign-in'));
    await expectShown(page.getByRole('row', { name: 'Developer Read-only 1 0' }));
    await expectAccessible(page);

    await change('acme-okta', 'licenseMappingSet', { mappings: { it: ['Nobody is in it'] } });
    await button(page, 'Apply to 1 person').click();
    await expectShown(page.getByRole('alert').getByRole('listitem'));
    await button(page, 'Look again').click();
    await button(page, 'Apply to 1 person').click();
    await expectShown(page.getByText('The mappings are set, and 1 person got another license or reason.'));
    await expectShown(page.getByRole('link', { name: 'Read-only: held by 1 person' }));
    expect(await page.getByLabel('Groups for Read-only').inputValue()).toBe('IT operations');
  });

  test('of a large account are brought to everybody by a job, which is watched until its result', async () => {
    const { db, accountId } = await database();
    const id = newId();
    const job = db.updateTable('jobs').where('account_id', '=', accountId).where('id', '=', id);
    await db
      .insertInto('jobs')
      .values({
        account_id: accountId,
        id,
        kind: 'recalculate-licenses',
        state: 'running',
        started_by: JSON.stringify({ kind: 'operator', name: 'test' }),
        payload: '{}',
        done: 5000,
        total: 12_000,
        created_at: new Date(),
      })
      .execute();
    const page = await open('/licenses');
    await expectShown(page.getByText('5,000 of 12,000'));
    await job.set({ done: 6000 }).execute();
    await expectShown(page.getByText('6,000 of 12,000'));
    await job
      .set({ state: 'succeeded', finished_at: new Date(), result: '{"licensesChanged":11000,"moves":[]}' })
      .execute();
    await expectShown(page.getByText('11,000 people got another license or reason'));
    await expectAccessible(page);
  });

  test('are not mapped where the account has no seats, and the draft is discarded', async () => {
    const page = await open('/licenses');
    expect(await page.getByLabel('Groups for Analyst').isDisabled()).toBe(true);
    await page.getByLabel('Groups for Developer').fill('x'.repeat(501));
    await expectShown(page.getByRole('alert'));
    await button(page, 'Discard').click();
    expect(await page.getByLabel('Groups for Developer').inputValue()).toBe('');
  });
});

describe('the default groups', () => {
  test('are left by a cleanup as planned, and filled again by undoing it', async () => {
    const page = await open('/default-groups', GLOBEX);
    await page.getByLabel('Keep people whom the identity provider does not manage').uncheck();
    await expectForEverybody(page);
    await button(page, 'Make a plan').click();
    await page.waitForURL(/\/default-groups\/cleanups\//u);
    await page.getByRole('link', { name: 'Member: 4 people leave' }).click();
    await page.waitForURL(/group=MEMBER&planned=LEAVE/u);
    await expectShown(page.getByText('4 in all'));
    await button(page, 'Clear filters').click();
    await expectShown(page.getByRole('row', { name: /Grace Okafor.*Owner.*Stays.*another administrator/u }));
    await expectForEverybody(page);

    await button(page, 'Apply the plan').click();
    await expectShown(page.getByText(/A background job makes \d+ memberships end/u));
    await expectAccessible(page);
    await button(page.getByRole('dialog'), 'Apply the plan').click();
    // Whoever comes back in the middle sees how far it is.
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.reload();
    await expectShown(page.getByText('Applied', { exact: true }));
    await expectShown(page.getByText(/\d memberships taken away/u));
    await expectShown(page.getByRole('cell', { name: 'Taken out' }));

    await button(page, 'Undo').click();
    await button(page.getByRole('dialog'), 'Undo').click();
    await expectShown(page.getByText('Undone', { exact: true }));
    await expectShown(page.getByText(/\d memberships put back/u));
    await page.getByRole('link', { name: 'All default groups' }).click();
    await expectShown(page.getByRole('link', { name: 'Member: 4 members' }));
    await expectShown(page.getByRole('row', { name: /grace\.okafor.*Undone/u }));
  });

  test('are not cleaned up by a plan that is too old, which says why, and another is made', async () => {
    const page = await open('/default-groups', GLOBEX);
    await button(page, 'Make a plan').click();
    await page.waitForURL(/\/default-groups\/cleanups\//u);
    const other = await open('/default-groups', GLOBEX);
    await other.getByRole('switch', { name: /join Member/u }).click();
    await expectShown(other.getByRole('switch', { name: /join Member/u, checked: false }));
    await button(page, 'Apply the plan').click();
    await button(page.getByRole('dialog'), 'Apply the plan').click();
    await expectShown(page.getByRole('dialog').getByRole('alert').getByRole('listitem'));
    await button(page.getByRole('dialog'), 'Cancel').click();
    const old = page.url();
    await button(page, 'Make a new plan like this one').click();
    await page.waitForURL((url) => url.href !== old);
    await expectShown(page.getByText('Planned', { exact: true }));

    await other.getByRole('switch', { name: /join Member/u }).click();
    await expectShown(other.getByRole('dialog').getByText('and gets: Member.'));
    await button(other, 'Switch on').click();
    await expectShown(other.getByRole('switch', { name: /join Member/u, checked: true }));
  });

  test('are deleted once they are empty, by typing the name', async () => {
    const page = await open('/default-groups', GLOBEX);
    await expectShown(page.getByRole('button', { name: 'Delete Owner', description: /Not possible/u }));
    await page.getByLabel('Keep people whom the identity provider does not manage').uncheck();
    await page.getByLabel('Owner', { exact: true }).uncheck();
    await button(page, 'Make a plan').click();
    await button(page, 'Apply the plan').click();
    await button(page.getByRole('dialog'), 'Apply the plan').click();
    await expectShown(page.getByText('Applied', { exact: true }));
    await page.getByRole('link', { name: 'All default groups' }).click();
    await button(page, 'Delete Member').click();
    const dialog = page.getByRole('dialog', { name: 'Delete the default group Member?' });
    expect(await button(dialog, 'Delete').isDisabled()).toBe(true);
    await dialog.getByLabel('Type Member to confirm').fill('Member');
    await button(dialog, 'Delete').click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /^Member/u }).waitFor({ state: 'detached' });
    expect(await page.getByRole('row', { name: /^Owner/u }).count()).toBe(1);
  });

  test('leave their jobs in the list of jobs', async () => {
    const page = await open('/jobs', GLOBEX);
    await expectShown(page.getByRole('row', { name: /Undo a cleanup of default groups Done/u }));
    await page.getByRole('combobox', { name: 'Work' }).click();
    await page.getByRole('option', { name: 'Clean up default groups' }).click();
    await page.waitForURL(/kind=default-group-cleanup/u);
    await expectShown(page.getByText('2 in all'));
    await expectForEverybody(page);
  });
});

describe('work that failed for good', () => {
  test('is tried again, or discarded after asking', async () => {
    await givenDeadLetter('The mail server refuses it.');
    await givenDeadLetter('The address does not exist.');
    const page = await open('/jobs');
    await button(page.getByRole('row', { name: /The mail server refuses it/u }), 'Try again').click();
    await expectShown(page.getByText('It is queued again.'));
    await page.getByText('The mail server refuses it.').waitFor({ state: 'detached' });
    await expectForEverybody(page);
    await button(page.getByRole('row', { name: /The address does not exist/u }), 'Discard').click();
    await expectShown(page.getByText('“Send a mail” will not be done'));
    await button(page.getByRole('dialog'), 'Discard').click();
    await expectShown(page.getByText('Nothing has failed.'));
  });
});

describe('service tokens', () => {
  test('are shown once, work, and are refused after they were revoked', async () => {
    const page = await open('/service-tokens');
    await button(page, 'New service token').click();
    const dialog = page.getByRole('dialog', { name: 'New service token' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill('  ');
    await dialog.getByLabel('Account viewer').check();
    await button(dialog, 'Make the token').click();
    await expectShown(dialog.getByRole('alert'));
    await dialog.getByRole('textbox', { name: 'Name' }).fill('nightly export');
    await expectAccessible(page);
    await button(dialog, 'Make the token').click();
    const value = (await page.getByText(/^rct_[^…]{20,}$/u).textContent()) ?? '';
    await expectForEverybody(page);
    expect(await statusWith(value)).toBe(200);
    await button(page, 'I have copied it').click();
    await page.getByText(value).waitFor({ state: 'detached' });

    await button(page, 'Revoke nightly export').click();
    await expectShown(page.getByText('This cannot be undone'));
    await button(page.getByRole('dialog'), 'Revoke').click();
    await expectShown(page.getByRole('row', { name: /nightly export.*Revoked/u }));
    expect(await statusWith(value)).toBe(401);
  });
});

describe('IP restrictions', () => {
  test('lock nobody out who sets them', async () => {
    const page = await open('/ip-restrictions');
    await expectShown(page.getByText('Your own address: 127.0.0.1'));
    await page.getByLabel('Range or address').fill('203.0.113.0/24');
    await page.getByLabel('Note').fill('Office');
    await button(page, 'Add').click();
    await expectShown(page.getByRole('alert').getByText('your own address is 127.0.0.1'));
    expect(await button(page, 'Set these rules').isDisabled()).toBe(true);
    await expectForEverybody(page);
    const okta = page.getByRole('region', { name: 'Okta' });
    await button(okta, 'Import the list').click();
    await okta.getByLabel('File').setInputFiles({
      name: 'ip_ranges.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"us_cell_1":{"ip_ranges":["52.10.9.74/32"]}}'),
    });
    await expectShown(okta.getByRole('alert').getByText('your own address is 127.0.0.1'));
    await button(page, 'Allow my address').click();
    await button(page, 'Set these rules').click();
    await expectShown(page.getByText('The rules are in force.'));
    await okta.getByRole('alert').waitFor({ state: 'detached' });
    await page.reload();
    await expectShown(page.getByRole('row', { name: /203\.0\.113\.0\/24.*Allow.*Office/u }));
    await expectShown(page.getByText('The rule that decides: Allow 127.0.0.1/32.'));
  });

  test('are not set where a range is none, in the words of the API', async () => {
    const page = await open('/ip-restrictions');
    await page.getByLabel('Range or address').fill('10.0.0.1/8');
    await button(page, 'Add').click();
    await expectShown(page.getByRole('alert').getByText('10.0.0.0/8'));
    await button(page, 'Discard').click();
    await page.getByText('10.0.0.1/8').waitFor({ state: 'detached' });
  });

  test('warn of tokens in use that they would refuse, and refuse them after asking', async () => {
    const page = await open('/ip-restrictions');
    await page.getByLabel('Range or address').fill('127.0.0.2');
    await button(page, 'Add').click();
    await button(page, 'Set these rules').click();
    await expectShown(page.getByText('The rules are in force.'));
    await provisionFrom('127.0.0.2');
    await button(page, 'Remove: Allow 127.0.0.2/32').click();
    await expectShown(page.getByText('Provisioning would stop'));
    await button(page, 'Set these rules').click();
    await expectShown(page.getByRole('dialog').getByText('from 1 address would be refused'));
    await expectAccessible(page);
    await button(page.getByRole('dialog'), 'Refuse them').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByText('127.0.0.2/32').waitFor({ state: 'detached' });
  });

  test('take the list that a provider publishes, again when it is old, and without it', async () => {
    const page = await open('/ip-restrictions');
    const entra = page.getByRole('region', { name: 'Microsoft Entra ID' });
    await button(entra, 'Import the list').click();
    await entra.getByLabel('File').setInputFiles({ ...listed([]), buffer: Buffer.from('no list') });
    await expectShown(entra.getByText('This file is not JSON.'));
    await entra.getByLabel('File').setInputFiles(listed(['20.190.128.0/18']));
    await expectShown(entra.getByText('Added: 1 range'));
    expect(await entra.getByLabel('Published on').inputValue()).toBe('2026-11-23');
    await button(entra, 'Import').click();
    await expectShown(page.getByText('The list of Microsoft Entra ID is imported.'));
    await expectShown(entra.getByText('326'));
    await expectForEverybody(page);

    await button(entra, 'Import the list again').click();
    await entra.getByLabel('File').setInputFiles(listed(['40.126.0.0/18']));
    await expectShown(entra.getByText('Allow 40.126.0.0/18'));
    await expectShown(entra.getByText('Removed: 1 range'));
    await button(entra, 'Import').click();
    await button(entra, 'Remove the list').click();
    await expectShown(entra.getByText('Allow 40.126.0.0/18'));
    await button(entra, 'Remove').click();
    await expectShown(page.getByText('The list of Microsoft Entra ID is removed.'));
    await expectShown(entra.getByText('Not imported.'));
  });
});

test('who may only read sees no forms, and nothing to press that is refused then', async () => {
  const { serviceToken = '' } = readDemoAccounts(stack().dataDir).get('acme-okta') ?? {};
  const bruno = await ask(serviceToken, `{ account { user(userName: "bruno.costa@acme.example") { id } } }`);
  const userIds = [
    z.object({ account: z.object({ user: z.object({ id: z.string() }) }) }).parse(bruno).account.user.id,
  ];
  const made = await ask(
    serviceToken,
    `mutation ($input: GroupCreateInput!) { groupCreate(input: $input) { ... on GroupCreatePayload { group { id } } } }`,
    { input: { displayName: 'Auditors', userIds } },
  );
  const { groupCreate } = z
    .object({ groupCreate: z.object({ group: z.object({ id: z.string() }) }) })
    .parse(made);
  await change('acme-okta', 'groupPermissionSetGrant', {
    groupId: groupCreate.group.id,
    permissionSet: 'ACCOUNT_VIEWER',
  });
  const page = await stack().newPage();
  await signIn(page, stack(), { path: '/licenses', person: 'Bruno Costa' });
  await expectShown(page.getByRole('heading', { name: 'Groups for Read-only' }));
  for (const [name, text] of [
    ['Default groups', 'Nothing but the own profile'],
    ['IP restrictions', 'Your own address: 127.0.0.1'],
    ['Service tokens', 'npm start'],
    ['Background jobs', 'Nothing has failed.'],
  ] as const) {
    await page.getByRole('link', { name, exact: true }).click();
    await expectShown(page.getByText(text));
    // Nothing besides what every page has, and the filters and pages of lists.
    const buttons = await page.locator('main').getByRole('button').allTextContents();
    expect(buttons).toEqual([]);
    expect(await page.locator('main').getByRole('switch').count()).toBe(0);
  }
});

/** In the shape of Microsoft's file, and larger than the API reads requests. */
function listed(addressPrefixes: readonly string[]): { name: string; mimeType: string; buffer: Buffer } {
  const others = Array.from({ length: 4000 }, (_, n) => ({
    name: `Service${n}`,
    properties: { addressPrefixes: ['4.145.74.52/30', '20.0.0.0/30', '2603:1006:2000::/48'] },
  }));
  const values = [...others, { name: 'AzureActiveDirectory', properties: { addressPrefixes } }];
  return {
    name: 'ServiceTags_Public_20261123.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify({ changeNumber: 326, cloud: 'Public', values })),
  };
}

async function statusWith(token: string): Promise<number> {
  return (await send(token, '{ viewer { name } }')).status;
}

/** A request of acme-okta's identity provider from another address of this machine. */
async function provisionFrom(localAddress: string): Promise<void> {
  const { scimToken = '' } = readDemoAccounts(stack().dataDir).get('acme-okta') ?? {};
  const url = `${addressOn(stack().screen, 'SCIM base URL')}/Users?count=1`;
  const status = await new Promise((done, fail) => {
    request(url, { localAddress, headers: { authorization: `Bearer ${scimToken}` } }, (response) => {
      response.resume();
      done(response.statusCode);
    })
      .on('error', fail)
      .end();
  });
  expect(status).toBe(200);
}

/** Of acme-okta, as the worker leaves one. */
async function givenDeadLetter(error: string): Promise<void> {
  const { db, accountId } = await database();
  await db
    .insertInto('dead_letters')
    .values({
      account_id: accountId,
      id: newId(),
      task: 'send-mail',
      payload: JSON.stringify({ mail: 'invitation', accountId, invitationId: newId() }),
      error,
      attempts: 3,
      enqueued_at: new Date(),
      failed_at: new Date(),
    })
    .execute();
}

/** What only the worker does to the account acme-okta is done in its place. */
async function database(): Promise<{ db: Database; accountId: string }> {
  const { url } = z
    .object({ url: z.string() })
    .parse(JSON.parse(readFileSync(join(stack().dataDir, 'connection.json'), 'utf8')));
  const db = await openDatabase({
    url,
    poolSize: 1,
    applicationName: 'test',
    onIdleConnectionError: () => undefined,
  });
  onTestFinished(() => db[Symbol.asyncDispose]());
  const accountId = (await findAccount(db, 'acme-okta'))?.id ?? '';
  return { db, accountId };
}
