import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { PROVIDER_KINDS } from '@rollcall/domain/accounts/account';
import type { ProviderKind } from '@rollcall/domain/accounts/account-settings';
import { operatorCaller } from '@rollcall/domain/admins/caller';
import { findSsoProvider } from '@rollcall/domain/sso/find-sso-provider';
import { setSsoProvider } from '@rollcall/domain/sso/set-sso-provider';
import type { OidcProviderInput, SsoProvider } from '@rollcall/domain/sso/sso-provider';
import { type Command, Option } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { configuredAdminUrl, configuredReach, configuredSecrets } from '../config.ts';
import { printResult } from '../output.ts';
import { describeProvider, providerFacts } from '../provider-description.ts';
import { addVerb, type OutputOptions } from '../verb.ts';
import { changeAccount } from '../with-database.ts';

interface SetOptions extends OutputOptions {
  issuer?: string;
  clientId?: string;
  clientSecretFile?: string;
  clientSecretStdin?: true;
  /** False for --no-client-secret; commander's default is true. */
  clientSecret: boolean;
  groupsClaim?: string;
  kind?: ProviderKind;
}

export function addSsoSetCommand(sso: Command): void {
  const command = addVerb(sso, 'set <account>', {
    does: 'Connect an OpenID Connect provider, or change it; what is not named stays as it is. Another issuer signs everybody out.',
    example: 'sso set acme --issuer https://acme.okta.com --client-id 0oa1… --client-secret-file secret.txt',
  });
  command
    .option('--issuer <url>', 'as the provider names it')
    .option('--client-id <id>', "this application's, at the provider")
    .option('--client-secret-file <path>', 'read the client secret from the first line of a file')
    .option('--client-secret-stdin', 'read it from standard input')
    .option('--no-client-secret', 'the client has none, and PKCE alone protects the sign-in')
    .option('--groups-claim <name>', 'the claim with the groups of a person (at first: groups)')
    .addOption(new Option('--kind <kind>', 'decides which claim holds the address').choices(PROVIDER_KINDS))
    .action(async (reference: string, options: SetOptions) => {
      const secretOptions = [
        options.clientSecretFile,
        options.clientSecretStdin,
        options.clientSecret ? undefined : false,
      ];
      if (secretOptions.filter((option) => option !== undefined).length > 1) {
        command.error('error: name one place for the client secret', { code: 'rollcall.usage' });
      }
      const [adminUrl, secrets, reach] = [configuredAdminUrl(), configuredSecrets(), configuredReach()];
      const clientSecret = await secretOf(options);
      const provider = await changeAccount(reference, async (trx, actor, account, now) => {
        const input = inputOf(options, clientSecret, await findSsoProvider(trx, account.id));
        const surroundings = { secrets, allowHttp: reach === 'insecure' };
        return setSsoProvider(trx, surroundings, operatorCaller(actor), account.id, input, now);
      });
      printResult(options, describeProvider(provider, adminUrl), providerFacts(provider, adminUrl));
    });
}

/** undefined: stays as it is. Never as an argument, which other users of the machine could read. */
async function secretOf(options: SetOptions): Promise<string | null | undefined> {
  if (!options.clientSecret) return null;
  if (options.clientSecretStdin === true) return firstLine(await text(process.stdin));
  if (options.clientSecretFile === undefined) return undefined;
  try {
    return firstLine(readFileSync(options.clientSecretFile, 'utf8'));
  } catch (cause) {
    throw new CommandFailure(`The file ${options.clientSecretFile} cannot be read.`, { cause });
  }
}

function firstLine(content: string): string {
  return content.split(/\r?\n/u, 1)[0] ?? '';
}

function inputOf(
  { issuer, clientId, groupsClaim, kind }: SetOptions,
  clientSecret: string | null | undefined,
  current: SsoProvider | undefined,
): OidcProviderInput {
  const known = current?.protocol === 'oidc' ? current : undefined;
  const next = {
    issuer: issuer ?? known?.issuer,
    clientId: clientId ?? known?.clientId,
  };
  if (next.issuer === undefined || next.clientId === undefined) {
    throw new CommandFailure('No OpenID Connect provider is connected yet: name --issuer and --client-id.');
  }
  return {
    protocol: 'oidc',
    issuer: next.issuer,
    clientId: next.clientId,
    clientSecret,
    groupsClaim: groupsClaim ?? known?.groupsClaim,
    kind,
  };
}
