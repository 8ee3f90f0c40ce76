import type { FilterTarget } from '@rollcall/scim-protocol/resolve-filter';
import { type RawBuilder, sql } from 'kysely';
import type { Entries } from './attributes.ts';
import { type Operand, idOperand, textOperand } from './operands.ts';

/** A user's `groups`: those that SCIM shows. */
export function groupsOfUser(accountId: string, userId: RawBuilder<string>, scimBaseUrl: string): Entries {
  const id = sql.ref<string>('membership.group_id');
  return {
    select: (what, where) => sql`(
      select ${what} from group_members as membership
      join groups as containing_group
        on containing_group.account_id = membership.account_id and containing_group.id = membership.group_id
      where membership.account_id = ${accountId} and membership.user_id = ${userId}
        and containing_group.default_group is null and ${where})`,
    operandOf: (sub) =>
      referenceOperand(sub, {
        id,
        display: textOperand({
          text: sql.ref('containing_group.display_name'),
          lower: sql.ref('containing_group.display_name_lower'),
        }),
        ref: sql`(${`${scimBaseUrl}/Groups/`}::text || ${id}::text)`,
        type: 'direct',
      }),
  };
}

/** A group's `members`: those that SCIM shows. */
export function membersOfGroup(accountId: string, groupId: RawBuilder<string>, scimBaseUrl: string): Entries {
  return {
    select: (what, where) => sql`(
      select ${what} from group_members as membership
      join users as member on member.account_id = membership.account_id and member.id = membership.user_id
      where membership.account_id = ${accountId} and membership.group_id = ${groupId}
        and member.in_scim and ${where})`,
    operandOf: (sub) => memberOperand(sub, 'member', scimBaseUrl),
  };
}

/** A sub-attribute of `members`, where `alias` names the member's row in `users`. */
export function memberOperand(sub: FilterTarget['sub'], alias: string, scimBaseUrl: string): Operand {
  const id = sql.ref<string>(`${alias}.id`);
  return referenceOperand(sub, {
    id,
    display: textOperand({
      text: sql`coalesce(${sql.ref(`${alias}.attributes`)} ->> 'displayName', ${sql.ref(`${alias}.user_name`)})`,
    }),
    ref: sql`(${`${scimBaseUrl}/Users/`}::text || ${id}::text)`,
    type: 'User',
  });
}

interface Reference {
  id: RawBuilder<string>;
  display: Operand;
  ref: RawBuilder<string>;
  type: string;
}

function referenceOperand(sub: FilterTarget['sub'], reference: Reference): Operand {
  switch (sub?.name) {
    case 'display':
      return reference.display;
    case '$ref':
      return textOperand({ text: reference.ref });
    case 'type':
      return textOperand({ text: sql`${reference.type}::text` });
    case undefined:
    default:
      return idOperand(reference.id);
  }
}
