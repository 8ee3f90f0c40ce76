import { openDatabase } from '@rollcall/domain/database/connection';
import { openAttemptLog } from '@rollcall/domain/events/attempt-log';
import { openProviderCache } from '@rollcall/oidc-protocol/provider-cache';
import type { FastifyBaseLogger } from 'fastify';
import { buildServer } from './build-server.ts';
import type { AdminApiSettings } from './config.ts';
import { NO_OPERATION_LIST, type OperationList, readOperationList } from './graphql/operation-list.ts';
import { schema } from './schema/schema.ts';

export interface RunningAdminApi extends AsyncDisposable {
  /** Where it listens; administrators may know it under another address. */
  readonly url: string;
}

/** Starts listening. Disposing of it stops accepting, finishes what has begun, and then closes the database. */
export async function startAdminApi(
  settings: AdminApiSettings,
  logger: FastifyBaseLogger,
): Promise<RunningAdminApi> {
  await using starting = new AsyncDisposableStack();
  const db = await openDatabase({
    url: settings.databaseUrl,
    applicationName: 'rollcall admin-api',
    onIdleConnectionError: (error) => logger.error({ err: error }, 'idle database connection failed'),
  });
  starting.defer(() => db.destroy());
  const providers = openProviderCache(settings.providerReach);
  const attempts = starting.use(
    openAttemptLog(db, (error) => logger.error({ err: error }, 'refused attempts were not counted')),
  );
  const operations = await operationsOf(settings);
  const app = await buildServer({ db, logger, settings, providers, attempts, operations });
  starting.defer(() => app.close());
  const url = await app.listen({ host: settings.host, port: settings.port });
  const running = starting.move();
  return { url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function operationsOf({ operations }: AdminApiSettings): Promise<OperationList> {
  const { manifestPath, isBinding } = operations;
  if (manifestPath === undefined) return NO_OPERATION_LIST;
  return readOperationList(manifestPath, schema, { isBinding });
}
