import { type QueryExecutorProvider, sql } from 'kysely';

const OLDEST_VERSION = 15;
const NEWEST_VERSION = 18;

/** The database server cannot hold Rollcall's data; the message says what to change. */
export class ServerUnsuitableError extends Error {
  override readonly name = 'ServerUnsuitableError';
}

/** Why Rollcall cannot run on the server behind `db`, in words for its operator; undefined when it can. */
export async function unsuitability(db: QueryExecutorProvider): Promise<string | undefined> {
  const { rows } = await sql<{ version: number; name: string; encoding: string; folds: boolean }>`
    select current_setting('server_version_num')::int as version, current_setting('server_version') as name,
      current_setting('server_encoding') as encoding, lower('Ä') = 'ä' as folds`.execute(db);
  const [server] = rows;
  if (server === undefined) return 'The database server did not say which version it is.';
  const major = Math.floor(server.version / 10_000);
  if (major < OLDEST_VERSION || major > NEWEST_VERSION) {
    return `PostgreSQL ${OLDEST_VERSION} to ${NEWEST_VERSION} is needed, but DATABASE_URL names a server of version ${server.name}. Point it at a supported one.`;
  }
  if (server.encoding !== 'UTF8') {
    return `The database is encoded in ${server.encoding}. Create it anew with ENCODING 'UTF8'.`;
  }
  if (!server.folds) {
    return `The database does not fold letters beyond ASCII (lower('Ä') is not 'ä'), so user names could be taken twice. Create it anew with a UTF-8 locale, for example LOCALE 'C.UTF-8'.`;
  }
  return undefined;
}
