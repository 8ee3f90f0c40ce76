import type { ScimConfiguration } from '../accounts/account-settings.ts';
import { RefusedError } from '../errors.ts';

/** Throws RefusedError('scim_disabled'). Asked inside the transaction: SCIM may go off while a request is on its way. */
export function assertScimEnabled(settings: { scim: Pick<ScimConfiguration, 'enabled'> }): void {
  if (settings.scim.enabled) return;
  throw new RefusedError(
    'scim_disabled',
    'SCIM is switched off for this account. An administrator can enable it under SSO & SCIM.',
  );
}
