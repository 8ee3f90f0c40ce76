import { join } from 'node:path';
import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readOutbox } from '../src/mail/outbox.ts';
import { ADMIN_URL, workerWorld } from './harness.ts';
import { startMailServer } from './mail-server.ts';

test('whoever is invited over SCIM gets a mail over SMTP, with the account and a link of their own', async () => {
  await using world = await workerWorld();
  await using server = await startMailServer();
  const acme = await world.addAccount('Ätna & Söhne <GmbH>');
  await using _worker = await world.work({
    SMTP_URL: server.url,
    MAIL_FROM: 'Rollcall <mail@rollcall.example.com>',
  });
  const name = { givenName: 'Zoë', familyName: 'Ōkubo' };
  await acme.idp.post({ userName: 'zoe@elsewhere.example', attributes: { name } });
  await expect.poll(() => server.received, { timeout: 20_000 }).toHaveLength(1);
  const [mail] = server.received;
  expect(mail?.from).toBe('mail@rollcall.example.com');
  expect(mail?.to).toEqual(['zoe@elsewhere.example']);
  expect(headerOf(mail?.raw, 'Subject')).toBe('You are invited to Ätna & Söhne <GmbH>');
});

test('without a mail server, mails lie readable in the outbox, the newest first', async () => {
  await using world = await workerWorld();
  const acme = await world.addAccount('Acme');
  await using _worker = await world.work();
  const outbox = join(world.folder, 'outbox');
  expect(await readOutbox(outbox)).toEqual([]);
  for (const who of ['ana', 'bo']) {
    const before = (await readOutbox(outbox)).length;
    await acme.idp.post({ userName: `${who}@elsewhere.example` });
    await expect.poll(() => readOutbox(outbox), { timeout: 20_000 }).toHaveLength(before + 1);
  }
  const mails = await readOutbox(outbox);
  expect(mails.map(({ to, subject }) => [to.address, subject])).toEqual([
    ['bo@elsewhere.example', 'You are invited to Acme'],
    ['ana@elsewhere.example', 'You are invited to Acme'],
  ]);
  expect(mails[0]?.text).toMatch(new RegExp(`${ADMIN_URL}/accept/[\\w-]{75}\n`, 'u'));
  expect((await readdir(outbox)).filter((file) => file.endsWith('.eml'))).toHaveLength(2);
});

/** The value of a header, with encoded words (RFC 2047) read. */
function headerOf(raw: string | undefined, name: string): string | undefined {
  const unfolded = (raw ?? '').split('\r\n\r\n')[0]?.replaceAll(/\r\n[ \t]+/gu, ' ') ?? '';
  const line = unfolded.split('\r\n').find((each) => each.startsWith(`${name}: `));
  return line
    ?.slice(name.length + 2)
    .replaceAll(/(\?=) +(=\?)/gu, '$1$2')
    .replaceAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/giu, (_all, kind: string, text: string) =>
      kind.toUpperCase() === 'B' ? Buffer.from(text, 'base64').toString() : quotedText(text),
    );
}

function quotedText(text: string): string {
  return decodeURIComponent(text.replaceAll('_', ' ').replaceAll('%', '%25').replaceAll('=', '%'));
}
