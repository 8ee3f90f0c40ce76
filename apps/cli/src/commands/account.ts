import type { Account } from '@rollcall/domain/accounts/account';
import { type AccountSettings, readAccountSettings } from '@rollcall/domain/accounts/account-settings';
import { listAccounts } from '@rollcall/domain/accounts/find-accounts';
import { scimBaseUrl as scimBaseUrlOf } from '@rollcall/service-kit/scim-base-url';
import type { Command } from 'commander';
import { configuredScimUrl } from '../config.ts';
import { dateOrNothing, facts, printResult, table } from '../output.ts';
import { domainsFact, scimFacts, seatsFact } from '../settings-description.ts';
import { addNoun, addVerb, type OutputOptions } from '../verb.ts';
import { withAccount, withDatabase } from '../with-database.ts';
import { addAccountCreateCommand } from './account-create.ts';
import { addAccountSetCommand } from './account-set.ts';
import { addSignInLinkCommand } from './account-sign-in-link.ts';

export function addAccountCommands(program: Command): void {
  const account = addNoun(program, 'account', 'Make and show accounts');
  addAccountCreateCommand(account);
  addAccountSetCommand(account);
  addSignInLinkCommand(account);
  addVerb(account, 'list', { does: 'List every account.', example: 'account list' }).action(listAll);
  addVerb(account, 'show <account>', {
    does: 'Show an account, by its slug or id, with its SCIM settings and base URL.',
    example: 'account show acme',
  }).action(show);
}

async function listAll(options: OutputOptions): Promise<void> {
  const accounts = await withDatabase(listAccounts);
  const rows = accounts.map((account) => [
    account.slug,
    account.id,
    account.name,
    account.plan,
    account.scimEnabled ? 'on' : 'off',
    String(account.users),
    String(account.groups),
  ]);
  printResult(
    options,
    { accounts },
    accounts.length === 0
      ? 'There is no account yet. "rollcall account create <slug>" makes one.'
      : table(['SLUG', 'ID', 'NAME', 'PLAN', 'SCIM', 'USERS', 'GROUPS'], rows),
  );
}

async function show(reference: string, options: OutputOptions): Promise<void> {
  const scimUrl = configuredScimUrl();
  await withAccount(reference, async (db, account) => {
    const settings = await readAccountSettings(db, account.id);
    const scimBaseUrl = scimBaseUrlOf(scimUrl, account.id);
    const { accountId: _, ...shown } = settings;
    printResult(options, { ...account, scimBaseUrl, ...shown }, describe(account, settings, scimBaseUrl));
  });
}

function describe(account: Account, settings: AccountSettings, scimBaseUrl: string): string {
  return facts([
    ['Account', account.slug],
    ['Id', account.id],
    ['Name', account.name],
    ['Plan', account.plan],
    ['SSO provider', account.ssoProviderKind ?? 'none'],
    ['Created', dateOrNothing(account.createdAt)],
    domainsFact(settings.verifiedDomains),
    ...scimFacts(settings.scim, scimBaseUrl),
    seatsFact(settings.seatLimits),
    ['Custom schemas', settings.customSchemas.map(({ schema }) => schema.id).join(', ') || 'none'],
    [
      'License mappings',
      settings.licenseMappings
        .map((mapping) => `${mapping.licenseType}: ${mapping.idpGroups.join(', ')}`)
        .join('; ') || 'none',
    ],
  ]);
}
