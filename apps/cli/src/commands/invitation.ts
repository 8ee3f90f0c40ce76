import { answerAtAddress } from '@rollcall/domain/invitations/answer-at-address';
import { resendInvitation } from '@rollcall/domain/invitations/resend-invitation';
import type { Command } from 'commander';
import { printable, printResult } from '../output.ts';
import { describeUser } from '../user-description.ts';
import { addNoun, addVerb, type OutputOptions } from '../verb.ts';
import { changeAccount } from '../with-database.ts';

export function addInvitationCommands(program: Command): void {
  const invitation = addNoun(
    program,
    'invitation',
    'Accept or send again what was sent to an e-mail address',
  );
  addVerb(invitation, 'accept <account> <email>', {
    does: 'Do what the button behind the link does: accept an invitation, or confirm a change of address.',
    example: 'invitation accept acme olga@elsewhere.example',
  }).action(accept);
  addVerb(invitation, 'resend <account> <email>', {
    does: 'Give an invited person a new invitation; the earlier link dies.',
    example: 'invitation resend acme olga@elsewhere.example',
  }).action(resend);
}

async function accept(reference: string, email: string, options: OutputOptions): Promise<void> {
  const user = await changeAccount(reference, (trx, actor, account, now) =>
    answerAtAddress(trx, actor, account.id, email, now),
  );
  printResult(options, { user: describeUser(user) }, `${printable(user.userName)} is ${user.state}.`);
}

async function resend(reference: string, email: string, options: OutputOptions): Promise<void> {
  await changeAccount(reference, (trx, actor, account, now) =>
    resendInvitation(trx, actor, account.id, email, now),
  );
  printResult(options, { resent: email }, `There is a new invitation for ${printable(email)}.`);
}
