import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible, expectNoSidewaysScrolling, expectShown } from './accessibility.ts';
import { ask, provision } from './demo-account.ts';
import { openAs } from './open-as.ts';
import { useWebStack } from './web-stack.ts';

const stack = useWebStack();

beforeAll(async () => {
  const members = [{ value: await provision(stack(), 'Users', { userName: 'ana.ito@acme.example' }) }];
  await provision(stack(), 'Groups', { displayName: 'Analysts', members });
});

/** A window in which somebody looks at a group. */
async function lookAt(name: string, person?: string): Promise<Page> {
  const path = `/groups?${new URLSearchParams({ search: name }).toString()}`;
  const page = await openAs(stack(), path, { ...(person !== undefined && { person }) });
  await page.getByRole('link', { name, exact: true }).click();
  await expectShown(page.getByRole('heading', { level: 1, name }));
  return page;
}

async function confirm(page: Page, button: string, action: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

async function addMember(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Add members' }).click();
  const form = page.getByRole('dialog');
  await form.getByRole('combobox', { name: 'People' }).fill(name);
  await page.getByRole('option', { name: new RegExp(name) }).click();
  await form.getByRole('combobox', { name: 'People' }).press('Escape');
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  await form.waitFor({ state: 'detached' });
}

/** What somebody else does while the page is open. */
async function changeElsewhere(id: string): Promise<void> {
  const input = { id, assignByDefault: true };
  const query = `mutation ($input: GroupUpdateInput!) { groupUpdate(input: $input) { __typename } }`;
  expect(await ask(stack(), query, { input })).toEqual({ groupUpdate: { __typename: 'GroupUpdatePayload' } });
}

describe('groups', () => {
  test('are made, filled, renamed, and deleted when the name is typed', async () => {
    const page = await openAs(stack(), '/groups');
    await page.getByRole('button', { name: 'Create a group' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).last().fill('analysts');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await expectShown(
      page
        .getByRole('dialog')
        .getByRole('alert')
        .getByText(/analysts/iu),
    );
    await page.getByRole('textbox', { name: 'Name', exact: true }).last().fill('Sales');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await expectShown(page.getByText('Nobody is in this group'));
    await addMember(page, 'Bruno Costa');
    await addMember(page, 'Deniz');
    await expectShown(page.getByRole('row', { name: /^Bruno Costa.*An administrator/u }));
    await page.getByRole('searchbox').fill('deniz');
    await expectShown(page.getByText('1 in all'));
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await confirm(page, 'Remove Bruno Costa', 'Remove');
    await page.getByRole('row', { name: /^Bruno Costa/u }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('Field sales');
    await changeElsewhere(decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? ''));
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await expectShown(page.getByRole('dialog').getByRole('alert'));
    await expectShown(page.getByText(/^People join it by themselves/u));
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await expectShown(page.getByRole('heading', { level: 1, name: 'Field sales' }));
    await page.getByRole('button', { name: 'Delete' }).click();
    const forGood = page.getByRole('button', { name: 'Delete for good' });
    expect(await forGood.isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: 'Type Field sales to confirm' }).fill('Field sales');
    await forGood.click();
    await page.waitForURL(/\/groups$/u);
    await expectShown(page.getByRole('link', { name: 'Analysts' }));
    expect(await page.getByRole('link', { name: 'Field sales' }).count()).toBe(0);
  });

  test('that the identity provider manages are locked, and say why; so are default groups', async () => {
    const page = await lookAt('Analysts');
    for (const name of ['Rename', 'Delete', 'Add members', 'Remove ana.ito@acme.example']) {
      const button = page.getByRole('button', { name, exact: true });
      expect(await button.getAttribute('aria-description')).toContain('allowManualUpdates is off');
    }
    await expectShown(page.getByRole('row', { name: /The identity provider/u }));
    const owner = await lookAt('Owner');
    const rename = owner.getByRole('button', { name: 'Rename' });
    expect(await rename.getAttribute('aria-description')).toContain('Default groups keep their names');
  });

  test('carry permission sets; nobody gives a right that they lack', async () => {
    const page = await lookAt('Analysts');
    await confirm(page, 'Grant Security admin', 'Grant');
    await expectShown(page.getByRole('row', { name: /^Security admin.*Granted/u }));
    await confirm(page, 'Revoke Security admin', 'Revoke');
    await expectShown(page.getByRole('button', { name: 'Grant Security admin' }));
    await confirm(page, 'Grant Security admin', 'Grant');
    await expectShown(page.getByRole('table', { name: 'Changes' }).getByText('Permission set revoked'));
    await page.goto(`${stack().origin}/groups?search=Member`);
    await page.getByRole('link', { name: 'Member', exact: true }).click();
    await confirm(page, 'Grant Security admin', 'Grant');
    const bruno = await lookAt('Everyone', 'Bruno Costa');
    await bruno.getByRole('button', { name: 'Grant Account admin' }).click();
    await bruno.getByRole('dialog').getByRole('button', { name: 'Grant' }).click();
    await expectShown(bruno.getByRole('dialog').getByRole('alert'));
    await bruno.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Revoke Security admin' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  });

  test('are mapped to groups of the identity provider, once it is shown whom that moves', async () => {
    // What Bruno’s token said at the sign-in before is what a preview goes by.
    const page = await lookAt('Analysts');
    await page.getByRole('button', { name: 'Change mapping' }).click();
    const form = page.getByRole('dialog');
    expect(await form.getByRole('button', { name: 'Apply' }).isDisabled()).toBe(true);
    await form.getByRole('combobox').fill('Data platform');
    await form.getByRole('combobox').press('Enter');
    await form.getByRole('button', { name: 'Preview' }).click();
    await expectShown(form.getByRole('row', { name: /Bruno Costa.*Joins/u }));
    await expectAccessible(page);
    await form.getByRole('button', { name: 'Apply' }).click();
    await form.waitFor({ state: 'detached' });
    await expectShown(page.getByRole('listitem').getByText('Data platform'));
    await confirm(page, 'Let newcomers join', 'Let them join');
    await expectShown(page.getByRole('button', { name: 'Stop letting newcomers join' }));
  });

  test('tell what is different from an earlier time', async () => {
    const page = await lookAt('Analysts');
    await page.getByLabel('As it was at').fill('2020-01-01T00:00');
    await page.getByRole('button', { name: 'Compare' }).click();
    await expectShown(page.getByText('It was made since then.'));
    await expectShown(page.getByRole('row', { name: /ana.ito@acme.example joined.*Identity provider/u }));
  });

  test.each(['light', 'dark'] as const)(
    'can be used by everybody, in %s colors and on a narrow screen',
    async (colorScheme) => {
      const page = await openAs(stack(), '/groups', { colorScheme, viewport: { width: 360, height: 740 } });
      await expectShown(page.getByRole('link', { name: 'Analysts' }));
      await expectAccessible(page);
      await expectNoSidewaysScrolling(page);
      await page.getByRole('link', { name: 'Analysts' }).click();
      await expectShown(page.getByRole('table', { name: 'Changes' }));
      await expectShown(page.getByRole('table', { name: 'Members of this group' }));
      await expectAccessible(page);
      await expectNoSidewaysScrolling(page);
    },
  );
});
