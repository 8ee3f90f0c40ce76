import type { Directory, DirectorySettings } from './directory/directory.ts';
import { livingGroups } from './directory/directory.ts';
import { type Calendar, planCalendar } from './directory/plan-calendar.ts';
import { fingerprint } from './directory/random.ts';
import { createEntra } from './entra/entra.ts';
import { entraHeaders } from './entra/entra-requests.ts';
import { startJournal } from './http/journal.ts';
import type { Reader } from './http/list-response.ts';
import {
  NoAnswerError,
  type ScimClientSettings,
  UnexpectedAnswerError,
  createScimClient,
} from './http/scim-client.ts';
import { entraThrottling, oktaThrottling } from './http/throttling.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { createOkta } from './okta/okta.ts';
import { oktaHeaders } from './okta/okta-requests.ts';
import type { Mode, Options } from './options.ts';
import type { Progress } from './report/progress.ts';
import { type Report, requestRows } from './report/summary.ts';
import { type SignInProvider, publishDirectory } from './sign-in/publish-directory.ts';
import { readBack } from './verify/read-back.ts';

export interface Target {
  readonly baseUrl: URL;
  readonly token: string;
  readonly domain: string;
  /** Where the people sign in, if they can. */
  readonly signIn?: SignInProvider | undefined;
}

export interface Run {
  readonly options: Options;
  readonly target: Target;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly pause?: ScimClientSettings['pause'];
  readonly timeoutMs?: number;
}

/** Okta's time-out; Entra's is not documented. */
const providerTimeoutMs = 60_000;

/** Plays the whole life of a directory, reads everything back and reports; throws only when the run itself cannot go on. */
export async function runSimulation(run: Run): Promise<Report> {
  const { options, progress } = run;
  const begun = performance.now();
  const settings = directorySettings(options, run.target);
  const calendar = planCalendar(settings);
  const reader = connectReader(run);
  const provider = providerFor(options, reader);

  const directory = calendar.days.at(-1)?.directory ?? calendar.founding;
  const differences = await unlessStopped(async () => {
    await playCalendar(withSignIn(provider, run, settings.tag, reader), calendar, progress);
    progress.phase('read back');
    const comparison = { kind: settings.kind, tag: settings.tag, directory, links: provider.links };
    return readBack(reader, comparison, options.connections);
  });
  progress.end();

  const { exchanges, surprises } = reader.journal;
  return {
    provider: provider.name,
    settings: { ...settings, seed: options.seed, connections: options.connections },
    ...sizeOf(directory),
    seconds: (performance.now() - begun) / 1000,
    requests: requestRows(exchanges),
    differences,
    surprises,
    passed: differences.length === 0 && surprises.length === 0,
  };
}

/** A directory's change counts at once where people sign in, and reaches the far side afterwards. */
function withSignIn(
  provider: IdentityProvider,
  { target, signal }: Run,
  tag: string,
  { journal }: Reader,
): IdentityProvider {
  const { signIn } = target;
  if (signIn === undefined) return provider;
  const publication = { provider: signIn, tag, journal, signal };
  return {
    ...provider,
    async firstSync(directory) {
      await publishDirectory(publication, directory);
      await provider.firstSync(directory);
    },
    async playDay(day) {
      await publishDirectory(publication, day.directory);
      await provider.playDay(day);
    },
  };
}

async function playCalendar(
  provider: IdentityProvider,
  { founding, days }: Calendar,
  progress: Progress,
): Promise<void> {
  progress.phase('test connection');
  await provider.testConnection();
  progress.phase('first sync');
  await provider.firstSync(founding);
  for (const [index, day] of days.entries()) {
    progress.phase(`day ${index + 1} of ${days.length}`);
    await provider.playDay(day);
  }
  progress.phase('retries');
  await provider.settle(days.at(-1)?.directory ?? founding);
}

/** An answer that concerns no single object (a refused token, a broken import) ends the run; the journal says which. */
async function unlessStopped(play: () => Promise<string[]>): Promise<string[]> {
  try {
    return await play();
  } catch (failure) {
    if (failure instanceof UnexpectedAnswerError || failure instanceof NoAnswerError) {
      return [`the run stopped before the read-back: ${failure.message}`];
    }
    throw failure;
  }
}

/** The tag names everything that shapes the directory, so that runs of different shapes never meet. */
export function directorySettings(options: Options, target: Pick<Target, 'domain'>): DirectorySettings {
  const { mode, seed, people, groups, days, outside, licenseAttribute } = options;
  return {
    kind: mode.startsWith('okta') ? 'okta' : 'entra',
    people,
    groups,
    days,
    domain: target.domain,
    outside,
    licenses: licenseAttribute,
    tag: fingerprint(mode, seed, people, groups, days, outside, licenseAttribute, target.domain),
  };
}

function connectReader({ options, target, progress, signal, pause, timeoutMs }: Run): Reader {
  const okta = options.mode.startsWith('okta');
  const journal = startJournal(() => progress.tick());
  const client = createScimClient({
    baseUrl: tenantUrl(options.mode, target.baseUrl),
    token: target.token,
    headers: okta ? oktaHeaders() : entraHeaders(),
    throttling: okta ? oktaThrottling : entraThrottling,
    timeoutMs: timeoutMs ?? providerTimeoutMs,
    journal,
    signal,
    ...(pause && { pause }),
  });
  return { send: (request) => client.send(request), journal };
}

/** The flag is part of the tenant URL that the administrator enters. */
function tenantUrl(mode: Mode, baseUrl: URL): URL {
  const url = new URL(baseUrl);
  if (mode === 'entra-flag' && !url.search.includes('aadOptscim062020')) {
    url.search = url.search === '' ? '?aadOptscim062020' : `${url.search}&aadOptscim062020`;
  }
  return url;
}

function providerFor({ mode, connections }: Options, reader: Reader): IdentityProvider {
  switch (mode) {
    case 'okta':
      return createOkta(reader, 'catalogue', connections);
    case 'okta-custom':
      return createOkta(reader, 'custom', connections);
    case 'entra':
      return createEntra(reader, 'legacy', connections);
    case 'entra-flag':
      return createEntra(reader, 'flag', connections);
    default:
      return mode satisfies never;
  }
}

function sizeOf(directory: Directory): { people: number; groups: number } {
  return { people: directory.people.size, groups: livingGroups(directory).length };
}
