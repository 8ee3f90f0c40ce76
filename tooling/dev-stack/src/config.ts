import { dataDirectory } from '@rollcall/service-kit/database-url';

export type StackConfig = {
  readonly dataDir: string;
  /** Set where a PostgreSQL of the developer's own takes the place of the embedded one. */
  readonly databaseUrl: string | undefined;
  /** For the services, which read their own settings. */
  readonly env: NodeJS.ProcessEnv;
};

export function readConfig(env: NodeJS.ProcessEnv): StackConfig {
  const named = env['DATABASE_URL'];
  return { dataDir: dataDirectory(env), databaseUrl: named === '' ? undefined : named, env };
}
