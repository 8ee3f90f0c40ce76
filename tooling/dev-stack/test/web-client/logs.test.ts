import { readFileSync } from 'node:fs';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { simulate } from '../simulate.ts';
import { expectAccessible, expectNoSidewaysScrolling, expectShown } from './accessibility.ts';
import { signIn, useWebStack } from './web-stack.ts';

const stack = useWebStack();

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

function onScreen(name: string): string {
  return new RegExp(`^ +${name} +(\\S+)$`, 'mu').exec(stack().screen)?.[1] ?? '';
}

/** Sends a SCIM request as the identity provider of acme-okta. */
async function send(
  method: string,
  path: string,
  body?: object,
  token = onScreen('SCIM token'),
): Promise<{ requestId: string; id: string }> {
  const response = await fetch(`${onScreen('SCIM base URL')}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { id = '' } = z.object({ id: z.string().optional() }).parse(await response.json());
  return { requestId: response.headers.get('x-request-id') ?? '', id };
}

const EVENTS = z.object({
  data: z.object({
    account: z.object({
      provisioningEvents: z.object({
        edges: z.array(z.object({ node: z.object({ id: z.string(), requestId: z.string() }) })),
      }),
    }),
  }),
});

/** The page of a request, once it is in the log. */
async function pageOf(requestId: string): Promise<string> {
  return vi.waitFor(
    async () => {
      const response = await fetch(stack().graphqlUrl, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${onScreen('Service token')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          query: '{ account { provisioningEvents(first: 50) { edges { node { id requestId } } } } }',
        }),
      });
      const { edges } = EVENTS.parse(await response.json()).data.account.provisioningEvents;
      const found = edges.find(({ node }) => node.requestId === requestId);
      if (found === undefined) throw new Error('It is not written yet.');
      return `/provisioning-log/${found.node.id}`;
    },
    { timeout: 10_000, interval: 200 },
  );
}

let session: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>> | undefined;

/** As Ada, who signs in once for all tests. */
async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await stack().newPage({ ...options, ...(session !== undefined && { storageState: session }) });
  if (session === undefined) {
    await signIn(page, stack(), { path });
    session = await page.context().storageState();
  } else {
    await page.goto(`${stack().origin}${path}`);
  }
  return page;
}

/** As when its tab is left, or gone back to. */
async function becomes(page: Page, visibility: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'visibilityState', { get: () => '${visibility}', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));`);
}

test('before the first request, the overview leads to where provisioning is set up', async () => {
  const page = await open('/');
  await expectShown(page.getByText('SCIM is on, and no request has come yet'));
  await expectShown(page.getByRole('link', { name: 'Go to SSO & SCIM' }));
  await page.getByRole('link', { name: /Active/u }).click();
  await page.waitForURL(/\/people\?state=ACTIVE$/u);
});

test('whoever may read nothing of the account is told so by the overview', async () => {
  const page = await stack().newPage();
  await signIn(page, stack(), { person: 'Bruno Costa' });
  await expectShown(page.getByText('Your permission sets show nothing of the account'));
  expect(await page.getByRole('link', { name: 'Provisioning log' }).count()).toBe(0);
});

