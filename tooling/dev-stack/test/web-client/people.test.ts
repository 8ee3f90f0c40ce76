import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { expectAccessible, expectNoSidewaysScrolling, expectShown } from './accessibility.ts';
import { allowManualUpdates, ask, provision } from './demo-account.ts';
import { openAs } from './open-as.ts';
import { signIn, useWebStack } from './web-stack.ts';

const stack = useWebStack();

beforeAll(async () => {
  const name = { givenName: 'Ana', familyName: 'Ito' };
  await provision(stack(), 'Users', {
    userName: 'ana.ito@acme.example',
    name,
    'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User': { licenseType: 'it' },
  });
  await provision(stack(), 'Users', { userName: 'ben@elsewhere.example', displayName: 'Ben Okri' });
});

async function idOf(userName: string): Promise<string> {
  const answer = await ask(
    stack(),
    `query ($userName: String) { account { user(userName: $userName) { id } } }`,
    {
      userName,
    },
  );
  return z.object({ account: z.object({ user: z.object({ id: z.string() }) }) }).parse(answer).account.user
    .id;
}

/** A window in which Ada looks at somebody. */
async function lookAt(name: string, options?: BrowserContextOptions): Promise<Page> {
  const path = `/people?${new URLSearchParams({ search: name }).toString()}`;
  const page = await openAs(stack(), path, options);
  await page.getByRole('table').getByRole('link', { name }).click();
  await expectShown(page.getByRole('heading', { level: 1, name }));
  return page;
}

/** Answers the question that is asked before a change. */
async function confirm(page: Page, button: string, action = button): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

describe('whoever opens a page', () => {
  test('signs in first, and is led back to it', async () => {
    const page = await stack().newPage();
    await page.goto(`${stack().origin}/people?state=ACTIVE`);
    await page.waitForURL(/\/sign-in\?/u);
    await page.getByRole('textbox').fill('acme-okta');
    await page.getByRole('button').click();
    await page.getByRole('button', { name: /Ada Lindqvist/u }).click();
    await page.waitForURL(/\/people\?state=ACTIVE$/u);
    await expectShown(page.getByRole('heading', { name: 'People' }));
  });

  test('is told where to go when there is no such page', async () => {
    const page = await stack().newPage();
    await signIn(page, stack(), { path: '/nowhere' });
    await expectShown(page.getByRole('heading', { name: 'There is no such page' }));
    await expectAccessible(page);
  });

  test('signs out, and needs to sign in again', async () => {
    const page = await stack().newPage();
    await signIn(page, stack(), { path: '/people' });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/people'));
    await page.goto(`${stack().origin}/people`);
    await page.waitForURL(/\/sign-in/u);
    await expectShown(page.getByRole('heading', { name: 'Sign in' }));
  });
});

describe('the list of people', () => {
  test('is searched, filtered and sorted, and what is chosen is in the address', async () => {
    const page = await openAs(stack(), '/people');
    await expectShown(page.getByRole('link', { name: 'Bruno Costa' }));
    await page.getByRole('searchbox', { name: 'Name or address' }).fill('ngu');
    await page.waitForURL(/search=ngu/u);
    await expectShown(page.getByText('1 in all'));
    expect(await page.getByRole('row').count()).toBe(2);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('button', { name: 'Sort by User name' }).click();
    await page.getByRole('button', { name: 'Sort by User name' }).click();
    await page.waitForURL(/order=desc/u);
    await expectShown(page.getByRole('row').nth(1).getByText('deniz.yilmaz@acme.example'));
  });

  test.each(['light', 'dark'] as const)(
    'can be used by everybody, in %s colors and on a narrow screen',
    async (colorScheme) => {
      const page = await openAs(stack(), '/people', { colorScheme, viewport: { width: 360, height: 740 } });
      await expectShown(page.getByRole('link', { name: 'Bruno Costa' }));
      await expectAccessible(page);
      await expectNoSidewaysScrolling(page);
    },
  );
});

