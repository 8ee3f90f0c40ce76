import { userInfo } from 'node:os';
import { readSettings, settings } from '@rollcall/service-kit/config';
import { databaseUrl } from '@rollcall/service-kit/database-url';
import { publicScimUrl, scimAddressSettings } from '@rollcall/service-kit/scim-base-url';

/** DATABASE_URL, else the database of a running `npm start`. Throws NoDatabaseError. */
export function configuredDatabaseUrl(): string {
  return databaseUrl(process.env);
}

/** Where identity providers reach the SCIM gateway, from PUBLIC_SCIM_URL and SCIM_PORT. Throws SettingsError. */
export function configuredScimUrl(): string {
  return publicScimUrl(readSettings(settings(scimAddressSettings), process.env));
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
