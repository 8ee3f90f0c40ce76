import type { FilterTarget } from '@rollcall/scim-protocol/resolve-filter';
import { type RawBuilder, sql } from 'kysely';
import { jsonKey, metaKey } from './attribute-keys.ts';
import { computedKey, constantKey, type SortKey, textKey } from './sort-key.ts';

/** What an attribute of the row `u` of `users` is sorted by; undefined for the id, by which every list is ordered anyway. */
export function userKey(accountId: string, target: FilterTarget, scimBaseUrl: string): SortKey | undefined {
  const { schema, isExtension, attribute, sub } = target;
  if (isExtension) {
    return schema === LICENSE_URN && attribute.name === 'licenseType'
      ? textKey(sql`u.asserted_license_type`, attribute.caseExact)
      : jsonKey(sql`u.attributes`, target);
  }
  switch (attribute.name) {
    case 'id':
      return undefined;
    case 'userName':
      return {
        kind: 'stored',
        type: 'text',
        value: sql`u.user_name_lower`,
        nullable: false,
        holds: sql`u.holds_user_name`,
      };
    case 'externalId':
      return { kind: 'stored', type: 'text', value: sql`u.external_id`, nullable: true };
    case 'active':
      return computedKey('boolean', sql`u.state in ('active', 'invited')`, false);
    case 'groups':
      return groupsKey(accountId, sub, scimBaseUrl);
    case 'meta':
      return metaKey('User', scimBaseUrl, 'u', sub);
    case 'schemas':
      return constantKey(schema);
    default:
      return jsonKey(sql`u.attributes`, target);
  }
}

/** The original system's URN, which its Okta applications send; the license has a column of its own. */
const LICENSE_URN = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';

/** Of the groups that SCIM shows the first in an answer counts: the one with the lowest id. */
function groupsKey(accountId: string, sub: FilterTarget['sub'], scimBaseUrl: string): SortKey {
  const first = (what: RawBuilder<unknown>): RawBuilder<unknown> => sql`(
    select ${what} from group_members membership
    join groups containing on containing.account_id = membership.account_id and containing.id = membership.group_id
    where membership.account_id = ${accountId} and membership.user_id = u.id and containing.default_group is null
    order by membership.group_id limit 1)`;
  switch (sub?.name) {
    case 'display':
      return textKey(first(sql`containing.display_name`), sub.caseExact);
    case '$ref':
      return textKey(first(sql`${`${scimBaseUrl}/Groups/`}::text || containing.id::text`), true);
    case 'type':
      return textKey(first(sql`'direct'::text`), true);
    case undefined:
    default:
      return textKey(first(sql`containing.id::text`), true);
  }
}
