import type { Directory } from '../directory/directory.ts';
import type { Journal } from '../http/journal.ts';
import { connectionFailure } from '../http/scim-client.ts';
import { directoryPeople } from './directory-people.ts';

/** Where people of this directory sign in: the development stack's OpenID provider. */
export interface SignInProvider {
  readonly directoryUrl: URL;
  readonly token: string;
}

interface Publication {
  readonly provider: SignInProvider;
  /** Names this directory among others of the same account. */
  readonly tag: string;
  readonly journal: Journal;
  readonly signal: AbortSignal;
}

const timeoutMs = 60_000;

/** Tells the provider who can sign in now, and with which groups. What goes wrong is on record; the run goes on. */
export async function publishDirectory(
  { provider, tag, journal, signal }: Publication,
  directory: Directory,
): Promise<void> {
  const url = new URL(`${provider.directoryUrl.href}/${tag}`);
  const people = directoryPeople(directory);
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${provider.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ people }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  }).then(
    async (response) => (response.ok ? undefined : `${response.status} ${await response.text()}`),
    (failure: unknown) => {
      signal.throwIfAborted();
      return `none: ${connectionFailure(failure)}`;
    },
  );
  if (answer === undefined) return;
  journal.surprise({
    why: 'the OpenID provider did not take the directory',
    request: `PUT ${url.href} (${people.length} people)`,
    answer: answer.slice(0, 2000),
  });
}
