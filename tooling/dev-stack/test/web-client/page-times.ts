import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Page, Request } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { simulate } from '../simulate.ts';
import { signIn, useWebStack } from './web-stack.ts';

const PEOPLE = 100_000;
const GROUPS = 5_000;
const MOST_MS = 300;
const MOST_ROWS = 60;
const LARGE_GROUP = globalId('Group', groupId(1));
const SOMEBODY = globalId('User', '01930000-0000-7000-8100-000000000001');

const PATHS = [
  '/',
  '/people',
  '/people?search=person.77777',
  '/people?search=number',
  '/people?sort=USER_NAME&order=desc',
  '/people?state=DEACTIVATED',
  `/people/${SOMEBODY}`,
  '/groups',
  '/groups?search=group',
  `/groups/${LARGE_GROUP}`,
  '/default-groups',
  '/licenses',
  '/invitations',
  '/sso-and-scim',
  '/provisioning-log',
  '/audit-log',
  '/ip-restrictions',
  '/service-tokens',
  '/jobs',
];

const stack = useWebStack();

beforeAll(async () => {
  await simulate(stack().dataDir, 'okta', '--people', '60', '--groups', '8', '--days', '2');
  await loadDirectory(join(stack().dataDir, 'connection.json'));
});

test('each page answers soon and renders no more than it shows', async () => {
  const page = await stack().newPage();
  await signIn(page, stack());
  const found = [];
  for (const path of PATHS) found.push({ path, ...(await visit(page, path)) });
  for (const { path, slowest, firstPaint, rows } of found) {
    const shown = path.replace(SOMEBODY, '{id}').replace(LARGE_GROUP, '{id}');
    process.stdout.write(`| ${shown} | ${slowest} ms | ${firstPaint} ms | ${rows} |\n`);
  }
  for (const { path, slowest, rows } of found) {
    expect({ path, isSoon: slowest <= MOST_MS, isShort: rows <= MOST_ROWS }).toEqual({
      path,
      isSoon: true,
      isShort: true,
    });
  }
});

/** The slowest answer of the API, by the browser's clock; when something was seen first; how many rows there are. */
async function visit(
  page: Page,
  path: string,
): Promise<{ slowest: number; firstPaint: number; rows: number }> {
  const answers: number[] = [];
  const note = (request: Request): void => {
    const { requestStart, responseStart } = request.timing();
    if (request.url().endsWith('/graphql')) answers.push(Math.round(responseStart - requestStart));
  };
  page.on('requestfinished', note);
  await page.goto(`${stack().origin}${path}`);
  await page.waitForLoadState('networkidle');
  page.off('requestfinished', note);
  const firstPaint = z
    .number()
    .parse(await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0]?.startTime`));
  const rows = await page.getByRole('row').count();
  return { slowest: Math.max(...answers), firstPaint: Math.round(firstPaint), rows };
}

/** People as an identity provider makes them, each in one group, and everybody in the first. */
async function loadDirectory(connectionFile: string): Promise<void> {
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(readFileSync(connectionFile, 'utf8')));
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(`select id from accounts where slug = 'acme-okta'`);
    const account = rows[0]?.id;
    await client.query(
      `insert into users (account_id, id, state, scim_managed, user_name, external_id, attributes, email_keys, license_type,
          license_source, activated_at, created_at, updated_at)
        select $1, ('01930000-0000-7000-8100-' || lpad(to_hex(n), 12, '0'))::uuid, 'active', true, 'person.' || n || '@acme.example',
          'x-' || n, jsonb_build_object('displayName', 'Person ' || n,
            'name', jsonb_build_object('givenName', 'Person', 'familyName', 'Number ' || n)),
          array['person.' || n || '@acme.example'], 'developer', 'default', now(), now(), now()
        from generate_series(1, $2::int) as n`,
      [account, PEOPLE],
    );
    await client.query(
      `insert into groups (account_id, id, display_name, scim_managed, created_at, updated_at)
        select $1, ('01930001-0000-7000-8100-' || lpad(to_hex(g), 12, '0'))::uuid, 'Group ' || g, true, now(), now()
        from generate_series(1, $2::int) as g`,
      [account, GROUPS],
    );
    for (const [resource, amount] of [
      ['user', PEOPLE],
      ['group', GROUPS],
    ]) {
      await client.query(
        `insert into resource_counts as c (account_id, resource, bucket, amount) values ($1, $2, 0, $3)
          on conflict (account_id, resource, bucket) do update set amount = c.amount + excluded.amount`,
        [account, resource, amount],
      );
    }
    await client.query(
      `insert into group_members (account_id, group_id, user_id, origin, added_at)
        select $1, g::uuid, ('01930000-0000-7000-8100-' || lpad(to_hex(n), 12, '0'))::uuid, 'scim', now()
        from generate_series(1, $2::int) as n,
          unnest(array[$3, '01930001-0000-7000-8100-' || lpad(to_hex(2 + n % ($4::int - 1)), 12, '0')]) as g`,
      [account, PEOPLE, groupId(1), GROUPS],
    );
    await client.query('vacuum (analyze)');
  } finally {
    await client.end();
  }
}

function groupId(number: number): string {
  return `01930001-0000-7000-8100-${number.toString(16).padStart(12, '0')}`;
}

function globalId(typename: string, id: string): string {
  return Buffer.from(`${typename}:${id}`).toString('base64url');
}
