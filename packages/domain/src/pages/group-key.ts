import type { FilterTarget } from '@rollcall/scim-protocol/resolve-filter';
import { type RawBuilder, sql } from 'kysely';
import { jsonKey, metaKey } from './attribute-keys.ts';
import { constantKey, type SortKey, textKey } from './sort-key.ts';

/** What an attribute of the row `g` of `groups` is sorted by; undefined for the id, by which every list is ordered anyway. */
export function groupKey(accountId: string, target: FilterTarget, scimBaseUrl: string): SortKey | undefined {
  const { schema, isExtension, attribute, sub } = target;
  if (isExtension) return jsonKey(sql`g.attributes`, target);
  switch (attribute.name) {
    case 'id':
      return undefined;
    case 'displayName':
      return { kind: 'stored', type: 'text', value: sql`g.display_name_lower`, nullable: false };
    case 'externalId':
      return { kind: 'stored', type: 'text', value: sql`g.external_id`, nullable: true };
    case 'members':
      return membersKey(accountId, sub, scimBaseUrl);
    case 'meta':
      return metaKey('Group', scimBaseUrl, 'g', sub);
    case 'schemas':
      return constantKey(schema);
    default:
      return jsonKey(sql`g.attributes`, target);
  }
}

/** Of the members that SCIM shows the first in an answer counts: the one with the lowest id. */
function membersKey(accountId: string, sub: FilterTarget['sub'], scimBaseUrl: string): SortKey {
  const first = (what: RawBuilder<unknown>): RawBuilder<unknown> => sql`(
    select ${what} from group_members membership
    join users member on member.account_id = membership.account_id and member.id = membership.user_id
    where membership.account_id = ${accountId} and membership.group_id = g.id and member.in_scim
    order by membership.user_id limit 1)`;
  switch (sub?.name) {
    case 'display':
      return textKey(
        first(sql`coalesce(member.attributes ->> 'displayName', member.user_name)`),
        sub.caseExact,
      );
    case '$ref':
      return textKey(first(sql`${`${scimBaseUrl}/Users/`}::text || member.id::text`), true);
    case 'type':
      return textKey(first(sql`'User'::text`), true);
    case undefined:
    default:
      return textKey(first(sql`member.id::text`), true);
  }
}
