import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

export interface HealthServer extends AsyncDisposable {
  readonly url: string;
}

/** For whoever watches over the process: alive while it answers, ready while it can work. */
export async function serveHealth(
  { host, port }: { host: string; port: number },
  isReady: () => Promise<boolean>,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/healthz') return answer(response, 200, { status: 'ok' });
    if (path !== '/readyz') return answer(response, 404, { status: 'there is /healthz and /readyz' });
    void isReady().then((ready) =>
      ready ? answer(response, 200, { status: 'ready' }) : answer(response, 503, { status: 'not working' }),
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const listening = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(response: ServerResponse, status: number, body: Readonly<Record<string, string>>): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
