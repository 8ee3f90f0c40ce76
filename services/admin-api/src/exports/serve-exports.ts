import { Readable } from 'node:stream';
import { getAccount } from '@rollcall/domain/accounts/find-accounts';
import { assertRight } from '@rollcall/domain/admins/caller';
import { inAccount } from '@rollcall/domain/database/tenancy/account-scope';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { ForbiddenError } from '@rollcall/domain/errors';
import { type LogExport, recordExport } from '@rollcall/domain/events/record-export';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { authenticate, type Sender } from '../authenticate.ts';
import type { AdminApi } from '../build-server.ts';
import { recordAttempts, recordForeign, refusedAttempt } from '../record-attempts.ts';
import { type ErrorAnswer, refuseStranger, sendError } from '../error-answer.ts';
import { isOwnDownload } from '../own-request.ts';
import { AUDIT_LOG, type ExportedLog, PROVISIONING_LOG } from './exported-logs.ts';
import { FORMATS, type Format } from './formats.ts';
import { refusalOf } from './refusals.ts';
import type { Parameters } from './input-from-query.ts';

/** GET /exports/provisioning-events.csv and its like: a whole log as a file, for a script or a link in a page. */
export async function serveExports(app: FastifyInstance, api: AdminApi): Promise<void> {
  const formats = [
    ['csv', FORMATS.csv],
    ['jsonl', FORMATS.jsonl],
  ] as const;
  for (const [extension, format] of formats) {
    serve(PROVISIONING_LOG, extension, format);
    serve(AUDIT_LOG, extension, format);
  }

  function serve<Entry extends { id: string }>(
    log: ExportedLog<Entry>,
    extension: string,
    format: Format,
  ): void {
    app.get(`/exports/${log.file}.${extension}`, { exposeHeadRoute: false }, async (request, reply) => {
      const now = new Date();
      const sender = await authenticate(api.db, request, api.settings, now, isOwnDownload);
      if (sender === undefined) return refuseStranger(request, reply);
      if ('foreign' in sender) {
        await recordForeign(api, sender, now);
        return sendError(request, reply, FOREIGN);
      }
      try {
        return await inAccount(sender.accountId, () =>
          exportLog(api, { log, extension, format }, sender, request, reply, now),
        );
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === undefined) throw error;
        if (error instanceof ForbiddenError) {
          const attempt = refusedAttempt({ field: 'exports', code: 'FORBIDDEN', right: error.right ?? null });
          await recordAttempts(api, sender.caller.actor, sender.accountId, [attempt], now);
        }
        return sendError(request, reply, refusal);
      }
    });
  }
}

async function exportLog<Entry extends { id: string }>(
  { db, logger }: AdminApi,
  { log, extension, format }: { log: ExportedLog<Entry>; extension: string; format: Format },
  { accountId, caller }: Sender,
  request: FastifyRequest,
  reply: FastifyReply,
  now: Date,
): Promise<FastifyReply> {
  assertRight(caller, 'logs:export');
  const parameters = parametersOf(request.query);
  const entries = log.read(db, accountId, parameters, now);
  // What is wrong with the filter shows at the first batch, while there is still a status to say so.
  const first = await entries.next();
  const exported: LogExport = {
    log: log.name,
    format: extension,
    filteredBy: [...parameters.keys()].toSorted(),
  };
  const { slug } = await getAccount(db, accountId);
  await inTransaction(db, async (trx) => recordExport(trx, caller, accountId, exported, now));

  async function* text(): AsyncGenerator<string, void, void> {
    try {
      yield format.head(log.columns);
      if (first.done === true) return;
      yield format.body(log.columns, first.value);
      for await (const batch of entries) yield format.body(log.columns, batch);
    } catch (error) {
      // The status is sent: that the answer ends before its last chunk is all that tells the client.
      logger.error({ err: error, requestId: request.id }, 'export broke off');
      throw error;
    }
  }

  const name = `rollcall-${slug}-${log.file}-${now.toISOString().slice(0, 10)}.${extension}`;
  return reply
    .header('content-type', format.contentType)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .send(Readable.from(text()));
}

function parametersOf(query: unknown): Parameters {
  const given: [string, unknown][] = typeof query === 'object' && query !== null ? Object.entries(query) : [];
  return new Map(
    given.map(([name, value]) => [
      name,
      (Array.isArray(value) ? value : [value]).map((each) => String(each)),
    ]),
  );
}

const FOREIGN: ErrorAnswer = {
  status: 403,
  code: 'FOREIGN_REQUEST',
  message:
    'A download that a session’s cookie lets in must begin on a page of this site: open it from there, in a browser that sends Sec-Fetch-Site. Scripts send a service token.',
};
