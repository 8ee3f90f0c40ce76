import { type QueryExecutorProvider, sql } from 'kysely';
import { ServerUnsuitableError } from './server-requirements.ts';

/** Both are trusted extensions of PostgreSQL's own: whoever may create in the database may create them. */
const EXTENSIONS = ['pg_trgm', 'btree_gin'] as const;

const INSUFFICIENT_PRIVILEGE = '42501';
const FEATURE_NOT_SUPPORTED = '0A000';
const UNDEFINED_FILE = '58P01';

/**
 * Makes the extensions that our indexes need, unless they are there. Throws ServerUnsuitableError where the role may not
 * make them or the server lacks their files; the message says what the operator has to do.
 */
export async function createExtensions(db: QueryExecutorProvider): Promise<void> {
  for (const name of EXTENSIONS) {
    try {
      await sql`create extension if not exists ${sql.ref(name)}`.execute(db);
    } catch (cause) {
      throw new ServerUnsuitableError(remedy(name, cause), { cause });
    }
  }
}

function remedy(name: string, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === INSUFFICIENT_PRIVILEGE) {
    return `The role in DATABASE_URL may not create the extension ${name}. Have the database's owner or a superuser run "create extension if not exists ${name}" in this database, then migrate again.`;
  }
  if (code === FEATURE_NOT_SUPPORTED || code === UNDEFINED_FILE) {
    return `The database server has no extension ${name}. Install PostgreSQL's own extensions on it (the package is often named postgresql-contrib), then migrate again.`;
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return `The extension ${name} cannot be created (${reason}). Create it in this database by hand, then migrate again.`;
}
