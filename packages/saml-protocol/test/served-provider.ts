import { createServer } from 'node:http';
import { type PersonAtProvider, type Posting, samlProvider, type SamlProvider } from './saml-provider.ts';

export interface ServedProvider extends SamlProvider, AsyncDisposable {
  /** Who signs in there. */
  person: PersonAtProvider;
  /** What makes its answers wrong ones. */
  deviations: Parameters<SamlProvider['answer']>[2];
}

/** The independent provider with its page: whoever opens it is signed in at once and given the form to post. */
export async function serveSamlProvider(): Promise<ServedProvider> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const origin = `http://127.0.0.1:${port}`;
  const served: ServedProvider = {
    ...samlProvider(origin),
    person: { nameId: 'ana@acme.io' },
    deviations: {},
    async [Symbol.asyncDispose]() {
      await new Promise((done) => server.close(done));
    },
  };
  server.on('request', (request, response) => {
    const { person, deviations } = served;
    served.answer(`${origin}${request.url}`, person, deviations).then(
      (posting) => response.writeHead(200, { 'content-type': 'text/html' }).end(formOf(posting)),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  return served;
}

/** Opens the provider's page as the browser that was sent there, and finds what it is to post. */
export async function openProviderPage(url: string): Promise<Posting> {
  const page = await (await fetch(url)).text();
  const acsUrl = /action="([^"]+)"/u.exec(page)?.[1];
  const SAMLResponse = /name="SAMLResponse" value="([^"]+)"/u.exec(page)?.[1];
  if (acsUrl === undefined || SAMLResponse === undefined) throw new Error(`no form to post: ${page}`);
  return { acsUrl, SAMLResponse };
}

function formOf({ acsUrl, SAMLResponse }: Posting): string {
  return `<form method="post" action="${acsUrl}"><input type="hidden" name="SAMLResponse" value="${SAMLResponse}"></form>`;
}
