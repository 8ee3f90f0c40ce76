import { secretBox, type SecretBox } from '@rollcall/domain/sso/secret-box';
import type { ProviderReach } from '@rollcall/oidc-protocol/provider-fetch';
import { host, readSettings, settings } from '@rollcall/service-kit/config';
import { databaseUrl } from '@rollcall/service-kit/database-url';
import { dnsServersSetting } from '@rollcall/service-kit/dns-servers';
import {
  type GraphqlOperations,
  graphqlOperations,
  graphqlOperationsSettings,
} from '@rollcall/service-kit/graphql-operations';
import { providerReachSetting } from '@rollcall/service-kit/provider-reach';
import {
  type InternalEntry,
  internalEntry,
  internalEntrySettings,
} from '@rollcall/service-kit/internal-address';
import { publicScimUrl, scimAddressSettings } from '@rollcall/service-kit/scim-base-url';
import { secretKeys } from '@rollcall/service-kit/secret-key';
import { trustedProxiesSetting } from '@rollcall/service-kit/trusted-proxies';
import { webClientSetting } from '@rollcall/service-kit/web-client';
import { adminAddressSettings, publicAdminUrl } from '@rollcall/service-kit/admin-url';

export interface AdminApiSettings {
  readonly host: string;
  readonly port: number;
  /** Where administrators reach this service, without a slash at the end. */
  readonly publicAdminUrl: string;
  /** Where identity providers reach the SCIM gateway, for the base URL that administrators paste. */
  readonly publicScimUrl: string;
  readonly databaseUrl: string;
  /** Whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Seals the stored secrets of accounts, and what a browser keeps during a sign-in. */
  readonly secrets: SecretBox;
  /** Which sign-on providers accounts may connect. */
  readonly providerReach: ProviderReach;
  /** The name servers that are asked for the records that prove domains; none: those of the machine. */
  readonly dnsServers: readonly string[];
  /** What sessions may run. */
  readonly operations: GraphqlOperations;
  /** Where the SCIM gateway replays recorded requests; undefined where it does not. */
  readonly internal: InternalEntry | undefined;
  /** The folder of the built web client; undefined where there is none. */
  readonly webClient: string | undefined;
  /** Serves the explorer at GET /graphql, and shows the schema to whoever asks. */
  readonly development: boolean;
}

/**
 * ADMIN_PORT, ADMIN_HOST, PUBLIC_ADMIN_URL, PUBLIC_SCIM_URL, SSO_PROVIDERS, DNS_SERVERS, TRUSTED_PROXIES, SCIM_INTERNAL_ADDRESS,
 * ROLLCALL_INTERNAL_SECRET, GRAPHQL_OPERATIONS, GRAPHQL_MANIFEST, WEB_CLIENT_DIR, the key for stored secrets and the database's settings from the
 * environment. Throws SettingsError, NoSecretKeyError and NoDatabaseError, whose messages say what to set.
 */
export function readAdminApiSettings(env: NodeJS.ProcessEnv = process.env): AdminApiSettings {
  const read = readSettings(
    settings({
      ...scimAddressSettings,
      ...adminAddressSettings,
      ...internalEntrySettings,
      SSO_PROVIDERS: providerReachSetting,
      DNS_SERVERS: dnsServersSetting,
      TRUSTED_PROXIES: trustedProxiesSetting,
      ...graphqlOperationsSettings,
      WEB_CLIENT_DIR: webClientSetting,
      ADMIN_HOST: host('127.0.0.1').meta({
        description: 'the address that the admin API listens on',
        example: '0.0.0.0',
      }),
    }),
    env,
  );
  const keys = secretKeys(env);
  return {
    host: read.ADMIN_HOST,
    port: read.ADMIN_PORT,
    publicAdminUrl: publicAdminUrl(read),
    publicScimUrl: publicScimUrl(read),
    databaseUrl: databaseUrl(env),
    trustedProxies: read.TRUSTED_PROXIES,
    secrets: secretBox(keys.current, ...keys.previous),
    providerReach: read.SSO_PROVIDERS,
    dnsServers: read.DNS_SERVERS,
    operations: graphqlOperations(read),
    internal: internalEntry(read),
    webClient: read.WEB_CLIENT_DIR,
    development: env['NODE_ENV'] !== 'production',
  };
}
