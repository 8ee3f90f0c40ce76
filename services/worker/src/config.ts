import { host, port, readSettings, settings } from '@rollcall/service-kit/config';
import { databaseUrl } from '@rollcall/service-kit/database-url';

export interface WorkerSettings {
  readonly host: string;
  /** Of the health checks; the worker serves nothing else. */
  readonly port: number;
  readonly databaseUrl: string;
}

/**
 * WORKER_PORT, WORKER_HOST and the database's settings from the environment. Throws SettingsError and NoDatabaseError, whose
 * messages say what to set.
 */
export function readWorkerSettings(env: NodeJS.ProcessEnv = process.env): WorkerSettings {
  const read = readSettings(
    settings({
      WORKER_PORT: port(4003).meta({
        description: "the port of the worker's health checks",
        example: '4003',
      }),
      WORKER_HOST: host('127.0.0.1').meta({
        description: "the address of the worker's health checks",
        example: '0.0.0.0',
      }),
    }),
    env,
  );
  return { host: read.WORKER_HOST, port: read.WORKER_PORT, databaseUrl: databaseUrl(env) };
}
