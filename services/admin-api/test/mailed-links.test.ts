import type { TestDatabase } from '@rollcall/domain/testing/database';
import { mailsToSend } from '@rollcall/domain/testing/mails';
import { type IdentityProvider, identityProvider } from '@rollcall/domain/testing/provisioning';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATOR, startTestAdminApi, type TestAdminApi } from './harness.ts';

const OURS = { origin: 'https://rollcall.example.com' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let api: TestAdminApi;
let database: Pick<TestDatabase, 'db' | 'url'>;
let slugs = 0;

beforeAll(async () => {
  api = await startTestAdminApi();
  database = { db: api.db, url: api.databaseUrl };
});
afterAll(() => api[Symbol.asyncDispose]());

interface Answer {
  status: number;
  title: string;
  body: string;
  headers: Readonly<Record<string, unknown>>;
}

async function send(method: 'GET' | 'HEAD' | 'POST', path: string, headers = {}): Promise<Answer> {
  const options: InjectOptions = { method, url: path, headers };
  const response = await api.app.inject(options);
  const title = /<h1>(.*?)<\/h1>/u.exec(response.body)?.[1] ?? '';
  return { status: response.statusCode, title, body: response.body, headers: response.headers };
}

function press(path: string, headers: Record<string, string> = OURS): Promise<Answer> {
  return send('POST', path, { ...FORM, ...headers });
}

interface World {
  idp: IdentityProvider;
  /** The link in the mail that is written next. */
  link: () => Promise<string>;
  stateOf: (address: string) => Promise<string>;
  alerts: () => Promise<string[]>;
}

async function givenAccount(settings: Parameters<TestAdminApi['addAccount']>[1] = {}): Promise<World> {
  slugs += 1;
  const { accountId } = await api.addAccount(`links-${slugs}`, { name: 'Acme & <Co>', ...settings });
  const idp = identityProvider(api.db, { accountId, actor: OPERATOR });
  await mailsToSend(database);
  return {
    idp,
    async link() {
      const [mail] = await mailsToSend(database);
      if (mail === undefined) throw new Error('No mail is to be sent.');
      if (!('token' in mail) || typeof mail.token !== 'string') throw new Error('The mail has no link.');
      return `/${mail.mail === 'invitation' ? 'accept' : 'confirm'}/${mail.token}`;
    },
    async stateOf(address) {
      const user = await api.db
        .selectFrom('users')
        .select(['state', 'user_name'])
        .where('account_id', '=', accountId)
        .where('user_name', '=', address)
        .executeTakeFirst();
      return user?.state ?? 'unknown';
    },
    async alerts() {
      const events = await api.db
        .selectFrom('audit_events')
        .select('kind')
        .where('account_id', '=', accountId)
        .where('alert', '=', true)
        .execute();
      return events.map(({ kind }) => kind);
    },
  };
}

describe('the link in an invitation', () => {
  test('shows a page with one button, and the button accepts', async () => {
    const world = await givenAccount();
    await world.idp.post({ userName: 'ana@elsewhere.example' });
    const link = await world.link();
    const page = await send('GET', link);
    expect([page.status, page.title]).toEqual([200, 'Join Acme &amp; &lt;Co&gt;']);
    expect(page.body.match(/<button>/gu)).toHaveLength(1);
    expect(page.body).not.toContain('<script');
    const done = await press(link);
    expect([done.status, done.title]).toEqual([200, 'Welcome to Acme &amp; &lt;Co&gt;']);
    expect(done.body).toMatch(/href="\/sign-in\/links-\d+"/u);
    expect(await world.stateOf('ana@elsewhere.example')).toBe('active');
  });

  test('is not spent by a scanner that opens every link of a mail, in whatever way it reads', async () => {
    const world = await givenAccount();
    await world.idp.post({ userName: 'ana@elsewhere.example' });
    const link = await world.link();
    const opened = await Promise.all(
      Array.from({ length: 6 }, (_each, index) => send(index % 2 === 0 ? 'GET' : 'HEAD', link)),
    );
    expect(opened.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(await world.stateOf('ana@elsewhere.example')).toBe('invited');
    expect((await press(link)).status).toBe(200);
  });

  test('accepts once when its button is pressed twice at once, and says so to the second', async () => {
    const world = await givenAccount();
    await world.idp.post({ userName: 'ana@elsewhere.example' });
    const link = await world.link();
    const pressed = await Promise.all([press(link), press(link)]);
    expect(pressed.map(({ title }) => title).toSorted()).toEqual([
      'Welcome to Acme &amp; &lt;Co&gt;',
      'You have joined already',
    ]);
    expect((await send('GET', link)).title).toBe('You have joined already');
  });

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['a site whose name begins like ours', { origin: 'https://rollcall.example.com.evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['something that says nothing of where it comes from', {}],
  ])('does nothing when the button is pressed by %s', async (_title, headers: Record<string, string>) => {
    const world = await givenAccount();
    await world.idp.post({ userName: 'ana@elsewhere.example' });
    const link = await world.link();
    expect((await press(link, headers)).status).toBe(403);
    expect(await world.stateOf('ana@elsewhere.example')).toBe('invited');
  });

  test('tells what became of the invitation when it was replaced or revoked', async () => {
    const world = await givenAccount();
    const { id } = await world.idp.post({ userName: 'ana@elsewhere.example' });
    const first = await world.link();
    await world.idp.patch(id, { userName: 'ana@nowhere.example' });
    const second = await world.link();
    await world.idp.delete(id);
    for (const [link, title] of [
      [first, 'There is a newer link'],
      [second, 'This invitation was withdrawn'],
    ] as const) {
      expect(await send('GET', link)).toMatchObject({ status: 410, title });
      expect(await press(link)).toMatchObject({ status: 410, title });
    }
  });

  test('without a free license changes nothing, tells the person, and alerts administrators', async () => {
    const world = await givenAccount({
      verifiedDomains: [],
      seats: [{ licenseType: 'developer', limit: 1 }],
    });
    await world.idp.post({ userName: 'ana@elsewhere.example' });
    const link = await world.link();
    expect(await press(link)).toMatchObject({
      status: 409,
      title: 'Acme &amp; &lt;Co&gt; has no free license',
    });
    expect(await world.stateOf('ana@elsewhere.example')).toBe('invited');
    expect((await send('GET', link)).status).toBe(200);
    expect(await world.alerts()).toEqual(['invitation.acceptance_refused']);
  });

  test('that was never given out is unknown, and tells nothing', async () => {
    const world = await givenAccount();
    await world.idp.post({ userName: 'ana@elsewhere.example' });
    const link = await world.link();
    const others = [`${link}A`, link.slice(0, -1), '/accept/x', link.replace('/accept/', '/confirm/')];
    for (const other of others) {
      expect(await send('GET', other)).toMatchObject({ status: 404, title: 'This link does not work' });
      expect(await press(other)).toMatchObject({ status: 404 });
    }
  });

  test('is a page that nobody frames, caches or tells other sites of', async () => {
    const { headers } = await send('GET', '/accept/x');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/u);
  });
});

describe('the link that asks to confirm a changed address', () => {
  test('changes nothing when it is opened, and the address when its button is pressed', async () => {
    const world = await givenAccount();
    const { id } = await world.idp.post({ userName: 'ana@acme.io' });
    await world.idp.put(id, { userName: 'ana@elsewhere.example' });
    const link = await world.link();
    await Promise.all([send('GET', link), send('HEAD', link)]);
    expect(await world.stateOf('ana@elsewhere.example')).toBe('unknown');
    expect(await press(link)).toMatchObject({ status: 200, title: 'Your address is confirmed' });
    expect(await world.stateOf('ana@elsewhere.example')).toBe('active');
    expect(await press(link)).toMatchObject({ status: 410, title: 'The address is confirmed already' });
  });

  test('dies with the change', async () => {
    const world = await givenAccount();
    const { id } = await world.idp.post({ userName: 'ana@acme.io' });
    await world.idp.put(id, { userName: 'ana@elsewhere.example' });
    const link = await world.link();
    await world.idp.patch(id, { userName: 'ana@acme.io' });
    expect(await press(link)).toMatchObject({ status: 410, title: 'The change was cancelled' });
    expect(await world.stateOf('ana@acme.io')).toBe('active');
  });
});
