import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { planCalendar } from '../src/directory/plan-calendar.ts';
import { isJsonObject, objectsIn, parseJson } from '../src/http/json.ts';
import { parseOptions } from '../src/options.ts';
import { startProgress } from '../src/report/progress.ts';
import type { Report } from '../src/report/summary.ts';
import { directorySettings, runSimulation } from '../src/run-simulation.ts';
import { type ReferenceServer, portOf, startReferenceServer } from './reference-server.ts';

let scim: ReferenceServer;
let provider: Server;
let puts: { path: string; authorization: string | undefined; people: ReturnType<typeof objectsIn> }[];
let status: number;

beforeEach(async () => {
  scim = await startReferenceServer();
  puts = [];
  status = 204;
  provider = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const parsed = parseJson(body);
      puts.push({
        path: request.url ?? '',
        authorization: request.headers.authorization,
        people: objectsIn(isJsonObject(parsed) ? parsed['people'] : undefined),
      });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((done) => provider.listen(0, '127.0.0.1', done));
});

afterEach(async () => {
  await scim.close();
  await new Promise((done) => provider.close(done));
});

it('the provider hears of everybody at the first sync and of each day, states and groups included', async () => {
  const report = await play();
  expect(report).toMatchObject({ differences: [], surprises: [], passed: true });

  const { founding, days } = calendar();
  expect(puts.map(({ path, authorization }) => ({ path, authorization }))).toEqual(
    [founding, ...days].map(() => ({
      path: `/acme/directory/${settings().tag}`,
      authorization: 'Bearer directory-token',
    })),
  );
  const last = days.at(-1)?.directory ?? founding;
  const expected = [...last.people.values()]
    .filter(({ standing }) => standing !== 'purged')
    .map(({ key, userName, email, givenName, familyName, standing }) => ({
      id: key,
      userName,
      email,
      givenName,
      familyName,
      state: { working: 'active', suspended: 'suspended', left: 'deactivated', purged: '' }[standing],
      groups: [...last.groups.values()]
        .filter(({ members, removed }) => members.has(key) && !removed)
        .map(({ name }) => name),
    }));
  expect(puts.at(-1)?.people).toEqual(expected);
  expect(new Set(expected.map(({ state }) => state))).toEqual(
    new Set(['active', 'suspended', 'deactivated']),
  );
});

it('a provider that does not take the directory fails the run, which goes on all the same', async () => {
  status = 401;
  const report = await play();
  expect(report.passed).toBe(false);
  expect(report.differences).toEqual([]);
  expect(new Set(report.surprises.map(({ why }) => why))).toEqual(
    new Set(['the OpenID provider did not take the directory']),
  );
  expect(JSON.stringify(report)).not.toContain('directory-token');
});

async function play(): Promise<Report> {
  return runSimulation({
    options: options(),
    target: {
      baseUrl: scim.baseUrl,
      token: scim.token,
      domain: 'acme.example',
      signIn: {
        directoryUrl: new URL(`http://127.0.0.1:${portOf(provider)}/acme/directory`),
        token: 'directory-token',
      },
    },
    progress: startProgress({ write: () => undefined }),
    signal: new AbortController().signal,
  });
}

function options(): Exclude<ReturnType<typeof parseOptions>, number> {
  const argv = ['okta', '--people', '60', '--groups', '8', '--days', '5'];
  const parsed = parseOptions(argv, { out: () => undefined, err: () => undefined });
  if (typeof parsed === 'number') throw new Error(`bad options: ${argv.join(' ')}`);
  return parsed;
}

function settings(): ReturnType<typeof directorySettings> {
  return directorySettings(options(), { domain: 'acme.example' });
}

function calendar(): ReturnType<typeof planCalendar> {
  return planCalendar(settings());
}
