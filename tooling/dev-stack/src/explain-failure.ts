import { ServerUnsuitableError } from '@rollcall/domain/database/server-requirements';
import { EmbeddedPostgresError } from '@rollcall/embedded-postgres/errors';
import { SettingsError } from '@rollcall/service-kit/config';

const FOR_THE_OPERATOR = [ServerUnsuitableError, EmbeddedPostgresError, SettingsError];

/** What the person at the terminal reads when the stack cannot start or has to stop. */
export function explainFailure(failure: unknown, env: NodeJS.ProcessEnv): string {
  if (!(failure instanceof Error)) return String(failure);
  if (FOR_THE_OPERATOR.some((kind) => failure instanceof kind)) return failure.message;
  const code = 'code' in failure ? String(failure.code) : '';
  if (code === 'EADDRINUSE') {
    return `${failure.message}: the port is taken, perhaps by another Rollcall. Free it, or set ${portSetting(failure, env)} to another one.`;
  }
  if (isAboutTheConnection(code)) {
    return `The database that DATABASE_URL names cannot be used: ${failure.message}. Correct it, or unset it to use the embedded PostgreSQL.`;
  }
  return failure.stack ?? failure.message;
}

/** The system's codes for an address that does not answer, PostgreSQL's for a wrong role, password or database name. */
function isAboutTheConnection(code: string): boolean {
  return ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT', '28P01', '28000', '3D000'].includes(code);
}

const PORTS = { ADMIN_PORT: 4000, SCIM_PORT: 4001, IDP_PORT: 4002, WORKER_PORT: 4003 };

function portSetting(failure: Error, env: NodeJS.ProcessEnv): string {
  const port = 'port' in failure ? failure.port : undefined;
  const names = Object.entries(PORTS).flatMap(([name, usual]) =>
    Number(env[name] || usual) === port ? [name] : [],
  );
  return names[0] ?? Object.keys(PORTS).join(', ');
}
