import type { Plan, ProviderKind } from './account-settings.ts';

/** A tenant: everything else belongs to exactly one. */
export interface Account {
  id: string;
  /** What an operator calls it by. */
  slug: string;
  name: string;
  plan: Plan;
  /** The kind of single sign-on provider that is, or will be, connected. */
  ssoProviderKind: ProviderKind | null;
  /** Whether it is connected, so that people can sign in. */
  ssoConnected: boolean;
  createdAt: Date;
}

export const PLANS = ['starter', 'enterprise', 'enterprise_plus'] as const satisfies readonly Plan[];

export const PROVIDER_KINDS = ['okta', 'entra', 'custom'] as const satisfies readonly ProviderKind[];
