import { PERMISSION_SETS, type PermissionSet } from '@rollcall/domain/admins/permission-sets';
import {
  createScimToken,
  listScimTokens,
  revokeScimToken,
  type ScimToken,
} from '@rollcall/domain/scim-access/scim-tokens';
import {
  createServiceToken,
  listServiceTokens,
  revokeServiceToken,
  type ServiceToken,
} from '@rollcall/domain/scim-access/service-tokens';
import { scimBaseUrl } from '@rollcall/service-kit/scim-base-url';
import { type Command, InvalidArgumentError } from 'commander';
import { configuredScimUrl } from '../config.ts';
import { timeToCome } from '../option-values.ts';
import { dateOrNothing, facts, printResult, table } from '../output.ts';
import { addNoun, addVerb, type OutputOptions } from '../verb.ts';
import { changeAccount, withAccount } from '../with-database.ts';

interface KindOptions extends OutputOptions {
  service?: true;
}

interface CreateOptions extends KindOptions {
  name: string;
  expires?: Date;
  permissionSet?: readonly PermissionSet[];
}

export function addTokenCommands(program: Command): void {
  const token = addNoun(
    program,
    'token',
    'Make, list and revoke tokens: of identity providers, or of scripts',
  );
  addTokenCreateCommand(token);
  addVerb(token, 'list <account>', {
    does: 'List the tokens of an account, never their values.',
    example: 'token list acme',
  })
    .option('--service', 'service tokens instead of SCIM tokens')
    .action(listTokens);
  addVerb(token, 'revoke <account> <token-id>', {
    does: 'Revoke a token; every process refuses it within a second.',
    example: 'token revoke acme 0192f0c4-6f0a-7000-8000-000000000001',
  })
    .option('--service', 'a service token instead of a SCIM token')
    .action(revoke);
}

function addTokenCreateCommand(token: Command): void {
  const command = addVerb(token, 'create <account>', {
    does: 'Make a token and print it, this once.',
    example: 'token create acme --name "Okta production" --expires 365d',
  });
  command
    .requiredOption('--name <name>', 'what it is for')
    .option('--expires <when>', 'days (90d), a date or a time (default: never)', timeToCome)
    .option('--service', 'a service token for the admin API instead of a SCIM token')
    .option('--permission-set <name>', 'with --service: what it may do; repeatable', permissionSet)
    .action(async (reference: string, options: CreateOptions) => {
      if ((options.service === true) !== (options.permissionSet !== undefined)) {
        command.error("error: options '--service' and '--permission-set' need each other", {
          code: 'rollcall.usage',
        });
      }
      await create(reference, options);
    });
}

function permissionSet(text: string, earlier: readonly PermissionSet[] = []): readonly PermissionSet[] {
  const found = PERMISSION_SETS.find((name) => name === text);
  if (found !== undefined) return [...earlier, found];
  throw new InvalidArgumentError(`Write one of ${PERMISSION_SETS.join(', ')}.`);
}

async function create(reference: string, options: CreateOptions): Promise<void> {
  const scimUrl = configuredScimUrl();
  const { name, expires: expiresAt, permissionSet: permissionSets } = options;
  const { account, token, value } = await changeAccount(reference, async (trx, actor, account, now) => ({
    account,
    ...(permissionSets === undefined
      ? await createScimToken(trx, actor, account.id, { name, expiresAt }, now)
      : await createServiceToken(trx, actor, account.id, { name, expiresAt, permissionSets }, now)),
  }));
  const pairs: [string, string][] = [
    ['Token', value],
    ['Id', token.id],
    ['Name', token.name],
    ['Expires', token.expiresAt === null ? 'never' : token.expiresAt.toISOString()],
  ];
  if (permissionSets === undefined) pairs.push(['SCIM base URL', scimBaseUrl(scimUrl, account.id)]);
  printResult(options, { token, value }, `${facts(pairs)}\nIt is shown this once: keep it safe.`);
}

async function listTokens(reference: string, options: KindOptions): Promise<void> {
  const isService = options.service === true;
  const tokens = await withAccount(reference, (db, account): Promise<(ScimToken | ServiceToken)[]> =>
    isService ? listServiceTokens(db, account.id) : listScimTokens(db, account.id),
  );
  const now = new Date();
  const rows = tokens.map((token) => [
    token.id,
    token.name,
    token.hint,
    stateOf(token, now),
    dateOrNothing(token.createdAt),
    dateOrNothing(token.expiresAt),
    dateOrNothing(token.lastUsedAt),
    token.lastUsedAddress ?? '–',
    ...('permissionSets' in token ? [token.permissionSets.join(', ')] : []),
  ]);
  const headings = ['ID', 'NAME', 'TOKEN', 'STATE', 'CREATED', 'EXPIRES', 'LAST USED', 'FROM'];
  const noTokens = `The account has no ${isService ? 'service' : 'SCIM'} token. "rollcall token create" makes one.`;
  printResult(
    options,
    { tokens },
    tokens.length === 0 ? noTokens : table(isService ? [...headings, 'PERMISSION SETS'] : headings, rows),
  );
}

function stateOf(token: ScimToken, now: Date): string {
  if (token.revokedAt !== null) return 'revoked';
  return token.expiresAt !== null && token.expiresAt <= now ? 'expired' : 'in force';
}

async function revoke(reference: string, tokenId: string, options: KindOptions): Promise<void> {
  const token = await changeAccount(reference, (trx, actor, account, now): Promise<ScimToken> =>
    options.service === true
      ? revokeServiceToken(trx, actor, account.id, tokenId, now)
      : revokeScimToken(trx, actor, account.id, tokenId, now),
  );
  printResult(
    options,
    { token },
    `"${token.name}" (${token.hint}) is revoked since ${dateOrNothing(token.revokedAt)}.`,
  );
}
