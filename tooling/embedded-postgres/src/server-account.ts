import { spawnSync } from 'node:child_process';
import { EmbeddedPostgresError } from './errors.ts';

/** Who the server runs as; undefined means as ourselves. */
export type ServerIdentity = { readonly uid: number; readonly gid: number } | undefined;

/** PostgreSQL refuses to run as root, so root lends it the account `postgres`, else `nobody`; nothing is created on the host. */
export function serverIdentity(): ServerIdentity {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const uid = idOf(name, '-u');
    const gid = idOf(name, '-g');
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and this machine has neither a "postgres" nor a "nobody" account. ' +
      'Start as an ordinary user, or set DATABASE_URL.',
  );
}

export function canEnter(identity: ServerIdentity, directory: string): boolean {
  return (
    identity === undefined || spawnSync('test', ['-x', directory], { cwd: '/', ...identity }).status === 0
  );
}

function idOf(name: string, option: '-u' | '-g'): number | undefined {
  const { status, stdout } = spawnSync('id', [option, name], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
}
