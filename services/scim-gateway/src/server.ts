import { rm } from 'node:fs/promises';
import { type Database, openDatabase } from '@rollcall/domain/database/connection';
import { watchYoungTables } from '@rollcall/domain/database/young-tables';
import { sweepAnchors } from '@rollcall/domain/pages/anchors';
import { openProvisioningLog } from '@rollcall/domain/provisioning-log/provisioning-log';
import { openTokenCache } from '@rollcall/domain/scim-access/authenticate';
import type { InternalEntry } from '@rollcall/service-kit/internal-address';
import type { FastifyBaseLogger } from 'fastify';
import { buildServer } from './build-server.ts';
import type { GatewaySettings } from './config.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { buildInternalServer } from './replay/internal-server.ts';
import { openReplay } from './replay/replay.ts';

export interface RunningGateway extends AsyncDisposable {
  /** Where it listens; identity providers may know it under another address. */
  readonly url: string;
  /** Where it takes the admin API's questions, where it does: a URL, or the path of a socket. */
  readonly internalUrl: string | undefined;
}

/**
 * Starts listening. Disposing of it stops accepting, finishes the requests that have begun, writes what the provisioning
 * log still holds, and only then closes the database.
 */
export async function startGateway(
  settings: GatewaySettings,
  logger: FastifyBaseLogger,
): Promise<RunningGateway> {
  await using starting = new AsyncDisposableStack();
  const db = await openDatabase({
    url: settings.databaseUrl,
    applicationName: 'rollcall scim-gateway',
    onIdleConnectionError: (error) => logger.error({ err: error }, 'idle database connection failed'),
  });
  starting.defer(() => db.destroy());
  starting.use(
    watchYoungTables(db, {
      onError: (error) => logger.warn({ err: error }, 'statistics were not refreshed'),
    }),
  );
  starting.use(
    sweepAnchors(db, {
      onError: (error) => logger.warn({ err: error }, 'old page anchors were not deleted'),
    }),
  );
  const tokens = openTokenCache(db, {
    onError: (error) => logger.error({ err: error }, 'token cache failed'),
  });
  starting.use(tokens);
  const log = openProvisioningLog(db, {
    onError: (error, lost) => logger.error({ err: error, lost }, 'provisioning log was not written'),
  });
  starting.use(log);
  const app = buildServer({
    db,
    tokens,
    log,
    logger,
    publicScimUrl: settings.publicScimUrl,
    limits: DEFAULT_LIMITS,
    trustedProxies: settings.trustedProxies,
  });
  starting.defer(() => app.close());
  const internalUrl =
    settings.internal && (await openInternalEntry(starting, db, settings, settings.internal, logger));
  const url = await app.listen({ host: settings.host, port: settings.port });
  const running = starting.move();
  return { url, internalUrl, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** On a listener of its own: whatever reaches the port of identity providers must not reach it. */
async function openInternalEntry(
  starting: AsyncDisposableStack,
  db: Database,
  { publicScimUrl }: GatewaySettings,
  { address, secret }: InternalEntry,
  logger: FastifyBaseLogger,
): Promise<string> {
  const replay = starting.use(openReplay({ db, logger, publicScimUrl, limits: DEFAULT_LIMITS }));
  const internal = buildInternalServer({ replay, logger, secret });
  starting.defer(() => internal.close());
  if (!('socketPath' in address)) return internal.listen(address);
  // Left behind by a process that was killed.
  await rm(address.socketPath, { force: true });
  return internal.listen({ path: address.socketPath });
}
