import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type JsonObject, isJsonObject, objectsIn, parseJson, textIn } from './http/json.ts';
import type { SignInProvider } from './sign-in/publish-directory.ts';

export interface DemoAccount {
  readonly slug: string;
  readonly baseUrl: URL;
  readonly token: string;
  readonly domain: string | undefined;
  readonly signIn: SignInProvider | undefined;
}

/** There is no server to play against; the message says how to get one. */
export class NoDemoAccountError extends Error {
  override readonly name = 'NoDemoAccountError';
}

const advice = 'Start the stack with `npm start`, or name a server with --base URL --token T.';

/** The demo account whose SSO provider is of this kind, as the running stack wrote it down. */
export async function demoAccountOf(sso: 'okta' | 'entra', dataDirectory: string): Promise<DemoAccount> {
  const file = resolve(dataDirectory, 'demo-accounts.json');
  const text = await readFile(file, 'utf8').catch((failure: unknown) => {
    const code = failure instanceof Error && 'code' in failure ? String(failure.code) : 'unreadable';
    throw new NoDemoAccountError(
      code === 'ENOENT'
        ? `No demo accounts: ${file} does not exist. ${advice}`
        : `${file}: ${code}. ${advice}`,
    );
  });
  const parsed = parseJson(text);
  const accounts = isJsonObject(parsed) ? objectsIn(parsed['accounts']) : [];
  const account = accounts.find((candidate) => candidate['sso'] === sso);
  const [slug, token] = ['slug', 'scimToken'].map((name) => textIn(account, name));
  const baseUrl = URL.parse(textIn(account, 'scimBaseUrl') ?? '');
  if (slug === undefined || baseUrl === null || token === undefined) {
    throw new NoDemoAccountError(`${file} names no complete demo account with sso "${sso}". ${advice}`);
  }
  const domains = account?.['verifiedDomains'];
  const [domain] = Array.isArray(domains) ? domains.filter((entry) => typeof entry === 'string') : [];
  return { slug, baseUrl, token, domain, signIn: signInOf(account) };
}

function signInOf(account: JsonObject | undefined): SignInProvider | undefined {
  const directoryUrl = URL.parse(textIn(account, 'directoryUrl') ?? '');
  const token = textIn(account, 'directoryToken');
  return directoryUrl === null || token === undefined ? undefined : { directoryUrl, token };
}
