import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { expectAccessible, expectNoSidewaysScrolling, expectShown } from './accessibility.ts';
import { ask, provision } from './demo-account.ts';
import { signIn, useWebStack } from './web-stack.ts';

const stack = useWebStack();
const SCIM = '/sso-and-scim';
/** Many pages, one after another. */
const WITHIN_MS = 60_000;
const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
const LICENSE_SCHEMA = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';

async function opened(path: string, account?: { account: string; person: string }): Promise<Page> {
  const page = await stack().newPage();
  await signIn(page, stack(), { path, ...account });
  return page;
}

/** What somebody else does meanwhile in acme-okta, by the API. */
async function changeElsewhere(input: Record<string, unknown>): Promise<void> {
  const mutation = `mutation ($input: ScimConfigurationUpdateInput!) {
    scimConfigurationUpdate(input: $input) { __typename } }`;
  const { scimConfigurationUpdate } = await ask(stack(), mutation, { input });
  expect(scimConfigurationUpdate).toEqual({ __typename: 'ScimConfigurationUpdatePayload' });
}

const FOUND = z.object({ account: z.object({ user: z.object({ id: z.string() }) }) });

async function idOf(userName: string): Promise<string> {
  const query = 'query ($userName: String) { account { user(userName: $userName) { id } } }';
  return FOUND.parse(await ask(stack(), query, { userName })).account.user.id;
}

async function chooseLicenseElsewhere(userName: string, licenseType: string): Promise<void> {
  const mutation = 'mutation ($input: UserLicenseSetInput!) { userLicenseSet(input: $input) { __typename } }';
  const input = { id: await idOf(userName), licenseType };
  const { userLicenseSet } = await ask(stack(), mutation, { input });
  expect(userLicenseSet).toEqual({ __typename: 'UserLicenseSetPayload' });
}

const MADE = z.object({ groupCreate: z.object({ group: z.object({ id: z.string() }) }) });

/** Lets somebody read everything, and change nothing. */
async function makeViewer(userName: string): Promise<void> {
  const create = `mutation ($input: GroupCreateInput!) {
    groupCreate(input: $input) { ... on GroupCreatePayload { group { id } } } }`;
  const input = { displayName: 'Auditors', userIds: [await idOf(userName)] };
  const { id } = MADE.parse(await ask(stack(), create, { input })).groupCreate.group;
  const grant = `mutation ($input: GroupPermissionSetGrantInput!) {
    groupPermissionSetGrant(input: $input) { __typename } }`;
  await ask(stack(), grant, { input: { groupId: id, permissionSet: 'ACCOUNT_VIEWER' } });
}

async function baseUrlOn(page: Page): Promise<string> {
  const url = await page
    .getByText(/^http\S+\/scim\/v2\/\S+$/u)
    .first()
    .textContent();
  return z.string().parse(url);
}

