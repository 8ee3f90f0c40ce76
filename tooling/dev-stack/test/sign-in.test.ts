import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Browser } from './browser.ts';
import { addressOn, npmStart, temporaryFolder } from './npm-start.ts';

vi.setConfig({ testTimeout: 180_000 });

test('a newcomer signs in by picking a person, as do those whom a simulator has provisioned', async () => {
  const dataDir = temporaryFolder();
  const { screen } = await npmStart(dataDir);
  const signInPage = addressOn(screen(), 'Sign in');

  const ada = new Browser();
  const picking = await ada.open(`${signInPage}/acme-okta`);
  expect(picking.text).toContain('Pick who you are');
  expect((await ada.submit({ person: 'ada.lindqvist' })).text).toContain('As ada.lindqvist@acme.example.');

  await simulate(dataDir, 'okta', '--people', '6', '--groups', '2', '--days', '0');
  const person = simulatedPeople(dataDir).find(({ state }) => state === 'active');
  const employee = new Browser();
  await employee.open(`${signInPage}/acme-okta`);
  expect((await employee.search(person?.userName ?? '')).text).toContain(person?.groups[0]);
  const signedIn = await employee.submit({ person: person?.id ?? '' });
  expect(signedIn.text.replaceAll('&#39;', "'")).toContain(`As ${person?.userName}.`);
});

function simulate(dataDir: string, ...argv: string[]): Promise<void> {
  const main = resolve(import.meta.dirname, '../../idp-simulator/src/main.ts');
  const simulator = spawn(process.execPath, [main, ...argv], {
    env: { ...process.env, ROLLCALL_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  simulator.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  return new Promise((done, fail) => {
    simulator.once('close', (code) => (code === 0 ? done() : fail(new Error(`${code}: ${out}`))));
  });
}

const PARTS = z.record(
  z.string(),
  z.array(z.object({ id: z.string(), userName: z.string(), state: z.string(), groups: z.array(z.string()) })),
);

function simulatedPeople(dataDir: string): z.infer<typeof PARTS>[string] {
  const file = join(dataDir, 'directories/acme-okta.json');
  return Object.values(PARTS.parse(JSON.parse(readFileSync(file, 'utf8')))).flat();
}
