import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import { type AccountSettings, readAccountSettings } from '../accounts/account-settings.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import type { DB } from '../database/schema.generated.ts';
import type { LicensePreview } from '../licenses/license-preview.ts';
import { licensingFacts, moveFacts } from '../licenses/licensing-facts.ts';
import { type PreviewGround, previewToken } from '../licenses/preview-token.ts';
import { findPeople } from '../scim-access/effect-figures.repository.ts';
import { type Example, type Found, several } from '../scim-access/setting-effect.ts';
import { getDomain } from './manage-domains.ts';
import { hasAddressIn, licensesOf, planActivations, selectInvitedIn } from './plan-activations.ts';

export const DOMAIN_EFFECT_KINDS = [
  'newcomers_active_at_once',
  'newcomers_invited',
  'people_stay',
  'invited_can_be_activated',
  'address_changes_wait',
] as const;

export interface DomainEffect {
  kind: (typeof DOMAIN_EFFECT_KINDS)[number];
  text: string;
  count: number | null;
  /** The first of them by age. */
  examples: readonly Example[];
}

export interface VerificationPreview {
  effects: readonly DomainEffect[];
  /** How many people are invited in the domain. */
  invited: number;
  /** Who `activateInvitedIn` would activate in its first call, with which license. */
  activation: LicensePreview;
  /** For `activateInvitedIn`. */
  token: string;
}

/**
 * What it brings when the domain is verified, or what is left to do once it is: verification activates nobody by itself. Writes
 * nothing. Throws ForbiddenError and NotFoundError.
 */
export async function previewVerifyDomain(
  db: Kysely<DB>,
  caller: Caller,
  accountId: string,
  name: string,
  now: Date,
): Promise<VerificationPreview> {
  assertRight(caller, 'settings:read');
  const [settings, { domain }] = await Promise.all([
    readAccountSettings(db, accountId),
    getDomain(db, accountId, name),
  ]);
  const [invited, changing] = await Promise.all([
    selectInvitedIn(db, settings, domain),
    findPeople(db, accountId, changesInto(domain)),
  ]);
  const licenses = licensesOf(settings, planActivations(settings, invited.people, now));
  return {
    effects: [
      {
        kind: 'newcomers_active_at_once',
        text: `New people with an address in ${domain} are active and licensed at once, and changes to such an address apply without confirmation.`,
        count: null,
        examples: [],
      },
      ...someOf(changing, (count) => ({
        kind: 'address_changes_wait',
        text: `${several(count, 'change', 'changes')} to an address in ${domain} still ${count === 1 ? 'waits' : 'wait'} for confirmation.`,
      })),
      ...(invited.count === 0
        ? []
        : [
            {
              kind: 'invited_can_be_activated' as const,
              text: `${several(invited.count, 'person is', 'people are')} invited in ${domain}. They stay so until they accept, or until you have them activated.`,
              count: invited.count,
              examples: [],
            },
          ]),
    ],
    invited: invited.count,
    activation: licenses,
    token: previewToken(groundOfActivation(settings, domain, licenses), now),
  };
}

/** What it brings when the domain goes. Writes nothing. Throws ForbiddenError and NotFoundError. */
export async function previewRemoveDomain(
  db: Kysely<DB>,
  caller: Caller,
  accountId: string,
  name: string,
): Promise<readonly DomainEffect[]> {
  assertRight(caller, 'settings:read');
  const { domain, state } = await getDomain(db, accountId, name);
  if (state === 'pending') return [];
  const active = await findPeople(
    db,
    accountId,
    sql<SqlBool>`u.state = 'active' and ${hasAddressIn(domain)}`,
  );
  return [
    {
      kind: 'newcomers_invited',
      text: `New people with an address in ${domain} are invited, and licensed once they accept; changes to such an address have to be confirmed.`,
      count: null,
      examples: [],
    },
    ...someOf(active, (count) => ({
      kind: 'people_stay',
      text: `${several(count, 'active person has', 'active people have')} an address in ${domain}, and stay as they are.`,
    })),
  ];
}

/** What activating must find as the preview found it. */
export function groundOfActivation(
  settings: AccountSettings,
  domain: string,
  { changes, moves }: LicensePreview,
): PreviewGround {
  return {
    input: ['activate', domain],
    facts: { ...licensingFacts(settings), ...moveFacts(moves) },
    changes,
  };
}

function changesInto(domain: string): RawBuilder<SqlBool> {
  const end = `@${domain}`;
  return sql<SqlBool>`u.pending_user_name_lower is not null
    and right(u.pending_user_name_lower, length(${end}::text)) = ${end}`;
}

function someOf(
  found: Found,
  effect: (count: number) => Pick<DomainEffect, 'kind' | 'text'>,
): readonly DomainEffect[] {
  return found.count === 0 ? [] : [{ ...effect(found.count), ...found }];
}
