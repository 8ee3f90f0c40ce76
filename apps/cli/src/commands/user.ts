import { operatorCaller } from '@rollcall/domain/admins/caller';
import { eraseUser } from '@rollcall/domain/users/erase-user';
import { restoreUser } from '@rollcall/domain/users/restore-user';
import type { Command } from 'commander';
import { printable, printResult } from '../output.ts';
import { describeUser } from '../user-description.ts';
import { addNoun, addVerb, type OutputOptions } from '../verb.ts';
import { changeAccount } from '../with-database.ts';
import { showUser } from './user-show.ts';

export function addUserCommands(program: Command): void {
  const user = addNoun(program, 'user', 'Look at one person; restore or erase someone who was deleted');
  addVerb(user, 'show <account> <user>', {
    does: 'Show a person, by user name or id: state, license with the rules that decide it, groups with their reason.',
    example: 'user show acme olga@acme.example',
  }).action(showUser);
  addVerb(user, 'erase <account> <user-id>', {
    does: "Blank a deleted person's personal data, in audit and provisioning events too. It cannot be undone.",
    example: 'user erase acme 0192f0c4-6f0a-7000-8000-000000000001',
  }).action(erase);
  addVerb(user, 'restore <account> <user-id>', {
    does: 'Bring a deleted person back, with a newly decided license.',
    example: 'user restore acme 0192f0c4-6f0a-7000-8000-000000000001',
  }).action(restore);
}

async function erase(reference: string, userId: string, options: OutputOptions): Promise<void> {
  await changeAccount(reference, (trx, actor, account, now) =>
    eraseUser(trx, operatorCaller(actor), account.id, userId, now),
  );
  printResult(options, { erased: userId }, `The personal data of ${userId} is erased.`);
}

async function restore(reference: string, userId: string, options: OutputOptions): Promise<void> {
  const { user } = await changeAccount(reference, (trx, actor, account, now) =>
    restoreUser(trx, operatorCaller(actor), account.id, userId, now),
  );
  printResult(options, { user: describeUser(user) }, `${printable(user.userName)} is ${user.state} again.`);
}
