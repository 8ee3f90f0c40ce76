import { host, readSettings, settings } from '@rollcall/service-kit/config';
import { databaseUrl } from '@rollcall/service-kit/database-url';
import {
  type InternalEntry,
  internalEntry,
  internalEntrySettings,
} from '@rollcall/service-kit/internal-address';
import { publicScimUrl, scimAddressSettings } from '@rollcall/service-kit/scim-base-url';
import { trustedProxiesSetting } from '@rollcall/service-kit/trusted-proxies';

export interface GatewaySettings {
  readonly host: string;
  readonly port: number;
  /** Where identity providers reach the gateway, without a slash at the end. */
  readonly publicScimUrl: string;
  readonly databaseUrl: string;
  /** Whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Where the admin API asks for replays; undefined where it cannot. */
  readonly internal: InternalEntry | undefined;
}

/**
 * SCIM_PORT, SCIM_HOST, PUBLIC_SCIM_URL, SCIM_INTERNAL_ADDRESS, ROLLCALL_INTERNAL_SECRET, TRUSTED_PROXIES and DATABASE_URL or
 * ROLLCALL_DATA_DIR from the environment. Throws SettingsError and NoDatabaseError, whose messages say what to set.
 */
export function readGatewaySettings(env: NodeJS.ProcessEnv = process.env): GatewaySettings {
  const read = readSettings(
    settings({
      ...scimAddressSettings,
      ...internalEntrySettings,
      TRUSTED_PROXIES: trustedProxiesSetting,
      SCIM_HOST: host('127.0.0.1').meta({
        description: 'the address that the SCIM gateway listens on',
        example: '0.0.0.0',
      }),
    }),
    env,
  );
  return {
    host: read.SCIM_HOST,
    port: read.SCIM_PORT,
    publicScimUrl: publicScimUrl(read),
    databaseUrl: databaseUrl(env),
    trustedProxies: read.TRUSTED_PROXIES,
    internal: internalEntry(read),
  };
}
