import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readOutbox } from '@rollcall/worker/outbox';
import type { Provider } from 'oidc-provider';
import { openDirectory, directoryFile, type DirectoryPerson, type PeopleDirectory } from './directory.ts';
import { takeDirectory } from './directory-requests.ts';
import { createOpenIdProvider, pickPath } from './openid-provider.ts';
import { outboxPage } from './outbox-page.ts';
import { sendNotice, sendPage } from './page.ts';
import { servePick } from './pick-person.ts';
import { RequestRefusal } from './request-body.ts';
import type { Secrets } from './secrets.ts';

export type IdentityProviderSettings = {
  readonly port: number;
  readonly dataDir: string;
  /** Where the worker puts mails. */
  readonly outboxFolder: string;
  readonly secrets: Secrets;
  /** Without a slash at its end. */
  readonly publicAdminUrl: string;
  readonly tenants: readonly {
    readonly slug: string;
    readonly name: string;
    readonly sso: 'okta' | 'entra';
    readonly people: readonly DirectoryPerson[];
  }[];
  readonly onError: (error: unknown) => void;
};

export type RunningIdentityProvider = AsyncDisposable & {
  readonly url: string;
};

type Tenant = {
  readonly directoryName: string;
  readonly directory: PeopleDirectory;
  readonly provider: Provider;
  readonly serveOpenId: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
};

/**
 * An OpenID provider for each demo account, its issuer `{url}/{slug}`, and the mails that nobody sent, at `{url}/outbox`.
 * It listens on the loopback alone, for whoever can reach it can sign in as anybody.
 */
export async function startIdentityProvider(
  settings: IdentityProviderSettings,
): Promise<RunningIdentityProvider> {
  const server = createServer();
  const port = await listen(server, settings.port);
  const url = `http://127.0.0.1:${port}`;
  const tenants = openTenants(settings, url);
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  server.on('request', (request, response) => {
    void serve(request, response).catch((error: unknown) => answerFailure(response, error, settings.onError));
  });
  return { url, [Symbol.asyncDispose]: () => close(server) };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A page of another site must not read the outbox by having its name resolve to this machine.
    if (!hosts.has(request.headers.host ?? '')) throw new RequestRefusal(421, `This is ${url}.`);
    const target = new URL(request.url ?? '/', url);
    if (target.pathname === '/outbox') {
      sendPage(response, { title: 'Outbox', body: outboxPage(await readOutbox(settings.outboxFolder)) });
      return;
    }
    const [, slug = '', kind, name = ''] = target.pathname.split('/');
    const tenant = tenants.get(slug);
    if (tenant === undefined) {
      throw new RequestRefusal(
        404,
        `There are /outbox and ${[...tenants.keys()].map((known) => `/${known}`).join(', ')}.`,
      );
    }
    if (target.pathname === pickPath(slug, name)) {
      const { origin } = new URL(settings.publicAdminUrl);
      await servePick({ ...tenant, returnTo: origin }, request, response, target);
    } else if (kind === 'directory') {
      await takeDirectory(tenant.directory, settings.secrets.directoryToken, name, request, response);
    } else {
      await tenant.serveOpenId(mounted(request, slug), response);
    }
  }
}

function openTenants(settings: IdentityProviderSettings, url: string): Map<string, Tenant> {
  const { dataDir, publicAdminUrl, secrets } = settings;
  return new Map(
    settings.tenants.map(({ slug, name, sso, people }) => {
      const directory = openDirectory(directoryFile(dataDir, slug), people);
      const redirectUri = `${publicAdminUrl}/sign-in/callback`;
      const provider = createOpenIdProvider({
        issuer: `${url}/${slug}`,
        slug,
        sso,
        directory,
        secrets,
        redirectUri,
      });
      provider.on('server_error', (_ctx, error) => settings.onError(error));
      return [slug, { directoryName: name, directory, provider, serveOpenId: provider.callback() }];
    }),
  );
}

/** As Express would hand it over to what is mounted below a path; the provider finds its own path by the difference. */
function mounted(request: IncomingMessage, slug: string): IncomingMessage {
  const originalUrl = request.url ?? '/';
  return Object.assign(request, { originalUrl, url: originalUrl.slice(slug.length + 1) });
}

function answerFailure(response: ServerResponse, error: unknown, onError: (error: unknown) => void): void {
  const refused = error instanceof RequestRefusal ? error : undefined;
  if (refused === undefined) onError(error);
  if (response.headersSent) {
    response.end();
    return;
  }
  const status = refused?.status ?? 500;
  sendNotice(
    response,
    status,
    'This does not work',
    refused?.message ?? 'The log of the stack has the reason.',
  );
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', fail);
      const address = server.address();
      done(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  server.closeAllConnections();
  await closed;
}
