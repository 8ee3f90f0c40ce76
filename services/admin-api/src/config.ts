import { host, readSettings, settings } from '@rollcall/service-kit/config';
import { databaseUrl } from '@rollcall/service-kit/database-url';
import { publicScimUrl, scimAddressSettings } from '@rollcall/service-kit/scim-base-url';
import { adminAddressSettings, publicAdminUrl } from '@rollcall/service-kit/admin-url';

export interface AdminApiSettings {
  readonly host: string;
  readonly port: number;
  /** Where administrators reach this service, without a slash at the end. */
  readonly publicAdminUrl: string;
  /** Where identity providers reach the SCIM gateway, for the base URL that administrators paste. */
  readonly publicScimUrl: string;
  readonly databaseUrl: string;
  /** Serves the explorer at GET /graphql, and shows the schema to whoever asks. */
  readonly development: boolean;
}

/**
 * ADMIN_PORT, ADMIN_HOST, PUBLIC_ADMIN_URL, PUBLIC_SCIM_URL and the database's settings from the environment. Throws SettingsError
 * and NoDatabaseError, whose messages say what to set.
 */
export function readAdminApiSettings(env: NodeJS.ProcessEnv = process.env): AdminApiSettings {
  const read = readSettings(
    settings({
      ...scimAddressSettings,
      ...adminAddressSettings,
      ADMIN_HOST: host('127.0.0.1').meta({
        description: 'the address that the admin API listens on',
        example: '0.0.0.0',
      }),
    }),
    env,
  );
  return {
    host: read.ADMIN_HOST,
    port: read.ADMIN_PORT,
    publicAdminUrl: publicAdminUrl(read),
    publicScimUrl: publicScimUrl(read),
    databaseUrl: databaseUrl(env),
    development: env['NODE_ENV'] !== 'production',
  };
}
