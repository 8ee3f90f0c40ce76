import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { z } from 'zod';
import type { Mailer, OutgoingMail } from './mailer.ts';

/** A mail that lies in the outbox. The same mail, as it would have been sent, is beside it as `{id}.eml`. */
const outboxMail = z.object({
  /** Its file's name without an ending; ids in order are mails in the order in which they were written. */
  id: z.string(),
  at: z.iso.datetime(),
  from: z.string(),
  to: z.object({ name: z.string(), address: z.string() }),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
});

export type OutboxMail = z.infer<typeof outboxMail>;

/** The outbox is for somebody who looks at it: what lies further back is thrown away. */
const MOST_MAILS = 500;

/** Puts mails into a folder instead of sending them, `{id}.json` and `{id}.eml` each, for a machine without a mail server. */
export function outboxMailer(folder: string, from: string, now: () => Date): Mailer {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  let written = 0;
  return {
    async send(mail: OutgoingMail) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const at = now().toISOString();
      written += 1;
      const id = `${at.replaceAll(/[-:.]/gu, '')}-${process.pid}-${String(written).padStart(6, '0')}`;
      const { message } = await composer.sendMail({ ...mail, from, date: new Date(at) });
      await writeFile(join(folder, `${id}.eml`), message, { mode: 0o600 });
      const { to, subject, text, html } = mail;
      await writeWhole(
        join(folder, `${id}.json`),
        JSON.stringify({ id, at, from, to, subject, text, html }, null, 2),
      );
      await throwOldAway(folder);
    },
  };
}

/** The mails in the outbox, the newest first; none where nothing was ever written. */
export async function readOutbox(folder: string): Promise<readonly OutboxMail[]> {
  const ids = await idsIn(folder);
  const mails = await Promise.all(ids.toReversed().map((id) => readMail(folder, id)));
  return mails.filter((mail) => mail !== undefined);
}

/** A reader never meets half a file. */
async function writeWhole(file: string, text: string): Promise<void> {
  const unfinished = `${file}.unfinished`;
  await writeFile(unfinished, text, { mode: 0o600 });
  await rename(unfinished, file);
}

async function throwOldAway(folder: string): Promise<void> {
  const ids = await idsIn(folder);
  for (const id of ids.slice(0, Math.max(0, ids.length - MOST_MAILS))) {
    await rm(join(folder, `${id}.json`), { force: true });
    await rm(join(folder, `${id}.eml`), { force: true });
  }
}

async function idsIn(folder: string): Promise<string[]> {
  try {
    const files = await readdir(folder);
    return files
      .flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : []))
      .toSorted();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Undefined for a mail that was thrown away meanwhile, or a file of somebody else's. */
async function readMail(folder: string, id: string): Promise<OutboxMail | undefined> {
  try {
    const text = await readFile(join(folder, `${id}.json`), 'utf8');
    return outboxMail.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
