import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { providerFetch, type ProviderReach } from '../src/provider-fetch.ts';

describe('within the internet', () => {
  test.each([
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://10.0.0.1/',
    'https://192.168.1.1/',
    'https://172.16.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[fe80::1]/',
    'https://[fc00::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://0.0.0.0/',
    'https://100.64.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://localhost/',
  ])('%s is not spoken to', async (url) => {
    await expect(get('public', url)).rejects.toThrow(
      /address that is not of the internet.*SSO_PROVIDERS=private/u,
    );
  });

  test('http is not spoken, but in development', async () => {
    const url = await given((_request, response) => response.end('{}'));
    await expect(get('private', url)).rejects.toThrow('Protocol "http:" not supported');
    expect((await get('insecure', url)).status).toBe(200);
  });
});

test('a redirection is not followed', async () => {
  const url = await given((_request, response) =>
    response.writeHead(302, { location: 'https://elsewhere.example/' }).end(),
  );
  expect((await get('insecure', url)).status).toBe(302);
});

test('an answer without end is cut off', async () => {
  const url = await given((_request, response) => {
    const write = (): void => {
      while (response.write('x'.repeat(65_536)));
    };
    response.on('drain', write);
    write();
  });
  await expect(get('insecure', url)).rejects.toMatchObject({ name: 'OidcError', fault: 'unreachable' });
});

test('an answer that does not come in time fails as fetch does', async () => {
  const url = await given(() => undefined);
  await expect(get('insecure', url, AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('what is sent arrives, and what is answered comes back', async () => {
  const url = await given((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      response.writeHead(201, { 'x-seen': String(request.headers['x-sent']) });
      response.end(`${request.method} ${body}`);
    })();
  });
  const answer = await providerFetch('insecure')(url, {
    method: 'POST',
    headers: { 'x-sent': 'yes' },
    body: new URLSearchParams({ a: '1' }),
    redirect: 'manual',
  });
  expect([answer.status, answer.headers.get('x-seen'), await answer.text()]).toEqual([
    201,
    'yes',
    'POST a=1',
  ]);
});

function get(reach: ProviderReach, url: string, signal?: AbortSignal): Promise<Response> {
  return providerFetch(reach)(url, {
    method: 'GET',
    headers: {},
    body: undefined,
    redirect: 'manual',
    ...(signal !== undefined && { signal }),
  });
}

async function given(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
}