describe('the provisioning log', () => {
  test('shows a refused request as it comes, explains it, and tells what it would come to now', async () => {
    const page = await open('/provisioning-log');
    await expectShown(page.getByRole('heading', { name: 'No request has come yet' }));
    await expectShown(page.getByText('New requests appear by themselves.'));
    await send('POST', '/Users', { schemas: [USER], userName: 'ana', password: 'hunter2' });
    await expectShown(page.getByText('1 new request since you came'));
    const row = page.getByRole('row').filter({ hasText: 'Refused 400' });
    await expectShown(row.getByText('userName must be an e-mail address'));
    await row.getByRole('link', { name: 'POST /Users' }).click();
    await expectShown(page.getByRole('heading', { level: 1, name: 'POST /Users' }));
    await expectShown(page.getByText('The user name is no e-mail address'));
    await expectShown(page.getByText('In Okta set Application username format to Email', { exact: false }));
    await expectShown(page.getByRole('group', { name: 'Body' }).filter({ hasText: '[redacted]' }));
    await page.getByRole('button', { name: 'Replay as a dry run' }).click();
    await expectShown(page.getByText('It would be answered with 400 again.'));
    await expectShown(page.getByText('It would change nothing.'));
    await expectAccessible(page);
  });

  test('tells what a request changed, how it was read, and what it would change now', async () => {
    const { id } = await send('POST', '/Users', {
      schemas: [USER],
      userName: 'mia.lopez@acme.example',
      displayName: 'Mia Lopez',
    });
    const titled = (op: string, value: string) =>
      send('PATCH', `/Users/${id}`, { schemas: [PATCH_OP], Operations: [{ op, path: 'title', value }] });
    const { requestId } = await titled('Replace', 'Dr.');
    await titled('replace', 'Prof.');
    const page = await open(await pageOf(requestId));
    await expectShown(page.getByText('op-case'));
    const difference = page.getByRole('table', { name: 'Differences: Person changed' });
    await expectShown(difference.getByRole('row', { name: 'attributes.title – Dr.' }));
    await page.getByRole('button', { name: 'Replay as a dry run' }).click();
    await expectShown(page.getByText('It would be answered with 200 again.'));
    await expectShown(difference.getByRole('row', { name: 'attributes.title Prof. Dr.' }));
    await page.getByRole('link', { name: 'Other requests about the same' }).click();
    await expectShown(page.getByRole('button', { name: 'No longer only about Mia Lopez' }));
    await vi.waitFor(async () => expect(await page.getByRole('row').count()).toBe(4));
  });

  test('says why a request cannot be replayed', async () => {
    const { requestId } = await send('POST', '/Users', {
      schemas: [USER],
      userName: 'long@acme.example',
      title: 'x'.repeat(9_000),
    });
    const page = await open(await pageOf(requestId));
    await page.getByRole('button', { name: 'Replay as a dry run' }).click();
    await expectShown(page.getByRole('alert'));
  });

  test('knows what to do about the refusals of the gateway', async () => {
    const page = await open('/provisioning-log');
    await send('POST', '/Groups', { schemas: [GROUP], displayName: 'Crew' });
    for (const [method, path, body, advice] of [
      ['POST', '/Groups', { schemas: [GROUP], displayName: 'crew' }, 'A group has this name already'],
      ['POST', '/Groups', { schemas: [GROUP], displayName: 'Owner' }, 'This is the name of a default group'],
      [
        'POST',
        '/Groups',
        { schemas: [GROUP], displayName: 'New', members: [{ value: crypto.randomUUID() }] },
        'A member is not in this account',
      ],
      [
        'POST',
        '/Users',
        { schemas: [USER], userName: 'mia.lopez@acme.example' },
        'Somebody has this user name',
      ],
      ['GET', `/Users/${crypto.randomUUID()}`, undefined, 'The person or group is not there any more'],
    ] as const) {
      const { requestId } = await send(method, path, body);
      await page.goto(`${stack().origin}${await pageOf(requestId)}`);
      await expectShown(page.getByText(advice));
    }
  });

  test('keeps its filters in the address, and gives out what they let through', async () => {
    const page = await open('/provisioning-log');
    await page.getByRole('checkbox', { name: 'Failed only' }).click();
    await page.waitForURL(/failed=true/u);
    await page.getByRole('searchbox').fill('crew');
    await page.waitForURL(/text=crew/u);
    await expectShown(page.getByRole('row').nth(1).getByText('Refused 409'));
    await vi.waitFor(async () => expect(await page.getByRole('row').count()).toBe(2));
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export as CSV' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^rollcall-acme-okta-provisioning-events-.*\.csv$/u);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('uniqueness');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expectShown(page.getByText('Accepted 201'));
  });

  test('follows the log while somebody looks and wants it', async () => {
    const page = await open('/provisioning-log');
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.postData()?.includes('ProvisioningLogNews') === true) asked.push(request.url());
    });
    // The first answer only says where now is: what came before it is no news.
    await page.waitForResponse((answer) => answer.request().postData()?.includes('"after":"') === true);
    const simulated = simulate(stack().dataDir, 'okta', '--people', '6', '--groups', '2', '--days', '0');
    await expectShown(page.getByText(/\d+ new requests since you came/u));
    await expectShown(page.getByRole('table').getByText('New', { exact: true }));
    await simulated;
    await becomes(page, 'hidden');
    await page.waitForTimeout(500);
    asked.length = 0;
    await page.waitForTimeout(2_500);
    expect(asked).toEqual([]);
    await becomes(page, 'visible');
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(0), { timeout: 5_000 });
    await page.getByRole('switch', { name: 'Live' }).press('Space');
    await expectShown(page.getByText('New requests do not appear.'));
    await pageOf((await send('POST', '/Groups', { schemas: [GROUP], displayName: 'Latecomers' })).requestId);
    const latest = page.getByRole('row').filter({ hasText: 'Latecomers' });
    expect(await latest.count()).toBe(0);
    await page.getByRole('switch', { name: 'Live' }).press('Space');
    await expectShown(latest);
  });

  test('counts what came without a valid token, and says what that means', async () => {
    await send('GET', '/Users', undefined, 'nobodys');
    const page = await open('/provisioning-log');
    await page.getByRole('link', { name: 'See the counts' }).click();
    await page.waitForURL(/\/rejected$/u);
    await vi.waitFor(
      async () => {
        await page.reload();
        await page.getByRole('row').nth(1).waitFor({ timeout: 1_000 });
      },
      { timeout: 10_000 },
    );
    await expectShown(page.getByText('Its token has expired', { exact: false }));
    await expectAccessible(page);
  });
});

