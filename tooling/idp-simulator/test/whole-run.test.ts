import { afterEach, describe, expect, it } from 'vitest';
import { type Mode, modes, parseOptions } from '../src/options.ts';
import { startProgress } from '../src/report/progress.ts';
import type { Report } from '../src/report/summary.ts';
import { type Run, runSimulation } from '../src/run-simulation.ts';
import { type Fault, type ReferenceServer, startReferenceServer } from './reference-server.ts';

let server: ReferenceServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

describe.each(modes)('as %s', (mode) => {
  it('a correct server passes, and passes again when the run is repeated', async () => {
    server = await startReferenceServer();
    const first = await play(server, mode);
    expect(first).toMatchObject({ differences: [], surprises: [], passed: true });
    const users = server.users.size;
    const second = await play(server, mode);
    expect(second).toMatchObject({ differences: [], surprises: [], passed: true });
    expect(server.users.size).toBe(users);
  });

  it('another seed lives beside the first in the same account', async () => {
    server = await startReferenceServer();
    await play(server, mode, '--seed', 'one');
    expect(await play(server, mode, '--seed', 'two', '--outside', '30')).toMatchObject({ passed: true });
  });

  it('the smallest directory passes', async () => {
    server = await startReferenceServer();
    expect(await play(server, mode, '--people', '1', '--groups', '1')).toMatchObject({
      differences: [],
      surprises: [],
    });
  });
});

/** What each kind of wrong server must make the judge say, in a mode that its fault concerns. */
const faults: readonly (readonly [Fault, Mode, RegExp])[] = [
  ['loses one of the members added at once', 'entra', /group ".*": lacks member /],
  ['loses one of the members added at once', 'okta', /group ".*": lacks member /],
  ['empties the group on a removal by value list', 'entra', /group ".*": lacks member /],
  ['reads "False" as true', 'entra', /person .*: active is true, expected false/],
  ['repeats the first page', 'okta', /the pages of \/Users hold/],
  ['echoes the password', 'okta', /person .*: the answer holds a password/],
  ['keeps the old address after a change', 'entra-flag', /emails\[type eq "work"\]\.value is /],
  ['answers 500 to every tenth write', 'entra', /answered 500 where/],
  ['counts the page instead of the total', 'okta-custom', /totalResults|was expected|missing/],
  ['forgets the license on PUT', 'okta-custom', /licenseType is absent, expected/],
  ['shows deleted users for ever', 'entra', /deleted resource \/Users\/.* still answers|was expected/],
  ['answers deactivated people as active', 'entra', /active/],
  ['finds by contains instead of equals', 'entra', /the lookup found/],
];

it.each(faults)('a server that %s does not pass as %s', async (fault, mode, line) => {
  server = await startReferenceServer(fault);
  const report = await play(server, mode, '--people', '120');
  expect(report.passed).toBe(false);
  const lines = [...report.differences, ...report.surprises.map((surprise) => surprise.why)];
  expect(lines.filter((text) => line.test(text))).not.toHaveLength(0);
});

it('a throttled client waits as long as it is told, and everything arrives in the end', async () => {
  server = await startReferenceServer('is throttled');
  const pauses: number[] = [];
  const pause = async (ms: number): Promise<void> => {
    pauses.push(ms);
  };
  const report = await run(server, ['entra'], { pause });
  expect(report).toMatchObject({ differences: [], surprises: [], passed: true });
  expect(pauses).toContain(1000);
});

it('a creation that timed out is repeated and makes no second user, and the missing answer is on record', async () => {
  server = await startReferenceServer('answers the first creation too late');
  const report = await run(server, ['okta', '--connections', '1', '--people', '9'], { timeoutMs: 500 });
  expect(report.differences).toEqual([]);
  expect(report.surprises.map((surprise) => surprise.why)).toEqual(['no answer within 500 ms']);
  expect(report.passed).toBe(false);
});

it('a refused token ends the run with the answer on record', async () => {
  server = await startReferenceServer();
  const report = await play({ ...server, token: 'another' }, 'okta');
  expect(report.differences).toEqual([
    'the run stopped before the read-back: answered 401 where 200 was expected',
  ]);
  expect(report.surprises).toHaveLength(1);
  expect(JSON.stringify(report)).not.toContain('another');
});

async function play(
  { baseUrl, token }: Pick<ReferenceServer, 'baseUrl' | 'token'>,
  mode: Mode,
  ...more: string[]
): Promise<Report> {
  return run({ baseUrl, token }, [mode, '--people', '60', '--groups', '8', ...more]);
}

async function run(
  { baseUrl, token }: Pick<ReferenceServer, 'baseUrl' | 'token'>,
  argv: string[],
  more: Partial<Pick<Run, 'pause' | 'timeoutMs'>> = {},
): Promise<Report> {
  const options = parseOptions(argv, { out: () => undefined, err: () => undefined });
  if (typeof options === 'number') throw new Error(`bad options: ${argv.join(' ')}`);
  return runSimulation({
    options,
    target: { baseUrl, token, domain: 'acme.example' },
    progress: startProgress({ write: () => undefined }),
    signal: new AbortController().signal,
    ...more,
  });
}
