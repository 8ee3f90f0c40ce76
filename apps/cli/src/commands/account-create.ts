import { PLANS, PROVIDER_KINDS } from '@rollcall/domain/accounts/account';
import { createAccount, type CreateAccountInput } from '@rollcall/domain/accounts/create-account';
import type { Actor } from '@rollcall/domain/actor';
import { inTransaction, type Trx } from '@rollcall/domain/database/transaction';
import { createScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import { createServiceToken } from '@rollcall/domain/scim-access/service-tokens';
import { createSignInLink } from '@rollcall/domain/sso/create-sign-in-link';
import { findLivingUser } from '@rollcall/domain/sso/find-link-target';
import { nameFromAddress } from '@rollcall/domain/users/name-from-address';
import { signInLinkUrl } from '@rollcall/service-kit/admin-url';
import { scimBaseUrl } from '@rollcall/service-kit/scim-base-url';
import { type Command, Option } from 'commander';
import { configuredAdminUrl, configuredScimUrl } from '../config.ts';
import { licenseType, list, seats, type Seats } from '../option-values.ts';
import { facts, printResult } from '../output.ts';
import { addVerb, type OutputOptions } from '../verb.ts';
import { operator, withDatabase } from '../with-database.ts';

interface CreateOptions extends OutputOptions {
  name?: string;
  owner?: string;
  ownerName?: string;
  plan: NonNullable<CreateAccountInput['plan']>;
  sso: NonNullable<CreateAccountInput['ssoProviderKind']>;
  verifiedDomain?: readonly string[];
  userNamePolicy: 'email' | 'any';
  unlicensedMembers: 'hold' | 'reject';
  dialects: 'lenient' | 'strict';
  defaultLicense: NonNullable<CreateAccountInput['defaultLicenseType']>;
  seats?: readonly Seats[];
  enableScim?: true;
  withTokens?: true;
}

/** What the command prints. The property names are a contract with scripts. */
interface CreatedAccount {
  accountId: string;
  scimBaseUrl: string;
  /** Null without --owner. */
  ownerSignInUrl: string | null;
  scimToken?: string;
  adminServiceToken?: string;
}

export function addAccountCreateCommand(account: Command): void {
  const command = addVerb(account, 'create <slug>', {
    does: 'Make an account with its default groups, and print its id and SCIM base URL.',
    example:
      'account create acme --owner olga@acme.example --sso okta --verified-domain acme.example --enable-scim --with-tokens --json',
  });
  command
    .option('--name <name>', 'its name for people (default: the slug)')
    .option('--owner <email>', 'make the first administrator')
    .option('--owner-name <"Given Family">', "the owner's name (default: from the address)")
    .addOption(new Option('--plan <plan>', 'the plan').choices(PLANS).default('enterprise'))
    .addOption(new Option('--sso <kind>', 'the sign-on provider').choices(PROVIDER_KINDS).default('custom'))
    .option('--verified-domain <domain>', 'an e-mail domain that counts as verified; repeatable', list)
    .addOption(
      new Option('--user-name-policy <policy>', 'what a user name must be')
        .choices(['email', 'any'])
        .default('email'),
    )
    .addOption(
      new Option('--unlicensed-members <rule>', 'what a group write with invited people does')
        .choices(['reject', 'hold'])
        .default('hold'),
    )
    .addOption(
      new Option('--dialects <reading>', "of identity providers' dialects")
        .choices(['lenient', 'strict'])
        .default('lenient'),
    )
    .option('--default-license <type>', 'the license where nothing else decides', licenseType, 'developer')
    .option('--seats <type=number>', 'limit a license type; repeatable', seats)
    .option('--enable-scim', 'enable SCIM')
    .option('--with-tokens', 'with --enable-scim: make a SCIM token and an administrator service token too')
    .action(async (slug: string, options: CreateOptions) => {
      if (options.withTokens === true && options.enableScim !== true) {
        command.error("error: option '--with-tokens' needs '--enable-scim'", { code: 'rollcall.usage' });
      }
      if (options.ownerName !== undefined && options.owner === undefined) {
        command.error("error: option '--owner-name' needs '--owner'", { code: 'rollcall.usage' });
      }
      const created = await create(slug, options);
      printResult(options, created, describe(slug, created));
    });
}

async function create(slug: string, options: CreateOptions): Promise<CreatedAccount> {
  const scimUrl = configuredScimUrl();
  const now = new Date();
  const actor = operator();
  return withDatabase((db) =>
    inTransaction(db, async (trx) => {
      const { id } = await createAccount(trx, actor, accountInput(slug, options), now);
      const ownerSignInUrl =
        options.owner === undefined ? null : await signInUrlOf(trx, actor, id, options.owner, now);
      const created = { accountId: id, scimBaseUrl: scimBaseUrl(scimUrl, id), ownerSignInUrl };
      if (options.withTokens !== true) return created;
      const scim = await createScimToken(trx, actor, id, { name: 'Created with the account' }, now);
      const service = await createServiceToken(
        trx,
        actor,
        id,
        { name: 'Created with the account', permissionSets: ['account_admin'] },
        now,
      );
      return { ...created, scimToken: scim.value, adminServiceToken: service.value };
    }),
  );
}

function accountInput(slug: string, options: CreateOptions): CreateAccountInput {
  return {
    slug,
    name: options.name,
    plan: options.plan,
    ssoProviderKind: options.sso,
    verifiedDomains: options.verifiedDomain,
    userNamePolicy: options.userNamePolicy,
    unlicensedMembers: options.unlicensedMembers,
    dialects: options.dialects,
    defaultLicenseType: options.defaultLicense,
    seats: options.seats,
    owner: options.owner === undefined ? undefined : ownerOf(options.owner, options.ownerName),
    enableScim: options.enableScim,
  };
}

/** Without a name, both come from the address. */
function ownerOf(email: string, name: string | undefined): NonNullable<CreateAccountInput['owner']> {
  if (name === undefined) return { email, ...nameFromAddress(email) };
  const [given = email, ...family] = name.split(/\s+/u).filter((part) => part !== '');
  return { email, givenName: given, familyName: family.join(' ') || given };
}

/** With which the owner comes in to connect the provider. */
async function signInUrlOf(
  trx: Trx,
  actor: Actor,
  accountId: string,
  owner: string,
  now: Date,
): Promise<string> {
  const userId = await findLivingUser(trx, accountId, owner);
  const { value } = await createSignInLink(trx, actor, accountId, { userId }, now);
  return signInLinkUrl(configuredAdminUrl(), value);
}

function describe(slug: string, created: CreatedAccount): string {
  const pairs: [string, string][] = [
    ['Account', slug],
    ['Id', created.accountId],
    ['SCIM base URL', created.scimBaseUrl],
  ];
  if (created.ownerSignInUrl !== null) pairs.push(["The owner's sign-in link", created.ownerSignInUrl]);
  if (created.scimToken !== undefined) pairs.push(['SCIM token', created.scimToken]);
  if (created.adminServiceToken !== undefined)
    pairs.push(['Administrator service token', created.adminServiceToken]);
  const showsSecrets = created.scimToken !== undefined || created.ownerSignInUrl !== null;
  const notice = showsSecrets ? '\nLink and tokens are shown this once: keep them safe.' : '';
  return `${facts(pairs)}${notice}`;
}