describe('the audit log', () => {
  test('finds a change, with what was before, and leads to the request that brought it', async () => {
    const page = await open('/audit-log');
    await page.getByRole('searchbox').fill('Prof.');
    await page.waitForURL(/text=Prof\./u);
    await vi.waitFor(async () => expect(await page.getByRole('row').count()).toBe(2));
    await page.getByRole('link', { name: 'Person changed' }).click();
    await expectShown(page.getByRole('row', { name: 'attributes.title Dr. Prof.' }));
    await expectShown(page.getByRole('link', { name: 'Mia Lopez' }));
    await page.getByRole('link', { name: 'Open the request' }).click();
    await expectShown(page.getByRole('heading', { level: 1, name: /^PATCH \/Users\// }));
    await page.goBack();
    await page.getByRole('link', { name: 'Everything done to the same' }).click();
    await page.waitForURL(/target=/u);
    await expectShown(page.getByRole('link', { name: 'Person created' }));
  });

  test('is filtered by who did something, and shows alerts alone', async () => {
    const page = await open('/audit-log?by=ADMINISTRATOR');
    await expectShown(page.getByRole('link', { name: 'Log exported' }));
    await page.getByRole('checkbox', { name: 'Alerts only' }).click();
    await page.waitForURL(/alerts=true/u);
    await expectShown(page.getByText('Nothing matches these filters'));
  });
});

test('the overview tells what went wrong, hour by hour, and leads to it', async () => {
  const page = await open('/');
  await expectShown(page.getByText('Some requests of the last 24 hours did not go through'));
  await page.getByText('The numbers as a table').click();
  const table = page.getByRole('table', { name: /hour by hour/u });
  await expectShown(table);
  expect(await table.getByRole('row').count()).toBe(25);
  await page.getByRole('link', { name: /of the last 24 hours were refused or failed/u }).click();
  await page.waitForURL(/\/provisioning-log\?failed=true&since=/u);
  await expectShown(page.getByText('Refused 400'));
});

test.each(['light', 'dark'] as const)(
  'the pages can be used by everybody, in %s colors and on a narrow screen',
  async (colorScheme) => {
    const page = await open('/', { colorScheme, viewport: { width: 360, height: 740 } });
    for (const [path, what] of [
      ['/', 'Requests of the last 24 hours, hour by hour'],
      ['/provisioning-log?failed=true', 'Refused 400'],
      ['/audit-log', 'Person created'],
    ] as const) {
      await page.goto(`${stack().origin}${path}`);
      await expectShown(page.getByText(what));
      await expectAccessible(page);
      await expectNoSidewaysScrolling(page);
    }
    await page.getByRole('link', { name: 'Person created' }).first().click();
    await expectShown(page.getByRole('heading', { name: 'Before and after' }));
    await expectAccessible(page);
    await expectNoSidewaysScrolling(page);
  },
);
