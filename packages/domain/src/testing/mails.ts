import pg from 'pg';
import { queueUnsentMails } from '../invitations/queue-unsent-mails.ts';
import type { MailReference } from '../jobs/tasks.ts';
import { type MailContent, readMail } from '../mails/read-mail.ts';
import type { TestDatabase } from './database.ts';

/** What a worker would send now, the first first, and takes it from the queue. */
export async function mailsToSend(
  { db, url }: Pick<TestDatabase, 'db' | 'url'>,
  now = new Date(),
): Promise<MailContent[]> {
  await queueUnsentMails(db, now);
  const references = await takeReferences(url);
  const contents = await Promise.all(references.map((reference) => readMail(db, reference, now)));
  return contents.filter((content) => content !== undefined);
}

async function takeReferences(url: string): Promise<readonly MailReference[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ payload: MailReference }>(`
      with taken as (
        delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t
        where t.id = j.task_id and t.identifier = 'send-mail' returning j.id, j.payload
      ) select payload from taken order by id`);
    return rows.map(({ payload }) => payload);
  } finally {
    await client.end();
  }
}
