import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { addressOn, newFolder, npmStart } from '../npm-start.ts';

const CHROMIUMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
// No request leaves the machine, and root has no sandbox.
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
// The strictest that an installation can be: the client runs its own operations and no others.
const BOUND = {
  GRAPHQL_OPERATIONS: 'persisted-only',
  GRAPHQL_MANIFEST: resolve(import.meta.dirname, '../../../../apps/admin/dist/operations.json'),
};
const START_WITHIN_MS = 60_000;

export interface WebStack {
  /** Where the web client is. */
  readonly origin: string;
  readonly graphqlUrl: string;
  readonly dataDir: string;
  /** Everything that `npm start` has printed. */
  readonly screen: string;
  /** A window of its own, without cookies; what it complains of fails the test. */
  newPage: (options?: BrowserContextOptions) => Promise<Page>;
}

/** One whole product and one browser for all tests of a file. Ask for it inside tests and hooks only. */
export function useWebStack(): () => WebStack {
  let stack: WebStack | undefined;
  const endings: (() => void | Promise<void>)[] = [];
  beforeAll(async () => {
    const dataDir = newFolder();
    endings.push(() => rmSync(dataDir, { recursive: true, force: true }));
    const [{ screen }, browser] = await Promise.all([
      npmStart(dataDir, (work) => endings.push(work), BOUND),
      launch(),
    ]);
    endings.push(() => browser.close());
    stack = {
      origin: new URL(addressOn(screen(), 'Sign in')).origin,
      graphqlUrl: addressOn(screen(), 'GraphQL'),
      dataDir,
      screen: screen(),
      newPage: (options) => openPage(browser, options),
    };
  }, START_WITHIN_MS);
  afterAll(async () => {
    for (const end of endings.toReversed()) await end();
  }, START_WITHIN_MS);
  return () => {
    if (stack === undefined) throw new Error('The stack is started before the first test of the file.');
    return stack;
  };
}

/** Through the account's own provider, by picking a person; ends at the page that was wanted. */
export async function signIn(
  page: Page,
  { origin }: WebStack,
  { path = '/', account = 'acme-okta', person = 'Ada Lindqvist' } = {},
): Promise<void> {
  await page.goto(`${origin}/sign-in/${account}?${new URLSearchParams({ returnTo: path }).toString()}`);
  await page.getByRole('button', { name: new RegExp(person) }).click();
  await page.waitForURL((url) => url.origin === origin && url.pathname !== '/sign-in/callback');
}

function launch(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] || CHROMIUMS.find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      'There is no Chromium. "node scripts/ensure-chromium.mjs" installs one or says what to do.',
    );
  }
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // What the network refuses is what many tests are about.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
  onTestFinished(async () => {
    await context.close();
    if (complaints.length > 0) throw new Error(`The browser complained:\n${complaints.join('\n')}`);
  });
  return page;
}
