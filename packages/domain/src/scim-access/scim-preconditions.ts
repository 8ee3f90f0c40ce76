import type { Account } from '../accounts/account.ts';
import { RefusedError } from '../errors.ts';

/** What an account needs before SCIM can be enabled. Throws RefusedError('plan_too_small' | 'sso_not_connected'). */
export function assertScimAllowed(account: Pick<Account, 'plan' | 'ssoProviderKind'>): void {
  if (account.plan === 'starter') {
    throw new RefusedError(
      'plan_too_small',
      'SCIM needs the plan enterprise or enterprise_plus, and this account has starter.',
    );
  }
  if (account.ssoProviderKind === null) {
    throw new RefusedError(
      'sso_not_connected',
      'SCIM needs a connected single sign-on provider, and this account has none. Connect one first.',
    );
  }
}
