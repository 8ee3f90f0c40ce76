import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import {
  addressOn,
  beginNpmStart,
  groupOf,
  newFolder,
  npmStart,
  stillRunning,
  temporaryFolder,
  type RunningStack,
} from './npm-start.ts';

// Whole process trees start here, several times a test, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

// One cluster serves all ways to end: making it is most of a first start.
const shared = newFolder();
const endings: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  for (const end of endings.toReversed()) await end();
  rmSync(shared, { recursive: true, force: true });
});

const waysToEnd: { way: string; end: (stack: RunningStack) => void }[] = [
  { way: 'Ctrl-C in the terminal', end: ({ npm }) => process.kill(-Number(npm.pid), 'SIGINT') },
  { way: 'a closed terminal', end: ({ npm }) => process.kill(-Number(npm.pid), 'SIGHUP') },
  { way: 'SIGTERM to npm alone', end: ({ npm }) => npm.kill('SIGTERM') },
  { way: 'SIGKILL of npm alone', end: ({ npm }) => npm.kill('SIGKILL') },
  { way: 'SIGKILL of the start process', end: ({ stack }) => process.kill(stack, 'SIGKILL') },
  { way: 'SIGKILL of the whole group', end: ({ npm }) => process.kill(-Number(npm.pid), 'SIGKILL') },
  { way: 'the death of the database', end: ({ postgres }) => process.kill(postgres, 'SIGKILL') },
];

// What starts after one way to end is what the next way ends: starting is most of what this takes.
let running: RunningStack | undefined;

test.for(waysToEnd)(
  '$way leaves nothing running after 5 s, and the next start has all data',
  async ({ way, end }) => {
    const userName = `${way.replaceAll(' ', '-')}@acme.example`;
    const stack = running ?? (await startShared());
    await createUser(shared, userName);
    expect(stack.processes.length).toBeGreaterThanOrEqual(4);

    running = undefined;
    end(stack);
    await vi.waitFor(() => expect(stillRunning(stack.processes)).toEqual([]), {
      timeout: 5_000,
      interval: 100,
    });

    running = await startShared();
    expect(await countUsers(shared, userName)).toBe(1);
  },
);

test('a stop in the middle of the first start leaves nothing running, and the next start is whole', async () => {
  const dataDir = temporaryFolder();
  const { npm, shows } = await beginNpmStart(dataDir);
  await shows('Creating the database');
  const group = groupOf(npm);
  process.kill(-Number(npm.pid), 'SIGINT');
  await vi.waitFor(() => expect(stillRunning(group)).toEqual([]), { timeout: 5_000, interval: 100 });

  await npmStart(dataDir);
  expect(await countUsers(dataDir, 'ada.lindqvist@acme.example')).toBe(1);
});

test('a second start on the same data says that the first one runs and leaves it alone', async () => {
  const first = running ?? (await startShared());
  await expect(npmStart(shared)).rejects.toThrow(`Rollcall's database is already running`);
  expect(stillRunning([first.stack, first.postgres])).toHaveLength(2);
});

test('every part answers, and the simulators find the demo accounts with tokens that a second start keeps', async () => {
  const first = running ?? (await startShared());
  const before = demoAccounts(shared);
  expect(before.map(({ slug }) => slug)).toEqual(['acme-okta', 'globex-entra']);
  for (const { scimBaseUrl, scimToken } of before) {
    expect(first.screen()).toContain(scimBaseUrl);
    expect(first.screen()).toContain(scimToken);
  }
  for (const { slug, issuer, serviceToken } of before) {
    const discovery = await fetch(`${issuer}/.well-known/openid-configuration`);
    expect(await discovery.json()).toMatchObject({ issuer });
    expect(first.screen()).toContain(serviceToken);
    expect(await accountOf(first.screen(), serviceToken)).toMatchObject({ data: { account: { slug } } });
  }
  const outbox = await fetch(addressOn(first.screen(), 'Outbox'));
  expect(await outbox.text()).toContain('No mail yet.');
  first.npm.kill('SIGTERM');
  await vi.waitFor(() => expect(stillRunning(first.processes)).toEqual([]), {
    timeout: 5_000,
    interval: 100,
  });

  await startShared();
  expect(demoAccounts(shared).map(({ scimToken }) => scimToken)).toEqual(
    before.map(({ scimToken }) => scimToken),
  );
});

function startShared(): Promise<RunningStack> {
  return npmStart(shared, (work) => endings.push(work));
}

type DemoAccount = {
  slug: string;
  scimBaseUrl: string;
  scimToken: string;
  serviceToken: string;
  issuer: string;
};

async function accountOf(screen: string, token: string): Promise<unknown> {
  const response = await fetch(addressOn(screen, 'GraphQL'), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ account { slug } }' }),
  });
  return response.json();
}

async function createUser(dataDir: string, userName: string): Promise<void> {
  const answer = await request(dataDir, 'Users', {
    method: 'POST',
    body: JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName }),
  });
  expect(answer).toMatchObject({ userName, active: true });
}

async function countUsers(dataDir: string, userName: string): Promise<unknown> {
  const filter = encodeURIComponent(`userName eq "${userName}"`);
  const answer = await request(dataDir, `Users?filter=${filter}`, {});
  return typeof answer === 'object' && answer !== null && 'totalResults' in answer
    ? answer.totalResults
    : answer;
}

async function request(dataDir: string, path: string, init: RequestInit): Promise<unknown> {
  const [account] = demoAccounts(dataDir);
  const response = await fetch(`${account?.scimBaseUrl}/${path}`, {
    ...init,
    headers: { authorization: `Bearer ${account?.scimToken}`, 'content-type': 'application/scim+json' },
  });
  return response.json();
}

function demoAccounts(dataDir: string): DemoAccount[] {
  const content: unknown = JSON.parse(readFileSync(join(dataDir, 'demo-accounts.json'), 'utf8'));
  if (typeof content !== 'object' || content === null || !('accounts' in content)) return [];
  if (!Array.isArray(content.accounts)) return [];
  return content.accounts.map(({ slug, scimBaseUrl, scimToken, serviceToken, issuer }: DemoAccount) => ({
    slug,
    scimBaseUrl,
    scimToken,
    serviceToken,
    issuer,
  }));
}
