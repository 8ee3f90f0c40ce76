import type { FilterTarget, ResolvedFilter } from '@rollcall/scim-protocol/resolve-filter';
import { type RawBuilder, sql } from 'kysely';
import { multiValuedAttribute, singleAttribute } from './attributes.ts';
import { keptExtensions, metaAttribute, schemasEntries } from './common-attributes.ts';
import { type Condition, type FilterAttribute, allOf, anyOf, compileFilter } from './compile-filter.ts';
import { emailsAttribute } from './emails-attribute.ts';
import { jsonAttribute } from './json-attribute.ts';
import { groupsOfUser } from './memberships.ts';
import { type Operand, booleanOperand, idOperand, textOperand } from './operands.ts';

/**
 * A filter on users as a condition on the row `alias` of `users`, which the statement ties to the account and restricts
 * to `in_scim`. `scimBaseUrl` is where the account's resources live, without a slash at the end: `meta.location` and
 * `groups.$ref` begin with it.
 */
export function userFilter(
  accountId: string,
  filter: ResolvedFilter,
  scimBaseUrl: string,
  alias = 'u',
): Condition {
  return compileFilter(filter, (target) => userAttribute(accountId, target, scimBaseUrl, alias));
}

function userAttribute(
  accountId: string,
  target: FilterTarget,
  scimBaseUrl: string,
  alias: string,
): FilterAttribute {
  const attributes = sql.ref(`${alias}.attributes`);
  if (target.isExtension) {
    const assertsLicense = target.schema === LICENSE_URN && target.attribute.name === 'licenseType';
    return assertsLicense
      ? singleAttribute(textOperand({ text: sql.ref(`${alias}.asserted_license_type`) }))
      : jsonAttribute(attributes, target);
  }
  switch (target.attribute.name) {
    case 'id':
      return singleAttribute(idOperand(sql.ref(`${alias}.id`)));
    case 'userName':
      return singleAttribute(userNameOperand(accountId, alias));
    case 'externalId':
      return singleAttribute(textOperand({ text: sql.ref(`${alias}.external_id`), indexed: true }));
    case 'active':
      // Okta would re-activate for ever a person who is invited and shows as inactive.
      return singleAttribute(booleanOperand(sql`${sql.ref(`${alias}.state`)} in ('active', 'invited')`));
    case 'emails':
      return emailsAttribute(alias, target);
    case 'groups':
      return multiValuedAttribute(groupsOfUser(accountId, sql.ref(`${alias}.id`), scimBaseUrl));
    case 'meta':
      return metaAttribute({ name: 'User', scimBaseUrl, alias });
    case 'schemas':
      return multiValuedAttribute(schemasEntries(schemasOf(accountId, alias, target.schema)));
    default:
      return jsonAttribute(attributes, target);
  }
}

/** The original system's URN, which its Okta applications send; the license has a column of its own. */
const LICENSE_URN = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';

/** A lookup by the current or by the pending name finds the user, or an identity provider would create a second one. */
function userNameOperand(accountId: string, alias: string): Operand {
  const current = textOperand({
    text: sql.ref(`${alias}.user_name`),
    lower: sql.ref(`${alias}.user_name_lower`),
    indexed: true,
    searched: { within: sql.ref(`${alias}.search_text`) },
  });
  const pending = textOperand({
    text: sql.ref(`${alias}.pending_user_name`),
    lower: sql.ref(`${alias}.pending_user_name_lower`),
    indexed: true,
    searched: { within: sql.ref(`${alias}.search_text`) },
  });
  return {
    compare(op, value) {
      if (op === 'eq' && value.type === 'string') return hasUserName(accountId, alias, value.value);
      // Every user in SCIM holds their name; saying so lets the unique index on held names serve.
      const byCurrent = allOf([sql.ref(`${alias}.holds_user_name`), current.compare(op, value)]);
      const isLookup = op === 'co' || op === 'sw' || op === 'ew';
      return isLookup ? anyOf([byCurrent, pending.compare(op, value)]) : byCurrent;
    },
    exists: current.exists,
    present: current.present,
  };
}

// One branch for each index: joined by `or`, a plan made while the table was small would read the whole account. This is
// the look-up that identity providers make before every first write.
function hasUserName(accountId: string, alias: string, userName: string): Condition {
  return sql`${sql.ref(`${alias}.id`)} = any(array(
    select named.id from users named
    where named.account_id = ${accountId} and named.user_name_lower = lower(${userName}) and named.holds_user_name
    union all
    select pending.id from users pending
    where pending.account_id = ${accountId} and pending.pending_user_name_lower = lower(${userName})))`;
}

function schemasOf(
  accountId: string,
  alias: string,
  coreUrn: string,
): RawBuilder<readonly (string | null)[]> {
  return sql`array[${coreUrn}, case when ${sql.ref(`${alias}.asserted_license_type`)} is not null
    then ${LICENSE_URN} end] || ${keptExtensions(accountId, sql.ref(`${alias}.attributes`))}`;
}
