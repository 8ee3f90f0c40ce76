import { createSignInLink, type SignInLink } from '@rollcall/domain/sso/create-sign-in-link';
import { findLivingUser, findOnlyAdministrator } from '@rollcall/domain/sso/find-link-target';
import { signInLinkUrl } from '@rollcall/service-kit/admin-url';
import type { Command } from 'commander';
import { configuredAdminUrl } from '../config.ts';
import { facts, printResult } from '../output.ts';
import { addVerb, type OutputOptions } from '../verb.ts';
import { changeAccount } from '../with-database.ts';

interface LinkOptions extends OutputOptions {
  user?: string;
  local?: string;
}

export function addSignInLinkCommand(account: Command): void {
  const command = addVerb(account, 'sign-in-link <account>', {
    does: 'Print a link that signs an administrator in once, within 24 hours, and voids their earlier one.',
    example: 'account sign-in-link acme --user olga@acme.example',
  });
  command
    .option('--user <email>', 'whom it signs in (default: the only active account_admin)')
    .option(
      '--local <name>',
      'a local administrator, made if there is none of that name; SCIM never sees them',
    )
    .action(async (reference: string, options: LinkOptions) => {
      if (options.user !== undefined && options.local !== undefined) {
        command.error("error: options '--user' and '--local' exclude each other", { code: 'rollcall.usage' });
      }
      const adminUrl = configuredAdminUrl();
      const link = await create(reference, options);
      const url = signInLinkUrl(adminUrl, link.value);
      const { userId, userName, expiresAt } = link;
      printResult(options, { url, userId, userName, expiresAt }, describe(link, url));
    });
}

function create(reference: string, { user, local }: LinkOptions): Promise<SignInLink> {
  return changeAccount(reference, async (trx, actor, account, now) => {
    if (local !== undefined) {
      return createSignInLink(trx, actor, account.id, { localAdministrator: { name: local } }, now);
    }
    const userId =
      user === undefined
        ? await findOnlyAdministrator(trx, account.id)
        : await findLivingUser(trx, account.id, user);
    return createSignInLink(trx, actor, account.id, { userId }, now);
  });
}

function describe({ userName, expiresAt }: SignInLink, url: string): string {
  const lines = facts([
    ['Signs in', userName],
    ['Until', expiresAt.toISOString()],
    ['Link', url],
  ]);
  return `${lines}\nIt is shown this once and works once: give it to nobody else.`;
}
