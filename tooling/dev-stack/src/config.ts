import { port, readSettings, settings } from '@rollcall/service-kit/config';
import { dataDirectory } from '@rollcall/service-kit/database-url';

export type StackConfig = {
  readonly dataDir: string;
  /** Set where a PostgreSQL of the developer's own takes the place of the embedded one. */
  readonly databaseUrl: string | undefined;
  /** Of the OpenID provider and the outbox. */
  readonly idpPort: number;
  /** For the services, which read their own settings. */
  readonly env: NodeJS.ProcessEnv;
};

/** IDP_PORT, DATABASE_URL and ROLLCALL_DATA_DIR from the environment. Throws SettingsError. */
export function readConfig(env: NodeJS.ProcessEnv): StackConfig {
  const read = readSettings(
    settings({
      IDP_PORT: port(4002).meta({
        description: 'the port of the OpenID provider for development, and of the outbox',
        example: '4002',
      }),
    }),
    env,
  );
  const named = env['DATABASE_URL'];
  return {
    dataDir: dataDirectory(env),
    databaseUrl: named === '' ? undefined : named,
    idpPort: read.IDP_PORT,
    env,
  };
}
