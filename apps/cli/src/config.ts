import { userInfo } from 'node:os';
import { secretBox, type SecretBox } from '@rollcall/domain/sso/secret-box';
import type { ProviderReach } from '@rollcall/oidc-protocol/provider-fetch';
import { adminAddressSettings, publicAdminUrl } from '@rollcall/service-kit/admin-url';
import { readSettings, settings } from '@rollcall/service-kit/config';
import { databaseUrl } from '@rollcall/service-kit/database-url';
import { dnsServersSetting } from '@rollcall/service-kit/dns-servers';
import { providerReachSetting } from '@rollcall/service-kit/provider-reach';
import { publicScimUrl, scimAddressSettings } from '@rollcall/service-kit/scim-base-url';
import { secretKeys } from '@rollcall/service-kit/secret-key';

/** DATABASE_URL, else the database of a running `npm start`. Throws NoDatabaseError. */
export function configuredDatabaseUrl(): string {
  return databaseUrl(process.env);
}

/** Where identity providers reach the SCIM gateway, from PUBLIC_SCIM_URL and SCIM_PORT. Throws SettingsError. */
export function configuredScimUrl(): string {
  return publicScimUrl(readSettings(settings(scimAddressSettings), process.env));
}

/** Where people reach the admin API, from PUBLIC_ADMIN_URL and ADMIN_PORT. Throws SettingsError. */
export function configuredAdminUrl(): string {
  return publicAdminUrl(readSettings(settings(adminAddressSettings), process.env));
}

/** Which sign-on providers may be connected, from SSO_PROVIDERS. Throws SettingsError. */
export function configuredReach(): ProviderReach {
  return readSettings(settings({ SSO_PROVIDERS: providerReachSetting }), process.env).SSO_PROVIDERS;
}

/** The name servers that are asked for the records that prove domains, from DNS_SERVERS. Throws SettingsError. */
export function configuredDnsServers(): readonly string[] {
  return readSettings(settings({ DNS_SERVERS: dnsServersSetting }), process.env).DNS_SERVERS;
}

/** ROLLCALL_SECRET_KEY, else the key of `npm start`. Throws SettingsError and NoSecretKeyError. */
export function configuredSecrets(): SecretBox {
  const { current, previous } = secretKeys(process.env);
  return secretBox(current, ...previous);
}

/** Who runs the command, for audit events. */
export function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that no user has.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