describe('the page of a person', () => {
  test('tells why they hold their license, and takes another choice', async () => {
    const page = await lookAt('Bruno Costa');
    const why = page.getByRole('table', { name: /^Why/u });
    await expectShown(why.getByRole('row', { name: /holds developer already/u }).getByText('Decided'));
    await expectShown(page.getByText(/A choice by an administrator, where that rule/u));
    await page.getByRole('button', { name: 'Change license' }).click();
    await page.getByRole('dialog').getByRole('combobox', { name: 'License' }).click();
    await page.getByRole('option', { name: /Read-only/u }).click();
    await expectShown(page.getByText('Now: Developer. Then: Read-only, as an administrator’s choice.'));
    await page.getByRole('dialog').getByRole('button', { name: 'Change license' }).click();
    await expectShown(
      why.getByRole('row', { name: /An administrator chose read_only/u }).getByText('Decided'),
    );
    await expectShown(
      page
        .getByRole('table', { name: 'Changes' })
        .getByRole('row', { name: /License changed.*script|License changed.*Administrator/iu }),
    );
  });

  test('locks what the identity provider manages, and says why', async () => {
    const page = await lookAt('Ana Ito');
    for (const name of ['Deactivate', 'Delete', 'Edit profile', 'Change license']) {
      const button = page.getByRole('button', { name, exact: true });
      expect(await button.getAttribute('aria-disabled')).toBe('true');
      expect(await button.getAttribute('aria-description')).toContain('allowManualUpdates is off');
    }
    await page.getByRole('button', { name: 'Deactivate' }).click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);
    await expectShown(page.getByRole('row', { name: /asserts licenseType "it"/u }).getByText('Decided'));
  });

  test('edits the profile, and says beside the field what cannot be', async () => {
    const page = await lookAt('Bruno Costa');
    await page.getByRole('button', { name: 'Edit profile' }).click();
    const form = page.getByRole('dialog');
    await form.getByRole('textbox', { name: 'Job title' }).fill('Lead');
    await form.getByRole('textbox', { name: 'User name' }).fill('no address');
    await form.getByRole('button', { name: 'Save' }).click();
    await expectShown(form.getByRole('alert'));
    expect(await form.getByRole('textbox', { name: 'User name' }).getAttribute('aria-invalid')).toBe('true');
    await form.getByRole('textbox', { name: 'User name' }).fill('bruno@elsewhere.example');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'detached' });
    await expectShown(page.getByText('Lead', { exact: true }));
    await expectShown(page.getByText(/^bruno@elsewhere.example waits to be confirmed/u));
    await confirm(page, 'Ask again', 'Send');
    await expectShown(page.getByText('On its way.'));
  });

  test('puts them into a group and takes them out; not oneself', async () => {
    const page = await lookAt('Bruno Costa');
    await page.getByRole('button', { name: 'Add to a group' }).click();
    const form = page.getByRole('dialog');
    await form.getByRole('combobox', { name: 'Group' }).fill('own');
    await page.getByRole('option', { name: 'Owner' }).click();
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    await expectShown(page.getByRole('table', { name: /^Groups/u }).getByRole('row', { name: /^Owner/u }));
    await expectShown(page.getByRole('row', { name: /^Account admin.*Owner/u }));
    await confirm(page, 'Remove Bruno Costa from Owner', 'Remove');
    await page.getByRole('row', { name: /^Owner/u }).waitFor({ state: 'detached' });
    const own = await lookAt('Ada Lindqvist');
    expect(
      await own.getByRole('button', { name: 'Add to a group' }).getAttribute('aria-description'),
    ).toContain('Nobody changes their own groups');
  });

  test('takes somebody out of use, brings them back, deletes, restores and erases them', async () => {
    const page = await lookAt('Deniz');
    await confirm(page, 'Deactivate');
    await expectShown(page.getByText(/Memberships are kept for their return/u));
    await confirm(page, 'Reactivate');
    await confirm(page, 'Delete');
    await expectShown(page.getByText(/^Deleted by an administrator/u));
    await confirm(page, 'Restore');
    await confirm(page, 'Delete');
    await page.getByRole('button', { name: 'Erase' }).click();
    const erase = page.getByRole('dialog').getByRole('button', { name: 'Erase for good' });
    expect(await erase.isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: /^Type/u }).fill('Deniz Yılmaz');
    await erase.click();
    await expectShown(page.getByText('The personal data of this person was erased for good.'));
  });

  test('is refused where nobody would administer the account, and says so', async () => {
    const page = await lookAt('Ada Lindqvist');
    await page.getByRole('button', { name: 'Deactivate' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
    await expectShown(
      page
        .getByRole('dialog')
        .getByRole('alert')
        .getByText(/administrator/u),
    );
  });

  test('ends sessions, and forgets who somebody is at the provider', async () => {
    const theirs = await stack().newPage();
    await signIn(theirs, stack(), { path: '/people', person: 'Bruno Costa' });
    const page = await lookAt('Bruno Costa');
    await confirm(page, 'End the session from 127.0.0.1', 'End session');
    await expectShown(page.getByText('Not signed in anywhere'));
    await theirs.reload();
    await theirs.waitForURL(/\/sign-in/u);
    await expectShown(page.getByText('Data platform'));
    await confirm(page, 'Forget sign-in', 'Forget');
    await expectShown(page.getByText(/^Not known yet/u));
  });

  test('tells what is different from an earlier time, and who changed it', async () => {
    const page = await lookAt('Bruno Costa');
    await page.getByLabel('As it was at').fill('2020-01-01T00:00');
    await page.getByRole('button', { name: 'Compare' }).click();
    await expectShown(page.getByText('It was made since then.'));
  });

  test('is open to everybody for themselves, and shows nothing that they may not do', async () => {
    const id = await idOf('chloe.nguyen@acme.example');
    const page = await openAs(stack(), '/', { person: 'Chloé' });
    await page.getByRole('link', { name: 'Signed in as Chloé Nguyễn' }).click();
    await expectShown(page.getByRole('heading', { level: 1, name: 'Chloé Nguyễn' }));
    await expectShown(page.getByRole('row', { name: /^Member.*Given to newcomers/u }));
    expect(await page.getByRole('main').getByRole('button').allTextContents()).toEqual(['End']);
    await page.goto(`${stack().origin}/people/${id}`);
    await expectShown(page.getByRole('heading', { level: 1, name: 'Chloé Nguyễn' }));
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('says so when there is nobody of that id', async () => {
    const page = await openAs(stack(), '/people/nobody');
    await expectShown(page.getByRole('heading', { name: 'This is not there, or not any more' }));
  });

  test.each(['light', 'dark'] as const)(
    'can be used by everybody, in %s colors and on a narrow screen',
    async (colorScheme) => {
      const narrow = { colorScheme, viewport: { width: 360, height: 740 } };
      const page = await lookAt('Bruno Costa', narrow);
      await expectShown(page.getByRole('table', { name: 'Changes' }));
      await expectAccessible(page);
      await expectNoSidewaysScrolling(page);
      await page.getByRole('button', { name: 'Edit profile' }).click();
      await expectShown(page.getByRole('dialog'));
      await expectAccessible(page);
    },
  );
});

describe('invitations', () => {
  test('are sent again and revoked, whatever SCIM locks', async () => {
    const page = await openAs(stack(), '/invitations?state=OPEN');
    await confirm(page, 'Send again to Ben Okri', 'Send');
    await expectShown(page.getByText('1 in all'));
    await confirm(page, 'Revoke the invitation of Ben Okri', 'Revoke');
    await expectShown(page.getByText('Nothing matches these filters'));
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expectShown(page.getByRole('row', { name: /Ben Okri.*Revoked/u }));
    await expectShown(page.getByRole('row', { name: /Ben Okri.*Replaced by a newer one/u }));
  });

  test.each(['light', 'dark'] as const)('can be used by everybody, in %s colors', async (colorScheme) => {
    const page = await openAs(stack(), '/invitations', {
      colorScheme,
      viewport: { width: 360, height: 740 },
    });
    await expectShown(page.getByRole('link', { name: 'Ben Okri' }));
    await expectAccessible(page);
    await expectNoSidewaysScrolling(page);
  });
});

describe('somebody new', () => {
  test('is left to the identity provider where that is locked, and else invited from the list', async () => {
    const page = await openAs(stack(), '/people');
    const invite = page.getByRole('button', { name: 'Invite a person' });
    expect(await invite.getAttribute('aria-description')).toContain('allowManualUpdates is off');
    await allowManualUpdates(stack(), true);
    await page.reload();
    await invite.click();
    const form = page.getByRole('dialog');
    await form.getByRole('textbox', { name: 'User name' }).fill('nobody');
    await form.getByRole('button', { name: 'Invite' }).click();
    await expectShown(form.getByRole('alert'));
    expect(await form.getByRole('textbox', { name: 'User name' }).getAttribute('aria-invalid')).toBe('true');
    await expectAccessible(page);
    await form.getByRole('textbox', { name: 'User name' }).fill('zoe@elsewhere.example');
    await form.getByRole('textbox', { name: 'Given name' }).fill('Zoe');
    await form.getByRole('combobox', { name: /^Groups/u }).fill('ever');
    await page.getByRole('option', { name: 'Everyone' }).click();
    await form.getByRole('button', { name: 'Invite' }).click();
    await expectShown(page.getByRole('heading', { level: 1, name: 'Zoe' }));
    await expectShown(page.getByText(/^Sent to zoe@elsewhere.example/u));
    await expectShown(page.getByRole('row', { name: /^Everyone.*waits until they are active/u }));
  });
});