/** Provisions somebody with a token of the test's own. */
function post(baseUrl: string, token: string, userName: string): Promise<Response> {
  return fetch(`${baseUrl}/Users`, {
    method: 'POST',
    headers: { 'content-type': 'application/scim+json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ schemas: [USER_SCHEMA], userName }),
  });
}

/** In the dialog that is open: what was made is shown this once. */
async function shownToken(page: Page): Promise<string> {
  const value = await page
    .getByRole('dialog')
    .getByText(/^rcs_\S{20,}$/u)
    .textContent();
  await page.getByRole('button', { name: 'I have stored it' }).click();
  return z.string().parse(value);
}

/** A custom schema with text attributes of these names. */
function payroll(...names: string[]): string {
  const attributes = names.map((name) => ({ name, type: 'string' }));
  return JSON.stringify({ id: 'urn:example:scim:Payroll', name: 'Payroll', attributes });
}

describe('provisioning', () => {
  test('is turned off and on again after a look at what that brings', async () => {
    const page = await opened(SCIM);
    await expectShown(page.getByText('SCIM is on'));
    await page.getByRole('link', { name: 'Turn off…' }).click();
    await expectShown(page.getByText(/are refused with 403 until SCIM is enabled again/u));
    await expectShown(page.getByRole('heading', { name: 'Groups at the next sign-in' }));
    await page.getByRole('button', { name: 'Turn SCIM off' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Turn SCIM off' }).click();
    await expectShown(page.getByText('The setting is now: Off.'));
    await page.getByRole('link', { name: 'All settings' }).click();
    await expectShown(page.getByText('these settings rest until it is turned on'));

    await page.getByRole('link', { name: 'Turn on…' }).click();
    await expectShown(page.getByText(/administrator holds account_admin only through a default group/u));
    await page
      .getByText(/^Show which one$/u)
      .first()
      .click();
    await expectShown(page.getByRole('link', { name: 'ada.lindqvist@acme.example' }));
    await page.getByRole('button', { name: 'Turn SCIM on' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Turn SCIM on' }).click();
    await expectShown(page.getByText('The setting is now: On.'));
  });

  test('has tokens that are made, used, exchanged and revoked', async () => {
    const page = await opened(SCIM);
    const baseUrl = await baseUrlOn(page);
    await page.getByRole('button', { name: 'New token' }).click();
    await expectAccessible(page);
    await page.getByRole('textbox', { name: 'Name' }).fill(' ');
    await page.getByRole('button', { name: 'Make the token' }).click();
    await expectShown(page.getByRole('dialog').getByRole('alert'));
    await page.getByRole('textbox', { name: 'Name' }).fill('Okta test');
    await page.getByRole('button', { name: 'Make the token' }).click();
    const first = await shownToken(page);
    expect((await post(baseUrl, first, 'olga@acme.example')).status).toBe(201);

    await page.getByRole('button', { name: 'Exchange: Okta test' }).click();
    await page.getByRole('button', { name: 'Make the new token' }).click();
    await expectShown(page.getByRole('dialog').getByText('The old token ends'));
    const second = await shownToken(page);
    await expectShown(page.getByText('Being replaced'));
    const old = page.getByRole('row').filter({ hasText: 'Being replaced' });
    await expectShown(old.getByText(/just now from \S+/u));
    expect((await post(baseUrl, first, 'pavel@acme.example')).status).toBe(201);
    expect((await post(baseUrl, second, 'quinn@acme.example')).status).toBe(201);

    await old.getByRole('button', { name: 'Revoke: Okta test' }).click();
    await expectShown(page.getByRole('dialog').getByText('It was used lately'));
    const revoke = page.getByRole('button', { name: 'Revoke the token' });
    expect(await revoke.isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: 'Type Okta test to confirm' }).fill('Okta test');
    await revoke.click();
    await page.getByText('Being replaced').waitFor({ state: 'detached' });
    await expect.poll(async () => (await post(baseUrl, first, 'ruth@acme.example')).status).toBe(401);
    await page.getByRole('switch', { name: /no longer work/u }).click();
    await expectShown(page.getByText('Revoked'));
  });

  test('has settings that are changed exactly as their preview says', async () => {
    const page = await opened(SCIM);
    await page.getByRole('link', { name: 'Change: Default license' }).click();
    await page.getByRole('radio', { name: 'Read-only' }).click();
    await page.waitForURL(/settings\/defaultLicenseType\?to=READ_ONLY$/u);
    await expectShown(page.getByText(/for whom no other rule decides get read_only/u));
    await expectShown(page.getByText('Nobody’s license would change.'));
    await page.getByRole('button', { name: 'Apply exactly this' }).click();
    await expectShown(page.getByText('The setting is now: Read-only.'));
    await page.getByRole('link', { name: 'All settings' }).click();
    await expectShown(
      page.getByRole('listitem').filter({ hasText: 'Default license' }).getByText('Read-only'),
    );
  });

  test('shows whose license turning it on changes, and refuses when that is different by then', async () => {
    for (const userName of ['ines@acme.example', 'ivo@acme.example']) {
      const licensed = { [LICENSE_SCHEMA]: { licenseType: 'it' } };
      await provision(stack(), 'Users', { schemas: [USER_SCHEMA], userName, ...licensed });
    }
    await changeElsewhere({ enabled: false });
    await chooseLicenseElsewhere('ines@acme.example', 'READ_ONLY');
    const page = await opened(`${SCIM}/settings/enabled?to=true`);
    await expectShown(page.getByRole('row', { name: /ines@acme.example.* Read-only IT/u }));
    await chooseLicenseElsewhere('ivo@acme.example', 'READ_ONLY');
    const turnOn = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Turn SCIM on' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Turn SCIM on' }).click();
    };
    await turnOn();
    await expectShown(page.getByRole('alert').getByRole('listitem'));
    await page.getByRole('button', { name: 'Look again' }).click();
    await turnOn();
    await expectShown(page.getByText('The licenses of 2 people changed.'));
  });

  test('refuses a setting that somebody else changed meanwhile, and shows a new preview', async () => {
    const page = await opened(`${SCIM}/settings/dialects?to=STRICT`);
    await expectShown(page.getByText(/What deviates from the RFCs is refused/u));
    await changeElsewhere({ cursorPagination: false });
    await page.getByRole('button', { name: 'Apply exactly this' }).click();
    await expectShown(page.getByRole('alert').getByText('Somebody else changed this meanwhile.'));
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByRole('button', { name: 'Apply exactly this' }).click();
    await expectShown(page.getByText('The setting is now: Strict.'));
    await page.getByRole('radio', { name: 'Lenient' }).click();
    await page.getByRole('button', { name: 'Apply exactly this' }).click();
    await expectShown(page.getByText('The setting is now: Lenient.'));
  });
});

describe('the set-up guides', () => {
  test('have this account’s own values', async () => {
    const page = await opened(`${SCIM}/set-up`);
    for (const [client, title, copied] of [
      ['okta', 'Set up Okta', 'Copy SCIM connector base URL'],
      ['entra', 'Set up Microsoft Entra ID', 'Copy Tenant URL'],
      ['other', 'Set up another SCIM client', 'Copy Base URL'],
    ] as const) {
      await page.getByRole('link', { name: `Open the guide: ${title}` }).click();
      await page.waitForURL(new RegExp(`/set-up/${client}$`, 'u'));
      await expectShown(page.getByRole('button', { name: copied }));
      await expectShown(page.getByText('Verified domains: acme.example'));
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(title);
      await page.getByRole('link', { name: 'All guides' }).click();
    }
  });

  test('notice the first request while one waits', async () => {
    const page = await opened(`${SCIM}/set-up/entra`, { account: 'globex-entra', person: 'Grace Okafor' });
    await expectShown(page.getByText('Waiting for the first request…'));
    await page.getByRole('button', { name: 'Make a token for it' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Entra');
    await page.getByRole('button', { name: 'Make the token' }).click();
    const token = await shownToken(page);
    const url =
      (await page
        .getByText(/\?aadOptscim062020$/u)
        .first()
        .textContent()) ?? '';
    const [baseUrl = ''] = url.split('?');
    const query = '?aadOptscim062020&filter=userName+eq+"nobody"';
    const answer = await fetch(`${baseUrl}/Users${query}`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    await expectShown(page.getByText('Requests arrive'));
  });
});

describe('the sign-on provider', () => {
  test('is shown with what to register, tested, and refused by the field that is wrong', async () => {
    const page = await opened(`${SCIM}/sign-on`);
    await expectShown(page.getByText(/\/sign-in\/callback$/u));
    await page.getByRole('button', { name: 'Test it' }).click();
    await expectShown(page.getByText('The test passed'));
    await page.getByRole('textbox', { name: 'Issuer' }).fill('acme');
    await page.getByRole('button', { name: 'Save the change' }).click();
    await page.getByRole('button', { name: 'Change it' }).click();
    await expectShown(page.getByRole('alert'));
    expect(await page.getByRole('textbox', { name: 'Issuer' }).getAttribute('aria-invalid')).toBe('true');
  });

  test('signs everybody out when it is disconnected, and asks before', async () => {
    const page = await opened(`${SCIM}/sign-on`, { account: 'globex-entra', person: 'Grace Okafor' });
    await page.getByRole('button', { name: 'Disconnect…' }).click();
    await page.getByRole('textbox', { name: 'Type globex-entra to confirm' }).fill('globex-entra');
    await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await page.waitForURL(/\/sign-in/u);
    await page.goto(`${stack().origin}/sign-in/globex-entra`);
    expect(await page.getByRole('button', { name: /Grace Okafor/u }).count()).toBe(0);
  });
});

describe('a domain', () => {
  test('is added with the record to publish, looked for, removed, and used', async () => {
    const page = await opened(`${SCIM}/domains`);
    const field = page.getByRole('textbox', { name: 'Domain' });
    await field.fill('not a domain');
    await page.getByRole('button', { name: 'Add a domain' }).click();
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
    await field.fill('new.invalid');
    await page.getByRole('button', { name: 'Add a domain' }).click();
    await expectShown(page.getByText('_rollcall-challenge.new.invalid'));
    await page.getByRole('button', { name: 'What verifying it brings: new.invalid' }).click();
    await expectShown(page.getByText(/New people/u));
    await page.getByRole('button', { name: 'Check now: new.invalid' }).click();
    await expectShown(page.getByText('The record was not found'));
    await page.getByRole('button', { name: 'Remove: new.invalid' }).click();
    await expectShown(page.getByText('It was not verified: nothing changes for anybody.'));
    await page.getByRole('button', { name: 'Remove the domain' }).click();
    await page.getByText('_rollcall-challenge.new.invalid').waitFor({ state: 'detached' });

    // One that is verified offers to activate whoever was invited there before.
    await page.getByRole('button', { name: 'Activate invited people: acme.example' }).click();
    await expectShown(page.getByText('Nobody is invited in this domain.'));
  });
});

test('a custom schema is defined, changed as its preview says, and taken away', async () => {
  const page = await opened(`${SCIM}/custom-attributes`);
  await page.getByRole('link', { name: 'Define a schema' }).click();
  const text = page.getByRole('textbox', { name: 'The schema (JSON)' });
  await text.fill('{');
  await expectShown(page.getByText(/^This is no JSON/u));
  await text.fill(
    '{ "id": "payroll", "name": "Payroll", "attributes": [{ "name": "a", "type": "string" }] }',
  );
  await page.getByRole('button', { name: 'Define it' }).click();
  await expectShown(page.getByRole('alert'));
  await text.fill(payroll('costCenter'));
  await page.getByRole('button', { name: 'Define it' }).click();
  await expectShown(page.getByRole('heading', { name: 'Payroll' }));
  await provision(stack(), 'Users', {
    schemas: [USER_SCHEMA],
    userName: 'uma@acme.example',
    'urn:example:scim:Payroll': { costCenter: '7' },
  });
  await text.fill(payroll('site'));
  await page.getByRole('button', { name: 'Look at what changes' }).click();
  await expectShown(page.getByText('costCenter: with one value'));
  expect(await page.getByRole('button', { name: 'Apply exactly this' }).isDisabled()).toBe(true);
  await page.getByRole('checkbox', { name: 'Delete these values, for good' }).check();
  await page.getByRole('button', { name: 'Apply exactly this' }).click();
  await expectShown(page.getByRole('cell', { name: 'site', exact: true }));
  await expectShown(page.getByText(/: done$/u));
  await page.getByRole('button', { name: 'Take it away…' }).click();
  await page.getByRole('button', { name: 'Take it away', exact: true }).click();
  await expectShown(page.getByText('No schema of your own'));
});

test('who may only read sees everything and nothing to change it by', async () => {
  await makeViewer('bruno.costa@acme.example');
  const page = await opened(SCIM, { account: 'acme-okta', person: 'Bruno Costa' });
  await expectShown(page.getByRole('row', { name: /npm start/u }));
  await expectShown(page.getByText('The attribute comes first'));
  expect(await page.getByRole('button', { name: /New token|Revoke|Exchange/u }).count()).toBe(0);
  expect(await page.getByRole('link', { name: /Change:|Turn off/u }).count()).toBe(0);
  await page.goto(`${stack().origin}${SCIM}/settings/dialects?to=STRICT`);
  const apply = page.getByRole('button', { name: 'Apply exactly this' });
  await expectShown(apply);
  expect(await apply.getAttribute('aria-disabled')).toBe('true');
  await page.getByRole('link', { name: 'Sign-on provider' }).click();
  await expectShown(page.getByRole('heading', { name: 'The connected provider' }));
  await page.getByRole('link', { name: 'Domains' }).click();
  await expectShown(page.getByRole('heading', { name: 'acme.example' }));
  expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
});

test.each(['light', 'dark'] as const)(
  'all of it can be used by everybody, in %s colors and on a narrow screen',
  async (colorScheme) => {
    const page = await stack().newPage({ colorScheme, viewport: { width: 360, height: 740 } });
    await signIn(page, stack(), { path: SCIM });
    for (const [path, shown] of [
      ['', 'Tokens'],
      ['/settings/enabled?to=false', 'Groups at the next sign-in'],
      ['/set-up', 'What this account has'],
      ['/set-up/okta', 'If something is refused'],
      ['/sign-on', 'What to enter at the provider'],
      ['/domains', 'acme.example'],
      ['/custom-attributes', 'No schema of your own'],
      ['/custom-attributes/new', 'Define a schema'],
    ] as const) {
      await page.goto(`${stack().origin}${SCIM}${path}`);
      await expectShown(page.getByRole('heading', { name: shown }));
      await expectAccessible(page);
      await expectNoSidewaysScrolling(page);
    }
  },
  WITHIN_MS,
);
