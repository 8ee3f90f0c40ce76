import { listAllUsers } from '@rollcall/domain/users/list-all-users';
import type { UserState } from '@rollcall/domain/users/user';
import { type Command, Option } from 'commander';
import { idOfRow, numberUpTo } from '../option-values.ts';
import { printResult, table } from '../output.ts';
import { describeUser } from '../user-description.ts';
import { addNoun, addVerb, type OutputOptions } from '../verb.ts';
import { withAccount } from '../with-database.ts';

const DEFAULT_LIMIT = 100;
const MOST_USERS = 1000;

interface ListOptions extends OutputOptions {
  search?: string;
  state?: UserState;
  after?: string;
  limit: number;
}

export function addUsersCommands(program: Command): void {
  const users = addNoun(program, 'users', 'Look through the people of an account');
  addVerb(users, 'list <account>', {
    does: 'List people, the deleted included, in the order of their creation.',
    example: 'users list acme --search olga --state active',
  })
    .option('--search <text>', 'a part of the user name')
    .addOption(
      new Option('--state <state>', 'only these').choices(['invited', 'active', 'deactivated', 'deleted']),
    )
    .option('--after <user-id>', 'go on behind this one', idOfRow)
    .option('--limit <number>', 'how many', numberUpTo(MOST_USERS), DEFAULT_LIMIT)
    .action(listUsers);
}

async function listUsers(reference: string, { json, ...query }: ListOptions): Promise<void> {
  const { users, next } = await withAccount(reference, (db, account) => listAllUsers(db, account.id, query));
  const described = users.map(describeUser);
  const rows = described.map((user) => [
    user.id,
    user.userName,
    user.state,
    user.scimManaged ? 'SCIM' : '–',
    user.licenseType === null ? '–' : `${user.licenseType} (${user.licenseSource ?? '–'})`,
    user.groups.map((group) => group.displayName).join(', '),
  ]);
  const more = next === undefined ? '' : `\nMore: add --after ${next}`;
  printResult(
    json === undefined ? {} : { json },
    { users: described, next: next ?? null },
    users.length === 0
      ? 'Nobody matches.'
      : `${table(['ID', 'USER NAME', 'STATE', 'MANAGED BY', 'LICENSE', 'GROUPS'], rows)}${more}`,
  );
}
