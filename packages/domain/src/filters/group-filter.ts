import type { FilterTarget, ResolvedFilter } from '@rollcall/scim-protocol/resolve-filter';
import { sql } from 'kysely';
import { multiValuedAttribute, singleAttribute } from './attributes.ts';
import { keptExtensions, metaAttribute, schemasEntries } from './common-attributes.ts';
import { type Condition, type FilterAttribute, compileFilter } from './compile-filter.ts';
import { jsonAttribute } from './json-attribute.ts';
import { memberOperand, membersOfGroup } from './memberships.ts';
import { idOperand, textOperand } from './operands.ts';

/**
 * A filter on groups as a condition on the row `alias` of `groups`, which the statement ties to the account and restricts
 * to groups that SCIM shows (`default_group is null`). `scimBaseUrl` is where the account's resources live, without a
 * slash at the end: `meta.location` and `members.$ref` begin with it.
 */
export function groupFilter(
  accountId: string,
  filter: ResolvedFilter,
  scimBaseUrl: string,
  alias = 'g',
): Condition {
  return compileFilter(filter, (target) => groupAttribute(accountId, target, scimBaseUrl, alias));
}

/** The filter of `members[…]` as a condition on one member, where `alias` names the member's row in `users`. */
export function memberFilter(filter: ResolvedFilter, scimBaseUrl: string, alias = 'u'): Condition {
  return compileFilter(filter, ({ sub }) => singleAttribute(memberOperand(sub, alias, scimBaseUrl)));
}

function groupAttribute(
  accountId: string,
  target: FilterTarget,
  scimBaseUrl: string,
  alias: string,
): FilterAttribute {
  const attributes = sql.ref(`${alias}.attributes`);
  if (target.isExtension) return jsonAttribute(attributes, target);
  switch (target.attribute.name) {
    case 'id':
      return singleAttribute(idOperand(sql.ref(`${alias}.id`)));
    case 'displayName':
      return singleAttribute(
        textOperand({
          text: sql.ref(`${alias}.display_name`),
          lower: sql.ref(`${alias}.display_name_lower`),
          indexed: true,
          searched: 'itself',
        }),
      );
    case 'externalId':
      return singleAttribute(textOperand({ text: sql.ref(`${alias}.external_id`), indexed: true }));
    case 'members':
      return multiValuedAttribute(membersOfGroup(accountId, sql.ref(`${alias}.id`), scimBaseUrl));
    case 'meta':
      return metaAttribute({ name: 'Group', scimBaseUrl, alias });
    case 'schemas':
      return multiValuedAttribute(
        schemasEntries(sql`array[${target.schema}] || ${keptExtensions(accountId, attributes)}`),
      );
    default:
      // A silent false would be an empty page for a filter that was understood.
      throw new Error(`Groups keep no attribute "${target.attribute.name}" that a filter could name.`);
  }
}
