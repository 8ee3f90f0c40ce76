import { migrate } from '@rollcall/domain/database/migrate';
import { startPostgres } from '@rollcall/embedded-postgres/start-server';
import type { StackConfig } from './config.ts';
import type { StackStart } from './run-stack.ts';

/** The URL of a migrated database: the developer's own, or the embedded one, which the stack then owns. */
export async function startDatabase(
  { dataDir, databaseUrl }: StackConfig,
  { resources, interrupted, fail }: StackStart,
  say: (line: string) => void,
): Promise<string> {
  if (databaseUrl !== undefined) {
    await migrate(databaseUrl);
    return databaseUrl;
  }
  const server = resources.use(await startPostgres({ dataDir, log: say }));
  void server.exited.then(() =>
    fail(new Error(`The database has ended by itself; its log is ${dataDir}/postgres.log.`)),
  );
  interrupted.throwIfAborted();
  await migrate(server.url);
  return server.url;
}
