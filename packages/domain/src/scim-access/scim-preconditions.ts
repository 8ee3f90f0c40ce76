import type { Account } from '../accounts/account.ts';
import { RefusedError } from '../errors.ts';

/** What an account lacks before SCIM can be enabled: RefusedError('plan_too_small' | 'sso_not_connected'). */
export function scimObstacles({
  plan,
  ssoConnected,
}: Pick<Account, 'plan' | 'ssoConnected'>): readonly RefusedError[] {
  const obstacles: RefusedError[] = [];
  if (plan === 'starter') {
    obstacles.push(
      new RefusedError(
        'plan_too_small',
        'SCIM needs the plan enterprise or enterprise_plus, and this account has starter.',
        { facts: { plan } },
      ),
    );
  }
  if (!ssoConnected) {
    obstacles.push(
      new RefusedError(
        'sso_not_connected',
        'SCIM needs a connected single sign-on provider, and this account has none. Connect one first.',
      ),
    );
  }
  return obstacles;
}

/** Throws the first of them. */
export function assertScimAllowed(account: Pick<Account, 'plan' | 'ssoConnected'>): void {
  const [obstacle] = scimObstacles(account);
  if (obstacle !== undefined) throw obstacle;
}
