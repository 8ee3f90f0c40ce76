import type { FilterTarget } from '@rollcall/scim-protocol/resolve-filter';
import { type RawBuilder, sql } from 'kysely';
import { type Entries, complexAttribute } from './attributes.ts';
import type { FilterAttribute } from './compile-filter.ts';
import { type Operand, textOperand, timeOperand } from './operands.ts';

export interface ResourceKind {
  name: 'User' | 'Group';
  /** Where the account's resources live, without a slash at the end. */
  scimBaseUrl: string;
  /** The row in `users` or `groups`. */
  alias: string;
}

/** `meta` of a user or a group (RFC 7643 3.1). */
export function metaAttribute(kind: ResourceKind): FilterAttribute {
  return complexAttribute((sub) => metaOperand(kind, sub));
}

function metaOperand({ name, scimBaseUrl, alias }: ResourceKind, sub: FilterTarget['sub']): Operand {
  const id = sql.ref(`${alias}.id`);
  switch (sub?.name) {
    case 'created':
      return timeOperand(sql.ref(`${alias}.created_at`));
    case 'lastModified':
      return timeOperand(sql.ref(`${alias}.updated_at`));
    case 'location':
      return textOperand({ text: sql`(${`${scimBaseUrl}/${name}s/`}::text || ${id}::text)` });
    case 'version':
      return versionOperand(textOperand({ text: sql`('W/"' || ${sql.ref(`${alias}.version`)} || '"')` }));
    case undefined:
    default:
      return textOperand({ text: sql`${name}::text` });
  }
}

/**
 * What a version tells behind a hyphen (of a user, the groups) is left out of the comparison: a client finds what it was
 * shown, whether that answer had groups or not.
 */
function versionOperand(operand: Operand): Operand {
  return {
    ...operand,
    compare: (op, value) =>
      operand.compare(
        op,
        value.type === 'string'
          ? { ...value, value: value.value.replace(/^(W\/"\d+)-[0-9a-f]+"$/, '$1"') }
          : value,
      ),
  };
}

/**
 * The URNs of the extensions that a row keeps data of. A schema that the account removed is none any more, though its
 * values may still be there.
 */
export function keptExtensions(
  accountId: string,
  attributes: RawBuilder<unknown>,
): RawBuilder<readonly string[]> {
  // Only a URN has a colon (RFC 7643 2.1).
  return sql`array(
    select key from jsonb_object_keys(${attributes}) as kept(key)
    where strpos(key, ':') > 0 and key <> all(array(
      select s.urn from custom_schemas s where s.account_id = ${accountId} and s.removed_at is not null)))`;
}

/** `schemas`: the core URN and those of the extensions that have data. */
export function schemasEntries(urns: RawBuilder<readonly (string | null)[]>): Entries {
  const urn = sql.ref<string>('listed.urn');
  return {
    select: (what, where) =>
      sql`(select ${what} from unnest(${urns}) as listed(urn) where ${urn} is not null and ${where})`,
    operandOf: () => textOperand({ text: urn }),
  };
}
