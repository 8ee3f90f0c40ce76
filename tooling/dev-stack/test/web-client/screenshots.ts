import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, test } from 'vitest';
import { simulate } from '../simulate.ts';
import { expectShown } from './accessibility.ts';
import { signIn, useWebStack } from './web-stack.ts';

const FOLDER = resolve(import.meta.dirname, '../../../../docs/screenshots');
const SCHEMES = ['light', 'dark'] as const;

/** Every page that needs no id, and the people that the pages of one thing show. */
const PAGES: readonly (readonly [name: string, path: string])[] = [
  ['overview', '/'],
  ['people', '/people'],
  ['groups', '/groups'],
  ['default-groups', '/default-groups'],
  ['licenses', '/licenses'],
  ['invitations', '/invitations'],
  ['sso-and-scim', '/sso-and-scim'],
  ['provisioning-log', '/provisioning-log'],
  ['audit-log', '/audit-log'],
  ['ip-restrictions', '/ip-restrictions'],
  ['service-tokens', '/service-tokens'],
  ['jobs', '/jobs'],
];

/** Pages of one thing are opened from the list that it is in. */
const FROM_LISTS: readonly (readonly [name: string, list: string, link: RegExp])[] = [
  ['person', '/people', /Ada Lindqvist/u],
  ['group', '/groups', /./u],
  ['provisioning-event', '/provisioning-log', /\/Groups|\/Users/u],
];

const stack = useWebStack();

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  await simulate(stack().dataDir, 'okta', '--people', '60', '--groups', '8', '--days', '2');
});

test.each(SCHEMES)('every page in %s colors', async (colorScheme) => {
  const page = await stack().newPage({ colorScheme, viewport: { width: 1280, height: 840 } });
  const take = async (name: string): Promise<void> => {
    await expectShown(page.getByRole('heading', { level: 1 }));
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}.png`) });
  };
  await signIn(page, stack());
  for (const [name, path] of PAGES) {
    await page.goto(`${stack().origin}${path}`);
    await take(name);
  }
  for (const [name, list, link] of FROM_LISTS) {
    await page.goto(`${stack().origin}${list}`);
    await page.getByRole('main').getByRole('table').getByRole('link', { name: link }).first().click();
    await take(name);
  }
});
