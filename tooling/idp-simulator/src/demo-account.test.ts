import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { demoAccountOf } from './demo-account.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-demo-'));
});

afterEach(() => rm(directory, { recursive: true }));

const entry = {
  slug: 'demo',
  sso: 'okta',
  scimBaseUrl: 'http://x/scim/v2/1',
  scimToken: 't',
  verifiedDomains: ['acme.example', 'b.example'],
};

it('the account of the kind is taken, with its first verified domain', async () => {
  await write({ accounts: [{ ...entry, sso: 'entra', slug: 'other' }, entry] });
  expect(await demoAccountOf('okta', directory)).toEqual({
    slug: 'demo',
    baseUrl: new URL('http://x/scim/v2/1'),
    token: 't',
    domain: 'acme.example',
    signIn: undefined,
  });
});

it('the account says where its people sign in, if they do', async () => {
  const directoryUrl = 'http://127.0.0.1:4002/demo/directory';
  await write({ accounts: [{ ...entry, directoryUrl, directoryToken: 'd' }] });
  expect(await demoAccountOf('okta', directory)).toMatchObject({
    signIn: { directoryUrl: new URL(directoryUrl), token: 'd' },
  });
});

it('without the file the message says to start the stack', async () => {
  await expect(demoAccountOf('okta', directory)).rejects.toThrow(
    /does not exist\. Start the stack with `npm start`/,
  );
});

it.each([
  [{ accounts: [] }],
  [{ accounts: [{ ...entry, scimToken: 7 }] }],
  [{ accounts: [{ ...entry, scimBaseUrl: 'nowhere' }] }],
  ['no object'],
  [{}],
])('a file without a complete account of the kind is refused with the same advice: %j', async (content) => {
  await write(content);
  await expect(demoAccountOf('okta', directory)).rejects.toThrow(/sso "okta".*npm start/);
});

function write(content: unknown): Promise<void> {
  return writeFile(join(directory, 'demo-accounts.json'), JSON.stringify(content));
}
